package webchannel_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

func TestUnknownSID(t *testing.T) {
	h := serve(t, nil, nil)
	other := serve(t, nil, nil).handshake()
	for name, got := range map[string]answer{
		"forward":                  h.do(http.MethodPost, "RID=3&AID=0&SID=nobody", formOf(0)),
		"back channel":             h.do(http.MethodGet, "RID=rpc&AID=0&CI=0&SID=nobody", ""),
		"another server's session": h.do(http.MethodGet, "RID=rpc&AID=0&CI=0&SID="+other.sid, ""),
	} {
		// The client looks for the words with indexOf() > 0.
		if got.status != http.StatusBadRequest || strings.Index(got.body, "Unknown SID") <= 0 {
			t.Errorf("%s: %d %q", name, got.status, got.body)
		}
	}
	t.Run("the session of another stream of the same server", func(t *testing.T) {
		p := h.handshake()
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/write?VER=8&RID=3&SID="+p.sid, nil)
		h.server.Handler(nil).ServeHTTP(w, r)
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "Unknown SID") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

func TestTerminate(t *testing.T) {
	for name, terminate := range map[string]func(p *peer) answer{
		"beacon with an empty body": func(p *peer) answer {
			return p.do(http.MethodPost, "RID=9&TYPE=terminate&SID="+p.sid, "", "Content-Type", "text/plain")
		},
		"GET where there are no beacons": func(p *peer) answer {
			return p.do(http.MethodGet, "RID=9&TYPE=terminate&SID="+p.sid, "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := serve(t, nil, nil)
			p := h.handshake(`"not taken"`)
			p.send("1")
			back := p.get("AID=0&CI=0")
			back.want("[1,[1]]")
			if got := terminate(p); got.status != http.StatusOK {
				t.Errorf("answered %d %s", got.status, got.body)
			}
			back.wantEnd()
			if err := <-h.ended; !errors.Is(err, webchannel.ErrTerminated) {
				t.Errorf("ended with %v", err)
			}
			if _, err := p.session().Receive(t.Context()); !errors.Is(err, webchannel.ErrTerminated) {
				t.Errorf("receiving: %v", err)
			}
			if got := p.post(1); got.status != http.StatusBadRequest {
				t.Errorf("a message afterwards: %d", got.status)
			}
			if got := terminate(p); got.status != http.StatusOK {
				t.Errorf("again: %d %s", got.status, got.body)
			}
			if h.server.Sessions() != 0 || h.server.Buffered() != 0 {
				t.Error("something is left")
			}
		})
	}
}

func TestReturningFromAcceptCloses(t *testing.T) {
	h := serve(t, nil, func(ctx context.Context, s *webchannel.Session) {
		m, err := s.Receive(ctx)
		if err == nil {
			err = s.Send(ctx, m)
		}
		if err != nil {
			t.Error(err)
		}
	})
	back := h.handshake(`"echo"`).get("AID=0&CI=0")
	back.want(`[1,["echo"]]`, `[2,["close"]]`)
	back.wantEnd()
}

func TestEndIsSentAgainWhenCut(t *testing.T) {
	p := serve(t, nil, nil).handshake()
	p.send("1")
	p.session().Close()
	first := p.get("AID=0&CI=0")
	first.body.ReadByte()
	first.cut()
	second := p.get("AID=0&CI=0")
	second.want("[1,[1]]", `[2,["close"]]`)
	second.wantEnd()
}

func TestServerClose(t *testing.T) {
	h := serve(t, nil, nil)
	streaming, polling, away := h.handshake(), h.handshake(), h.handshake()
	stream, poll := streaming.get("AID=0&CI=0"), polling.get("AID=0&CI=1")

	closed := make(chan error, 2)
	for range 2 { // it may be called twice, and at a time
		go func() { closed <- h.server.Close(context.Background()) }()
	}
	stream.want(`[1,["close"]]`)
	stream.wantEnd()
	poll.want(`[1,["close"]]`)
	poll.wantEnd()
	for range 2 {
		if err := <-closed; err != nil {
			t.Error(err)
		}
	}
	for range 3 {
		if err := <-h.ended; !errors.Is(err, webchannel.ErrServerClosed) {
			t.Errorf("ended with %v", err)
		}
	}
	if got := away.post(0); got.status != http.StatusBadRequest {
		t.Errorf("a session that is no more: %d %s", got.status, got.body)
	}
	if got := h.do(http.MethodPost, "RID=1", formOf(0)); got.status != http.StatusServiceUnavailable {
		t.Errorf("handshake: %d %s", got.status, got.body)
	}
	if err := h.server.Close(context.Background()); err != nil {
		t.Errorf("Close again: %v", err)
	}
}

func TestServerCloseGivesUpWithItsContext(t *testing.T) {
	release := make(chan struct{})
	h := serve(t, nil, func(context.Context, *webchannel.Session) { <-release })
	h.handshake(`"not taken"`)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("no time")
	cancel(cause)
	if err := h.server.Close(ctx); !errors.Is(err, cause) {
		t.Errorf("Close: %v", err)
	}
	if h.server.Sessions() != 0 || h.server.Buffered() != 0 {
		t.Error("something is left")
	}
	close(release) // the Close of the clean-up waits for accept
}
