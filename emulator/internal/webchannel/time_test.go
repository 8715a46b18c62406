package webchannel_test

import (
	"errors"
	"io"
	"net/http"
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
		{"the client knows already", false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := servePipe(t, nil, nil)
				p := h.handshake()
				p.session()
				if c.want == 0 {
					p.s.Close()
					p.get("AID=0&CI=1").want(`[1,["close"]]`)
					synctest.Wait()
				}
				start := time.Now()
				closed := make(chan error, 1)
				go func() { closed <- h.server.Close(t.Context()) }()
				if c.comes {
					<-time.After(100 * time.Millisecond)
					p.get("AID=0&CI=1").want(`[1,["close"]]`)
				}
				if err := <-closed; err != nil || passed(start) != c.want {
					t.Errorf("Close took %v, want %v: %v", passed(start), c.want, err)
				}
			})
		})
	}
}
