package webchannel_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

// The body of a handshake as SDK 12.19.0 sends it: the headers travel in it, the first message rides
// along.
const observedHandshake = "headers=X-Goog-Api-Client%3Agl-js%2F%20fire%2F12.19.0%0D%0A" +
	"Content-Type%3Atext%2Fplain%0D%0A" +
	"X-Firebase-GMPID%3A1%3A1%3Aweb%3A1%0D%0AAuthorization%3ABearer%20a.b.%0D%0Ax-goog-api-key%3Afake-key%0D%0A" +
	"&count=1&ofs=0&req0___data__=%7B%22database%22%3A%22projects%2Fdemo-a%2Fdatabases%2F(default)%22%2C" +
	"%22addTarget%22%3A%7B%22documents%22%3A%7B%22documents%22%3A%5B%22projects%2Fdemo-a%2Fdatabases%2F" +
	"(default)%2Fdocuments%2Frooms%2Fr1%22%5D%7D%2C%22targetId%22%3A1002%7D%7D"

func TestHandshake(t *testing.T) {
	twice := bytes.NewReader(bytes.Repeat([]byte{0xa5}, 32))
	h := serve(t, &webchannel.Options{Rand: twice}, nil)
	got := h.do(http.MethodPost, "RID=74547&CVER=22&X-HTTP-Session-Id=gsessionid", observedHandshake)

	t.Run(`the answer is ["c", SID, hostPrefix, VER, SVER, keepaliveMs], array id 0`, func(t *testing.T) {
		const want = "50\n" + `[[0,["c","paWlpaWlpaWlpaWlpaWlpQ","",8,14,30000]]]`
		if got.status != http.StatusOK || got.body != want {
			t.Errorf("got %d %q, want %q", got.status, got.body, want)
		}
		if kind := got.header.Get("Content-Type"); kind != "text/plain; charset=utf-8" {
			t.Errorf("Content-Type %q", kind)
		}
	})
	t.Run("a client that asks for X-HTTP-Session-Id gets one", func(t *testing.T) {
		if got.header.Get("X-HTTP-Session-Id") == "" {
			t.Error("it is missing")
		}
	})
	t.Run("X-Client-Wire-Protocol is not sent, so that one POST is in flight", func(t *testing.T) {
		if got.header.Get("X-Client-Wire-Protocol") != "" {
			t.Error("it is there")
		}
	})
	s := <-h.accepted
	t.Run("the auth headers travel in the body and hold for the session", func(t *testing.T) {
		for name, want := range map[string]string{
			"Authorization": "Bearer a.b.", "X-Goog-Api-Key": "fake-key", "X-Firebase-Gmpid": "1:1:web:1",
			"X-Goog-Api-Client": "gl-js/ fire/12.19.0", "Content-Type": "text/plain",
		} {
			if got := s.Header().Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if s.Database() != database {
			t.Errorf("database %q", s.Database())
		}
	})
	t.Run("the first message rides in the handshake", func(t *testing.T) {
		m, err := s.Receive(t.Context())
		if err != nil || !strings.HasPrefix(string(m), `{"database":`) || !json.Valid(m) {
			t.Errorf("received %s, %v", m, err)
		}
	})
	for _, problem := range []string{"an id that is taken", "no randomness"} {
		t.Run(problem+" makes no session", func(t *testing.T) {
			got := h.do(http.MethodPost, "RID=1", formOf(0, "1"))
			if got.status != http.StatusInternalServerError || h.server.Sessions() != 1 || h.server.Buffered() != 0 {
				t.Errorf("got %d %s", got.status, got.body)
			}
		})
	}
}

func TestHandshakeWithSeveralMessages(t *testing.T) {
	h := serve(t, nil, nil)
	p := h.handshake(`{"a":1}`, `{"b":2}`, `"c"`) // after enableNetwork count is 3
	if got := p.received(3); !slices.Equal(got, []string{`{"a":1}`, `{"b":2}`, `"c"`}) {
		t.Errorf("received %q", got)
	}
	if empty := h.handshake(); len(empty.session().Header()) != 0 {
		t.Errorf("headers from nowhere: %v", empty.session().Header())
	}
	if got := h.do(http.MethodPost, "RID=1", "count=0"); got.status != http.StatusOK {
		t.Errorf("count=0 without ofs: %d %s", got.status, got.body)
	}
}
