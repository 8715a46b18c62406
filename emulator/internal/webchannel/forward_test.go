package webchannel_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

// step is one POST of a client.
type step struct {
	offset   int
	messages []string
}

func TestForwardChannelOrder(t *testing.T) {
	for _, c := range []struct {
		rule  string
		steps []step
		want  []string
	}{
		{
			"message id = ofs + i, contiguous from 0",
			[]step{{0, []string{"0"}}, {1, []string{"1", "2"}}, {3, nil}, {3, []string{"3"}}},
			[]string{"0", "1", "2", "3"},
		},
		{
			"a retried POST reuses its ids: an id below the next is dropped",
			[]step{{0, []string{"0", "1"}}, {0, []string{"0", "1"}}, {2, []string{"2"}}},
			[]string{"0", "1", "2"},
		},
		{
			"a retry may overlap what came",
			[]step{{0, []string{"0", "1"}}, {1, []string{"1", "2", "3"}}},
			[]string{"0", "1", "2", "3"},
		},
		{
			"an id beyond the next is kept until its turn",
			[]step{{2, []string{"2"}}, {3, []string{"3"}}, {1, []string{"1"}}, {0, []string{"0"}}},
			[]string{"0", "1", "2", "3"},
		},
		{
			"what is kept and comes again counts once",
			[]step{{1, []string{"1"}}, {1, []string{"1"}}, {0, []string{"0", "1", "2"}}},
			[]string{"0", "1", "2"},
		},
	} {
		t.Run(c.rule, func(t *testing.T) {
			h := serve(t, nil, nil)
			p := h.handshake()
			for _, s := range c.steps {
				if got := p.post(s.offset, s.messages...); got.status != http.StatusOK {
					t.Fatalf("ofs=%d: %d %s", s.offset, got.status, got.body)
				}
			}
			if got := p.received(len(c.want)); !slices.Equal(got, c.want) {
				t.Errorf("received %q, want %q", got, c.want)
			}
			if n := h.server.Buffered(); n != 0 {
				t.Errorf("%d bytes are still held", n)
			}
		})
	}
}

func TestForwardChannelAnswer(t *testing.T) {
	h := serve(t, nil, nil)
	p := h.handshake()
	expect := func(want string, got answer) {
		t.Helper()
		if payload := chunkOf(t, got.body); payload != want {
			t.Errorf("answered %s, want %s", payload, want)
		}
	}
	query := "SID=" + p.sid + "&RID=2&AID="

	// [backChannelPresent 0|1, lastArrayIdSentByServer, outstandingBytes]
	expect(`[0,0,0]`, p.post(0))
	p.send(`"four"`, `{"x": 1}`)
	expect(`[0,0,0]`, p.post(0))
	back := p.get("AID=0&CI=0")
	back.want(`[1,["four"]]`, `[2,[{"x":1}]]`)
	expect(`[1,2,13]`, p.post(0))
	// AID acknowledges the server's arrays up to it
	expect(`[1,2,7]`, h.do(http.MethodPost, query+"1", formOf(0)))
	expect(`[1,2,7]`, h.do(http.MethodPost, query+"0", formOf(0))) // old news
	expect(`[1,2,0]`, h.do(http.MethodPost, query+"2", formOf(0)))
}

func TestLimitOfEarlyMessages(t *testing.T) {
	h := serve(t, &webchannel.Options{MaxAhead: 10, InboxBytes: 1000}, nil)
	p := h.handshake()
	if got := p.post(11, `"far"`); got.status != http.StatusBadRequest {
		t.Errorf("11 ahead: %d %s", got.status, got.body)
	}
	long := `"` + strings.Repeat("x", 700) + `"`
	if got := p.post(5, long); got.status != http.StatusOK {
		t.Errorf("5 ahead: %d %s", got.status, got.body)
	}
	if got := p.post(6, long); got.status != http.StatusBadRequest || !strings.Contains(got.body, "Too much") {
		t.Errorf("more than the inbox, before its turn: %d %s", got.status, got.body)
	}
	if got := p.post(0, "0", "1", "2", "3", "4"); got.status != http.StatusOK {
		t.Errorf("the gap: %d %s", got.status, got.body)
	}
	if got := p.received(6); got[5] != long {
		t.Errorf("received %q", got)
	}
}

// What is not taken holds back the client, not the server's memory.
func TestFullInboxHoldsBackTheClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := servePipe(t, &webchannel.Options{InboxBytes: 200}, nil)
		p := h.handshake(`"first"`, `"second"`, `"third"`)
		ctx, abort := context.WithCancel(t.Context())
		aborted := make(chan error)
		go func() {
			r, _ := http.NewRequestWithContext(ctx, http.MethodPost, h.base+"?VER=8&RID=2&SID="+p.sid,
				strings.NewReader(formOf(3, `"fourth"`)))
			_, err := h.client.Do(r)
			aborted <- err
		}()
		synctest.Wait()
		answered := make(chan answer, 1)
		go func() { answered <- p.post(3, `"fourth"`) }() // the client tries again
		synctest.Wait()
		abort()
		if err := <-aborted; !errors.Is(err, context.Canceled) {
			t.Errorf("the first try ended with %v", err)
		}
		synctest.Wait()
		select {
		case got := <-answered:
			t.Fatalf("answered %d %q while the inbox is full", got.status, got.body)
		default:
		}
		if got := p.received(4); got[3] != `"fourth"` {
			t.Errorf("received %q", got)
		}
		if got := <-answered; got.status != http.StatusOK {
			t.Errorf("answered %d %q", got.status, got.body)
		}
	})
}

// «After an error, messages already pipelined on that session must not be applied.»
func TestNothingIsDeliveredAfterTheEnd(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(*webchannel.Session) error
		last string // what the client gets
	}{
		{"Close", func(s *webchannel.Session) error { s.Close(); return nil }, `[1,["close"]]`},
		{"Stop", func(s *webchannel.Session) error { s.Stop(); return nil }, `[1,["stop"]]`},
		{
			"CloseWith", func(s *webchannel.Session) error { return s.CloseWith([]byte(`{"error":{"code":403}}`)) },
			`[1,[{"error":{"code":403}}]],[2,["close"]]`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := serve(t, nil, nil)
			p := h.handshake(`"taken"`, `"sent ahead"`)
			p.received(1)
			if err := c.end(p.session()); err != nil {
				t.Fatal(err)
			}
			if m, err := p.s.Receive(t.Context()); !errors.Is(err, webchannel.ErrClosed) {
				t.Errorf("received %s, %v", m, err)
			}
			if got := p.post(2, `"too late"`); got.status != http.StatusOK {
				t.Errorf("a message that comes after the end: %d %s", got.status, got.body)
			}
			if m, err := p.s.Receive(t.Context()); !errors.Is(err, webchannel.ErrClosed) {
				t.Errorf("received %s, %v", m, err)
			}
			if err := p.s.Send(t.Context(), []byte("1")); !errors.Is(err, webchannel.ErrClosed) {
				t.Errorf("sending: %v", err)
			}
			if err := p.s.CloseWith([]byte("1")); !errors.Is(err, webchannel.ErrClosed) {
				t.Errorf("closing with a message: %v", err)
			}
			if err := <-h.ended; !errors.Is(err, webchannel.ErrClosed) {
				t.Errorf("the context ended with %v", err)
			}
			p.s.Stop() // only the first end counts
			back := p.get("AID=0&CI=0")
			back.want(c.last)
			back.wantEnd()
		})
	}
}

func TestReceiveEndsWithItsContext(t *testing.T) {
	p := serve(t, nil, nil).handshake()
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	if _, err := p.session().Receive(ctx); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
}

func TestBodyThatBreaksOff(t *testing.T) {
	h := serve(t, nil, nil)
	p := h.handshake()
	body, half := io.Pipe()
	go func() {
		half.Write([]byte("count=1&ofs=0&req0___da"))
		half.CloseWithError(io.ErrUnexpectedEOF)
	}()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.base+"?VER=8&RID=2&SID="+p.sid, body)
	if err != nil {
		t.Fatal(err)
	}
	if response, err := h.client.Do(r); err == nil {
		response.Body.Close()
		t.Errorf("answered %d", response.StatusCode)
	}
	if got := p.post(0, `"whole"`); got.status != http.StatusOK || p.received(1)[0] != `"whole"` {
		t.Errorf("afterwards: %d %q", got.status, got.body)
	}
}
