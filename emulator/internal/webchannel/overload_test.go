package webchannel_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

// The queue is bounded. When it is full Send waits; when the client does not read for SendTimeout, its
// session ends and costs nothing any more.
func TestSlowClient(t *testing.T) {
	message := []byte(`"` + strings.Repeat("x", 1000) + `"`)
	fill := func(ctx context.Context, s *webchannel.Session) (n int, err error) {
		for ; err == nil; n++ {
			err = s.Send(ctx, message)
		}
		return n - 1, err
	}
	opts := &webchannel.Options{QueueBytes: 10_000}
	t.Run("without back channel", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := servePipe(t, opts, nil)
			p := h.handshake()
			start := time.Now()
			n, err := fill(t.Context(), p.session())
			if n != 9 || !errors.Is(err, webchannel.ErrSlowClient) || passed(start) != webchannel.DefaultSendTimeout {
				t.Errorf("after %d messages and %v: %v", n, passed(start), err)
			}
			if held := h.server.Buffered(); held > 100 {
				t.Errorf("%d bytes are held for a client that is given up", held)
			}
			back := p.get("AID=0&CI=0") // it comes late, and learns of the failure
			back.want(`[10,["stop"]]`)
			back.wantEnd()
		})
	})
	t.Run("that does not read what it asked for", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := servePipe(t, opts, nil)
			p := h.handshake()
			back := p.get("AID=0&CI=0") // the pipe takes nothing that is not read
			start := time.Now()
			if _, err := fill(t.Context(), p.session()); !errors.Is(err, webchannel.ErrSlowClient) {
				t.Errorf("got %v", err)
			}
			if got := passed(start); got != webchannel.DefaultSendTimeout {
				t.Errorf("after %v", got)
			}
			<-time.After(webchannel.DefaultWriteTimeout + webchannel.DefaultSessionTimeout)
			synctest.Wait()
			if h.server.Sessions() != 0 || h.server.Buffered() != 0 {
				t.Error("something is left")
			}
			back.cut()
		})
	})
	t.Run("that reads again in time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := servePipe(t, opts, nil).handshake()
			for range 9 {
				p.send(string(message))
			}
			sent := make(chan error, 1)
			go func() { sent <- p.session().Send(t.Context(), message) }()
			<-time.After(webchannel.DefaultSendTimeout - time.Second)
			back := p.get("AID=0&CI=0")
			back.chunk()
			back.wantEnd() // somebody waits for room, so the client has to come and confirm
			p.get("AID=9&CI=0").want("[10,[" + string(message) + "]]")
			if err := <-sent; err != nil {
				t.Error(err)
			}
		})
	})
	t.Run("and a sender that gives up", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := servePipe(t, opts, nil).handshake()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if n, err := fill(ctx, p.session()); n != 9 || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("after %d messages: %v", n, err)
			}
			p.get("AID=0&CI=1").chunk() // the session goes on
			p.get("AID=9&CI=1").want(`[10,["noop"]]`)
		})
	})
}

func TestBodyThatNeverCameToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := servePipe(t, nil, nil)
		p := h.handshake()
		body, half := io.Pipe()
		defer half.Close()
		go half.Write([]byte("count=1&"))
		start := time.Now()
		response := h.open(t.Context(), http.MethodPost, "RID=2&SID="+p.sid, body)
		defer response.Body.Close()
		if response.StatusCode != http.StatusBadRequest || passed(start) != webchannel.DefaultReadTimeout {
			t.Errorf("answered %d after %v", response.StatusCode, passed(start))
		}
	})
}

// Thousands of clients shake hands, one message each, and are never heard of again.
func TestHalfOpenChannels(t *testing.T) {
	const limit, clients = 2000, 3000
	synctest.Test(t, func(t *testing.T) {
		opts := &webchannel.Options{MaxSessions: limit, MaxBufferedBytes: 2 << 20}
		h := servePipe(t, opts, nil)
		message := formOf(0, `"`+strings.Repeat("x", 1500)+`"`)
		counts := map[int]int{}
		for range clients {
			counts[h.do(http.MethodPost, "RID=1", message).status]++
		}
		if held := h.server.Buffered(); held > 2<<20 || h.server.Sessions() > limit {
			t.Errorf("%d sessions hold %d bytes", h.server.Sessions(), held)
		}
		if counts[200] != h.server.Sessions() || counts[200]+counts[503] != clients || counts[200] < 1000 {
			t.Errorf("answers: %v", counts)
		}
		for range clients { // without messages it is the number of sessions that counts
			counts[h.do(http.MethodPost, "RID=1", "count=0").status]++
		}
		if n := h.server.Sessions(); n != limit || counts[200] != limit {
			t.Errorf("%d sessions, answers: %v", n, counts)
		}
		<-time.After(webchannel.DefaultSessionTimeout)
		synctest.Wait()
		if h.server.Sessions() != 0 || h.server.Buffered() != 0 {
			t.Error("something is left")
		}
		if got := h.do(http.MethodPost, "RID="+strconv.Itoa(clients), message); got.status != http.StatusOK {
			t.Errorf("afterwards: %d %s", got.status, got.body)
		}
	})
}
