package peer_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
)

// ttl is how long the relay's credentials are good in these tests.
const ttl = time.Minute

// relayed are two in a world with a relay, and what they are told once they are connected.
type relayed struct {
	two

	w     *peertest.World
	relay *peertest.Relay
	told  chan peer.Event
}

// overARelay connects two, as strangers and as members; hides tells whether each hides their address.
func overARelay(t *testing.T, hides [2]bool, f func(t *testing.T, p relayed)) {
	t.Helper()
	for name, strangers := range map[string]bool{"strangers": true, "members": false} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) {
				r := w.Relay(t, ttl)
				told := make(chan peer.Event, 1024)
				options := func(hides bool) (*peer.Options, *peertest.Cable) {
					o, cable := w.Options(t)
					o.RelayOnly = hides
					o.OnEvent = func(e peer.Event) { told <- e }
					return o, cable
				}
				first, _ := options(hides[0])
				second, cable := options(hides[1])
				p := two{cable: cable}
				if strangers {
					p.a, p.b = w.PairWith(t, first, second)
				} else {
					p.a, p.b = membersWith(t, w, first, second)
				}
				for len(told) > 0 {
					<-told
				}
				f(t, relayed{two: p, w: w, relay: r, told: told})
			})
		})
	}
}

func membersWith(t *testing.T, w *peertest.World, first, second *peer.Options) (a, b *peer.Conn) {
	t.Helper()
	host, err := peer.Create(t.Context(), w.Services("host"), first)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Close() })
	guest, err := peer.Enter(t.Context(), w.Services("guest"), host.Secret(), second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = guest.Close() })
	return next(t, host), next(t, guest)
}

// talkOn lets both say something every five seconds, and checks that all of it arrives, once and in order.
func talkOn(t *testing.T, p relayed, during time.Duration) {
	t.Helper()
	for i := range int(during / (5 * time.Second)) {
		send(t, p.a, fmt.Sprint("from a ", i))
		send(t, p.b, fmt.Sprint("from b ", i))
		want(t, p.b, fmt.Sprint("from a ", i))
		want(t, p.a, fmt.Sprint("from b ", i))
		<-time.After(5 * time.Second)
	}
	for _, c := range []*peer.Conn{p.a, p.b} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := c.Flush(ctx); err != nil {
			t.Errorf("flush: %v", err)
		}
	}
}

// [M11] A conversation over a relay goes on when the credentials end, and nobody is told of a break.
func TestMovesBeforeTheCredentialsEnd(t *testing.T) {
	for _, hides := range [][2]bool{{true, true}, {false, true}} {
		t.Run(fmt.Sprint(hides), func(t *testing.T) {
			overARelay(t, hides, func(t *testing.T, p relayed) {
				safety := p.a.Safety()
				talkOn(t, p, 13*ttl)
				if n := p.relay.Given(); n < 13 {
					t.Errorf("credentials were given %d times", n)
				}
				if p.a.Safety() != safety {
					t.Error("[H7] other emoji than at the beginning")
				}
				for len(p.told) > 0 {
					t.Errorf("told of %s", <-p.told)
				}
				if path := p.b.Path(); path != peer.PathRelayed {
					t.Errorf("path %s", path)
				}
			})
		})
	}
}

// [M11] Also when both write all the time, and more than one acknowledgement takes.
func TestMovesUnderWay(t *testing.T) {
	overARelay(t, [2]bool{true, true}, func(t *testing.T, p relayed) {
		const n = 1800
		go func() {
			for i := range n {
				for _, c := range []*peer.Conn{p.a, p.b} {
					if err := c.Send(t.Context(), fmt.Sprint(i)); err != nil {
						t.Errorf("send: %v", err)
						return
					}
				}
				<-time.After(50 * time.Millisecond)
			}
		}()
		for i := range n {
			want(t, p.a, fmt.Sprint(i))
			want(t, p.b, fmt.Sprint(i))
		}
	})
}

// [M11] When the function has nothing for a while, it is asked again.
func TestMovesWhenThereAreCredentialsAgain(t *testing.T) {
	overARelay(t, [2]bool{true, true}, func(t *testing.T, p relayed) {
		since := time.Now()
		p.w.Matcher.ICEFault = func() error {
			if time.Since(since) < ttl-10*time.Second {
				return errors.New("out of order")
			}
			return nil
		}
		talkOn(t, p, 3*ttl)
		for len(p.told) > 0 {
			t.Errorf("told of %s", <-p.told)
		}
	})
}

// [M11] Who has no relay does nothing.
func TestStaysOnADirectPath(t *testing.T) {
	overARelay(t, [2]bool{}, func(t *testing.T, p relayed) {
		before := p.relay.Given()
		talkOn(t, p, 3*ttl)
		if p.relay.Given() != before {
			t.Errorf("credentials were given %d times more", p.relay.Given()-before)
		}
		for len(p.told) > 0 {
			t.Errorf("told of %s", <-p.told)
		}
	})
}

// [C5] Who leaves in the midst of it has left.
func TestLeavesWhileMoving(t *testing.T) {
	overARelay(t, [2]bool{true, true}, func(t *testing.T, p relayed) {
		before := p.relay.Given()
		for p.relay.Given() == before {
			<-time.After(time.Millisecond)
		}
		<-time.After(20 * time.Millisecond)
		_ = p.b.Close()
		wantEnd(t, p.a, is(peer.ErrPeerLeft))
	})
}

// [M11] In a room of many a link is made anew before the credentials end: nobody leaves, and nobody waits for ICE to
// find out that it broke.
func TestGroupOutlivesCredentials(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		r := w.Relay(t, ttl)
		var all []*peer.Group
		for i := range 3 {
			o, _ := ofDevice(t, w, fmt.Sprint("m", i))
			if o.RelayOnly = i > 0; i == 0 {
				all = append(all, createWith(t, w, "m0", o))
			} else {
				all = append(all, enterWith(t, w, o.Name, all[0].Secret(), o))
			}
		}
		everybodyHears(t, all, "before")
		before := r.Given()
		for second := range 5 * 60 {
			text, begun := fmt.Sprint("second ", second), time.Now()
			say(t, all[1], text)
			for i, g := range all {
				until(t, g, text, func(n peer.Notice) bool {
					if n.Kind == peer.NoticeLeft {
						t.Errorf("%s has left, says m%d in the %d. second", n.Member.Name, i, second)
					}
					return n.Kind == peer.NoticeText && n.Entry.Text == text
				})
			}
			if took := time.Since(begun); took > 3*time.Second {
				t.Errorf("what is said in the %d. second takes %s", second, took)
			}
			time.Sleep(time.Second) // virtual
		}
		if n := r.Given() - before; n < 5 {
			t.Errorf("credentials were given %d times", n)
		}
	})
}
