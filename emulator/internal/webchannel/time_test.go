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

// passed is how far the bubble's clock moved since start.
func passed(start time.Time) time.Duration { return time.Since(start).Round(time.Millisecond) }

// «The server must send a noop at least that often»: keepaliveMs of the handshake.
func TestKeepalive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := servePipe(t, nil, nil)
		p := h.handshake()
		back := p.get("AID=0&CI=0")
		start := time.Now()
		back.want(`[1,["noop"]]`) // it consumes an array id
		if got := passed(start); got != webchannel.DefaultKeepalive {
			t.Errorf("the first noop came after %v", got)
		}
		<-time.After(10 * time.Second)
		p.send(`"data"`)
		back.want(`[2,["data"]]`)
		start = time.Now()
		back.want(`[3,["noop"]]`)
		if got := passed(start); got != webchannel.DefaultKeepalive {
			t.Errorf("a noop came %v after data", got)
		}
	})
}

// A response without any byte is an error to the client, so that an empty long poll ends with a noop.
func TestLongPollTimeout(t *testing.T) {
	for query, want := range map[string]time.Duration{
		"CI=1":                         webchannel.DefaultKeepalive,
		"CI=1&TO=5000":                 5 * time.Second,
		"CI=1&TO=600000":               webchannel.DefaultKeepalive,
		"CI=1&TO=9007199254740991":     webchannel.DefaultKeepalive,
		"CI=1&TO=0":                    webchannel.DefaultKeepalive,
		"CI=0&TO=1000&comment=ignored": webchannel.DefaultKeepalive,
	} {
		t.Run(query, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				back := servePipe(t, nil, nil).handshake().get("AID=0&" + query)
				start := time.Now()
				back.want(`[1,["noop"]]`)
				if got := passed(start); got != want {
					t.Errorf("the noop came after %v, want %v", got, want)
				}
				if strings.HasPrefix(query, "CI=1") {
					back.wantEnd()
				}
			})
		})
	}
}

// «A closed tab sends nothing: the server must expire sessions with no back channel.»
func TestSessionsExpire(t *testing.T) {
	listen := func(p *peer, d time.Duration) {
		back := p.get("AID=0&CI=0")
		go io.Copy(io.Discard, back.body)
		<-time.After(d)
		back.cut()
		synctest.Wait()
	}
	for _, c := range []struct {
		name string
		live func(p *peer) (gone time.Time) // what happens before, and when the client was last there
	}{
		{"never a back channel", func(*peer) time.Time { return time.Now() }},
		{"the back channel was cut", func(p *peer) time.Time {
			listen(p, 4*time.Minute)
			return time.Now()
		}},
		{"the back channel was cut, and another opened in time", func(p *peer) time.Time {
			listen(p, time.Second)
			<-time.After(time.Minute)
			listen(p, 4*time.Minute)
			return time.Now()
		}},
		{"messages alone do not keep it", func(p *peer) time.Time {
			start := time.Now()
			<-time.After(time.Minute)
			p.post(0, `"hello"`)
			return start
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := servePipe(t, nil, nil)
				p := h.handshake(`"kept"`)
				gone := c.live(p)
				if h.server.Sessions() != 1 {
					t.Fatal("the session ended too early")
				}
				if err := <-h.ended; !errors.Is(err, webchannel.ErrExpired) {
					t.Errorf("ended with %v", err)
				}
				if got := passed(gone); got != webchannel.DefaultSessionTimeout {
					t.Errorf("ended after %v", got)
				}
				synctest.Wait()
				if h.server.Sessions() != 0 || h.server.Buffered() != 0 {
					t.Error("something is left")
				}
				if got := p.post(1); got.status != http.StatusBadRequest {
					t.Errorf("afterwards: %d", got.status)
				}
			})
		})
	}
}

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

func TestEndedSessionLingers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := servePipe(t, nil, nil)
		p := h.handshake()
		p.session().Stop()
		back := p.get("AID=0&CI=0")
		back.want(`[1,["stop"]]`)
		back.wantEnd()
		start := time.Now()
		<-time.After(9 * time.Second)
		if h.server.Sessions() != 1 {
			t.Error("the end cannot be asked for again")
		}
		<-time.After(2 * time.Second)
		if h.server.Sessions() != 0 {
			t.Errorf("the session is still there after %v", passed(start))
		}
	})
}

func TestStreamDoesNotLiveForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		back := servePipe(t, nil, nil).handshake().get("AID=0&CI=0")
		start, noops := time.Now(), 0
		for back.chunk() != "" {
			noops++
		}
		if got := passed(start); got < 5*time.Minute || got > 6*time.Minute || noops < 10 {
			t.Errorf("it ended after %v and %d noops", got, noops)
		}
	})
}

// Close waits a moment for clients that are between two back channels, and no longer.
func TestServerCloseGrace(t *testing.T) {
	for _, c := range []struct {
		name  string
		comes bool
		want  time.Duration
	}{
		{"the client comes back", true, 100 * time.Millisecond},
		{"the client is gone", false, 500 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := servePipe(t, nil, nil)
				p := h.handshake()
				p.session()
				start := time.Now()
				closed := make(chan error)
				go func() { closed <- h.server.Close(t.Context()) }()
				<-time.After(100 * time.Millisecond)
				if c.comes {
					p.get("AID=0&CI=1").want(`[1,["close"]]`)
				}
				if err := <-closed; err != nil || passed(start) != c.want {
					t.Errorf("Close took %v, want %v: %v", passed(start), c.want, err)
				}
			})
		})
	}
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
