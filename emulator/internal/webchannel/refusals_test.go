package webchannel_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

func TestMalformedRequests(t *testing.T) {
	h := serve(t, nil, nil)
	p := h.handshake()
	p.session()
	sid := "SID=" + p.sid
	long := strings.Repeat("x", 17<<10)
	for _, c := range []struct {
		name, method, query, body string
		status                    int
		sentence                  string // part of it
	}{
		{"another method", "PUT", "RID=1", "", 405, "GET and POST"},
		{"query that is none", "POST", "RID=%zz", "", 400, "query"},
		{"RID missing", "POST", "", formOf(0), 400, `RID is ""`},
		{"RID negative", "POST", "RID=-1", formOf(0), 400, `RID is "-1"`},
		{"AID no number", "POST", "RID=1&AID=x&" + sid, formOf(0), 400, `AID is "x"`},
		{"AID beyond JavaScript", "POST", "RID=1&AID=9007199254740993&" + sid, formOf(0), 400, "AID"},
		{"AID never sent", "POST", "RID=1&AID=7&" + sid, formOf(0), 400, "last array sent is 0"},
		{"AID never sent, back channel", "GET", "RID=rpc&AID=7&CI=0&" + sid, "", 400, "last array sent is 0"},
		{"back channel without AID", "GET", "RID=rpc&CI=0&" + sid, "", 400, "no AID"},
		{"back channel with a number", "GET", "RID=5&AID=0&" + sid, "", 400, "RID=rpc is for GET"},
		{"forward channel with rpc", "POST", "RID=rpc&AID=0&" + sid, formOf(0), 400, "RID=rpc is for GET"},
		{"CI of another kind", "GET", "RID=rpc&AID=0&CI=2&" + sid, "", 400, `CI is "2"`},
		{"TO no number", "GET", "RID=rpc&AID=0&CI=1&TO=soon&" + sid, "", 400, `TO is "soon"`},
		{"TYPE of old browsers", "GET", "RID=rpc&AID=0&TYPE=html&" + sid, "", 400, `TYPE "html"`},
		{"handshake by GET", "GET", "RID=rpc&AID=0", "", 400, "Unknown SID"},
		{"no form", "POST", "RID=1", "", 400, "no count"},
		{"form that cannot be decoded", "POST", "RID=1", "count=%z", 400, `"count" cannot be decoded`},
		{"count no number", "POST", "RID=1", "count=many", 400, `count is "many"`},
		{"count twice", "POST", "RID=1", "count=0&count=0", 400, "count twice"},
		{"count too large", "POST", "RID=1", "count=1001&ofs=0", 400, "more than 1000"},
		{"too few messages", "POST", "RID=1", "count=2&ofs=0&req0___data__=1", 400, "announces 2 messages and has 1"},
		{"ofs missing", "POST", "RID=1", "count=1&req0___data__=1", 400, "no ofs"},
		{"ofs negative", "POST", "RID=1", "count=1&ofs=-1&req0___data__=1", 400, `ofs is "-1"`},
		{"ofs too large", "POST", "RID=1", "count=1&ofs=9007199254740999&req0___data__=1", 400, "ofs"},
		{"message twice", "POST", "RID=1", "count=1&ofs=0&req0___data__=1&req0___data__=2", 400, "message 0 twice"},
		{"message without JSON", "POST", "RID=1", formOf(0, `{"a":`), 400, "Message 0 is not JSON"},
		{"message without anything", "POST", "RID=1", "count=1&ofs=0&req0___data__", 400, "not JSON"},
		{"message that Closure could not encode", "POST", "RID=1", "count=1&ofs=0&req0_type=_badmap", 400, "not a message"},
		{"message without number", "POST", "RID=1", "count=1&ofs=0&req___data__=1", 400, "not a message"},
		{"message number too large", "POST", "RID=1", "count=1&ofs=0&req2000___data__=1", 400, "not a message"},
		{"message too far ahead", "POST", "RID=1", formOf(1001, `1`), 400, "too far ahead"},
		{"fields without end", "POST", "RID=1", strings.Repeat("&", 2000), 400, "more than 1016 fields"},
		{"headers twice", "POST", "RID=1", "headers=A:1&headers=B:2&count=0", 400, "headers twice"},
		{"headers too large", "POST", "RID=1", "count=0&headers=A:" + long, 431, "larger than 16384 bytes"},
		{"headers without end", "POST", "RID=1", "count=0&headers=" + strings.Repeat("A:1%0D%0A", 65), 400, "more than 64"},
		{"header without colon", "POST", "RID=1", "count=0&headers=A", 400, "proper name"},
		{"header without name", "POST", "RID=1", "count=0&headers=:1", 400, "proper name"},
		{"header with a name of two words", "POST", "RID=1", "count=0&headers=A+B:1", 400, "proper name"},
		{"header with a line feed", "POST", "RID=1", "count=0&headers=A:1%0AB:2", 400, "control character"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := h.do(c.method, c.query, c.body)
			if got.status != c.status || !strings.Contains(got.body, c.sentence) {
				t.Errorf("answered %d %q, want %d %q", got.status, got.body, c.status, c.sentence)
			}
		})
	}
	t.Run("VER of another protocol", func(t *testing.T) {
		h.base += "?VER=7&ignore="
		got := h.do(http.MethodPost, "RID=1", formOf(0))
		if got.status != 400 || !strings.Contains(got.body, `VER is "7"`) {
			t.Errorf("answered %d %q", got.status, got.body)
		}
	})
	t.Run("no refusal ended the session", func(t *testing.T) {
		p.base = strings.TrimSuffix(p.base, "?VER=7&ignore=")
		if got := p.post(0, `"still here"`); got.status != http.StatusOK || p.received(1)[0] != `"still here"` {
			t.Errorf("answered %d %q", got.status, got.body)
		}
	})
}

func TestLimitsOfRequests(t *testing.T) {
	h := serve(t, &webchannel.Options{
		MaxSessions: 2, MaxBodyBytes: 4 << 10, MaxMessageBytes: 1 << 10, MaxBufferedBytes: 16 << 10,
	}, nil)
	big := `"` + strings.Repeat("x", 1022) + `"`

	t.Run("message", func(t *testing.T) {
		if got := h.do(http.MethodPost, "RID=1", formOf(0, `"`+big[1:len(big)-1]+`x"`)); got.status != 413 {
			t.Errorf("one byte too many: %d %s", got.status, got.body)
		}
	})
	t.Run("body of known and of unknown length", func(t *testing.T) {
		body := formOf(0, big, big, big, big)
		if got := h.do(http.MethodPost, "RID=1", body); got.status != 413 {
			t.Errorf("known: %d %s", got.status, got.body)
		}
		response := h.open(t.Context(), http.MethodPost, "RID=1", struct{ *strings.Reader }{strings.NewReader(body)})
		response.Body.Close()
		if response.StatusCode != http.StatusRequestEntityTooLarge || response.Request.ContentLength > 0 {
			t.Errorf("unknown: %d", response.StatusCode)
		}
	})
	t.Run("all sessions together, and the number of sessions", func(t *testing.T) {
		p := h.handshake(big, big, big)
		offset := 3
		for got := p.post(offset, big); ; got = p.post(offset, big) {
			if got.status == http.StatusServiceUnavailable {
				break
			}
			if offset++; got.status != http.StatusOK || offset > 20 {
				t.Fatalf("after %d messages: %d %s", offset, got.status, got.body)
			}
		}
		if got := h.do(http.MethodPost, "RID=1", formOf(0, big)); got.status != 503 {
			t.Errorf("another session's message: %d %s", got.status, got.body)
		}
		large := []byte(`"` + strings.Repeat("y", 4000) + `"`)
		if err := p.session().Send(t.Context(), large); !errors.Is(err, webchannel.ErrOverloaded) {
			t.Errorf("sending: %v, want overloaded", err)
		}
		if err := <-h.ended; !errors.Is(err, webchannel.ErrOverloaded) {
			t.Errorf("ended with %v", err)
		}
		h.handshake()
		if got := h.do(http.MethodPost, "RID=1", formOf(0)); got.status != 503 || !strings.Contains(got.body, "sessions") {
			t.Errorf("third session: %d %s", got.status, got.body)
		}
		h.do(http.MethodPost, "RID=9&TYPE=terminate&SID="+url.QueryEscape(p.sid), "")
		h.handshake()
	})
}
