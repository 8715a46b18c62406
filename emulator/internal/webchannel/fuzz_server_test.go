package webchannel_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

// FuzzServer sends one request of any content to a server that has a session of the known id
// «AAAAAAAAAAAAAAAAAAAAAA», from a client that hangs up at once.
func FuzzServer(f *testing.F) {
	const sid = "AAAAAAAAAAAAAAAAAAAAAA"
	for _, seed := range []struct{ method, query, body string }{
		{"POST", "VER=8&RID=1", "count=1&ofs=0&req0___data__={}"},
		{"POST", "VER=8&RID=2&AID=0&SID=" + sid, "count=1&ofs=1&req0___data__=1"},
		{"POST", "VER=8&RID=2&AID=1&SID=" + sid, "count=1&ofs=900&req0___data__=1"},
		{"GET", "VER=8&RID=rpc&CI=0&AID=0&TYPE=xmlhttp&SID=" + sid, ""},
		{"GET", "VER=8&RID=rpc&CI=1&AID=0&TO=1&SID=" + sid, ""},
		{"POST", "VER=8&RID=3&TYPE=terminate&SID=" + sid, ""},
		{"OPTIONS", "", ""},
	} {
		f.Add(seed.method, seed.query, seed.body)
	}
	gone, hangUp := context.WithCancel(f.Context())
	hangUp()
	f.Fuzz(func(t *testing.T, method, query, body string) {
		server := webchannel.New(&webchannel.Options{
			Rand:         strings.NewReader(strings.Repeat("\x00", 16) + strings.Repeat("\x01", 16)),
			MaxBodyBytes: 4096, MaxBufferedBytes: 64 << 10,
		})
		handler := server.Handler(func(ctx context.Context, s *webchannel.Session) {
			m, err := s.Receive(ctx)
			if err == nil {
				_ = s.Send(ctx, m)
			}
			<-ctx.Done()
		})
		request := func(ctx context.Context, method, query, body string) int {
			r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/channel", strings.NewReader(body))
			r.Method, r.URL.RawQuery = method, query
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			return w.Code
		}
		if code := request(t.Context(), "POST", "VER=8&RID=1", "count=1&ofs=0&req0___data__=0"); code != http.StatusOK {
			t.Fatalf("handshake: %d", code)
		}
		switch code := request(gone, method, query, body); code {
		case http.StatusOK, http.StatusNoContent, http.StatusBadRequest, http.StatusMethodNotAllowed,
			http.StatusRequestEntityTooLarge, http.StatusRequestHeaderFieldsTooLarge:
		default:
			t.Errorf("%q %q %q: %d", method, query, body, code)
		}
		_ = server.Close(gone) // ends what is left at once
		if server.Sessions() != 0 || server.Buffered() != 0 {
			t.Errorf("%d sessions and %d bytes are left", server.Sessions(), server.Buffered())
		}
		if err := server.Close(t.Context()); err != nil { // accept has returned
			t.Error(err)
		}
	})
}
