package peer_test

import (
	"crypto/rand"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

func TestBothSeeTheSame(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		a, b := w.Pair(t)
		if a.Safety().Emoji != b.Safety().Emoji {
			t.Errorf("[H7] %v and %v", a.Safety().Emoji, b.Safety().Emoji)
		}
		if a.Safety().Identity == b.Safety().Identity || a.Safety().Number != "" {
			t.Errorf("[H1] strangers with lasting identities: %+v, %+v", a.Safety(), b.Safety())
		}
		c, d := w.Pair(t)
		if c.Safety().Emoji == a.Safety().Emoji || d.Safety().Identity == b.Safety().Identity {
			t.Error("[H1] the next connection is known by the last one")
		}
	})
}

// [H1][H8] In rooms a device is the same each time, and the number of two devices too.
func TestDevicesInRooms(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host, guest := newDevice(t), newDevice(t)
		var number string
		for range 2 {
			o, _ := w.Options(t)
			o.Device = host
			room, err := peer.Create(t.Context(), w.Services("host"), o)
			if err != nil {
				t.Fatal(err)
			}
			o, _ = w.Options(t)
			o.Device = guest
			other, err := peer.Enter(t.Context(), w.Services("guest"), room.Secret(), o)
			if err != nil {
				t.Fatal(err)
			}
			atHost, atGuest := next(t, room).Safety(), next(t, other).Safety()
			if atHost.Identity != guest.Identity() || atGuest.Identity != host.Identity() {
				t.Errorf("[H5] proved %s and %s", atHost.Identity, atGuest.Identity)
			}
			if atHost.Number != atGuest.Number || atHost.Number == "" || (number != "" && atHost.Number != number) {
				t.Errorf("[H8] %q and %q, before %q", atHost.Number, atGuest.Number, number)
			}
			number = atHost.Number
			_, _ = other.Close(), room.Close()
		}
	})
}

func newDevice(t *testing.T) *peer.Device {
	t.Helper()
	d, err := peer.NewDevice(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func proofFrame(t *testing.T, p protocol.Proof) string {
	t.Helper()
	frame, err := protocol.Message{Kind: protocol.KindProof, Proof: p}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(frame)
}

// [H6] Whatever comes first and is not the proof that was promised ends the attempt, and nothing is shown.
func TestBadProof(t *testing.T) {
	for name, frame := range map[string]func(*script, protocol.Proof) string{
		"a text":       func(*script, protocol.Proof) string { return `{"t":"chat","text":"hello"}` },
		"a bye":        func(*script, protocol.Proof) string { return `{"t":"bye"}` },
		"not JSON":     func(*script, protocol.Proof) string { return "proof" },
		"unknown kind": func(*script, protocol.Proof) string { return `{"t":"typing"}` },
		"nothing revealed": func(s *script, p protocol.Proof) string {
			p.Reveals = false
			return proofFrame(s.t, p)
		},
		"another nonce than promised": func(s *script, p protocol.Proof) string {
			p.Nonce[0] ^= 1
			return proofFrame(s.t, p)
		},
		"another identity than promised": func(s *script, p protocol.Proof) string {
			p.Identity = newDevice(s.t).Identity()
			return proofFrame(s.t, p)
		},
		"one bit of the signature": func(s *script, p protocol.Proof) string {
			p.Signature[20] ^= 8
			return proofFrame(s.t, p)
		},
		"signed as the callee": func(s *script, p protocol.Proof) string {
			p.Signature = protocol.Transcript{}.Sign(protocol.Callee, s.device)
			return proofFrame(s.t, p)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) {
				s := newScript(t, w)
				callee := startSearch(t, w, "me")
				callee.await(peer.EventWaiting)
				s.pair()
				s.writeOffer(false)
				s.writeBatch("0", s.candidates(0))
				s.send(frame(s, s.connect()))
				callee.failsAs(peer.Tampered)
				if reason := s.link().Reason; reason != signaling.ReasonFailed {
					t.Errorf("[D6] reason %q", reason)
				}
			})
		})
	}
}

// [H6] Frames behind a good proof wait for it; a second proof is dropped.
func TestProofTwice(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		s := newScript(t, w)
		callee := startSearch(t, w, "me")
		callee.await(peer.EventWaiting)
		s.pair()
		s.writeOffer(false)
		s.writeBatch("0", s.candidates(0))
		proof := proofFrame(t, s.connect())
		s.send(proof)
		s.send(proof)
		s.send(`{"t":"chat","text":"at once"}`)
		want(t, callee.conn(), "at once")
	})
}

// [H6] Who opens the channel and proves nothing is given the time of S5.
func TestNoProof(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		s := newScript(t, w)
		callee := startSearch(t, w, "me")
		callee.await(peer.EventWaiting)
		s.pair()
		s.writeOffer(false)
		s.writeBatch("0", s.candidates(0))
		s.connect()
		start := time.Now()
		callee.failsAs(peer.ConnectionFailed)
		if waited := time.Since(start); waited > 21*time.Second {
			t.Errorf("[S5] waited %v", waited)
		}
	})
}

// The store can write calls, and show old ones again. It cannot take a conversation away with them.
func TestForgedCalls(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host := create(t, w, "host")
		synctest.Wait()
		calls := recordCalls(t, w, host)
		guest := enter(t, w, "guest", host.Secret())
		atHost, atGuest := next(t, host), next(t, guest)
		made := <-calls
		for name, forge := range map[string]func(signaling.Fields) (id string){
			"[L6] the same once more": func(signaling.Fields) string { return string(made.ID) },
			"[L3] the same elsewhere": func(signaling.Fields) string { return "AAAAAAAAAAAAAAAAAAAAAAAAAAA" },
			"[L5] one bit changed": func(f signaling.Fields) string {
				offer := append([]byte(nil), made.Link.Offer...)
				offer[99] ^= 1
				f["offer"] = offer
				return "BBBBBBBBBBBBBBBBBBBBBBBBBBA"
			},
			"[L3] from another key": func(f signaling.Fields) string {
				f["callerKey"] = make([]byte, 32)
				return "CCCCCCCCCCCCCCCCCCCCCCCCCCA"
			},
		} {
			fields := signaling.Fields{
				"caller": made.Link.Caller, "callee": made.Link.Callee,
				"callerKey": made.Link.CallerKey[:], "calleeKey": made.Link.CalleeKey[:],
				"offer": made.Link.Offer, "state": "paired",
				"createdAt": signaling.ServerTime, "expireAt": time.Now().Add(time.Minute),
			}
			path := "rooms/" + string(host.Secret().RoomID()) + "/links/" + forge(fields)
			err := w.Store.Commit(t.Context(), signaling.Write{Op: signaling.Set, Path: path, Fields: fields})
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			send(t, atGuest, name)
			want(t, atHost, name)
		}
	})
}

// A caller without the secret is told of as what it is, and the next who has it is answered.
func TestCallWithoutTheSecret(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host := create(t, w, "host")
		synctest.Wait()
		room := signaling.MeshRoom(w.Store, host.Secret().RoomID())
		err := room.Call(t.Context(), "AAAAAAAAAAAAAAAAAAAAAAAAAAA", signaling.Link{
			Caller: "forger", Callee: "host", Offer: append([]byte{1, 1}, make([]byte, 510)...),
		}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		nextFails(t, host, peer.Tampered)
		guest := enter(t, w, "guest", host.Secret())
		send(t, next(t, guest), "it is me")
		want(t, next(t, host), "it is me")
	})
}

// recordCalls gives the first call to the room's host.
func recordCalls(t *testing.T, w *peertest.World, host *peer.Room) <-chan signaling.Call {
	t.Helper()
	first := make(chan signaling.Call, 1)
	room := signaling.MeshRoom(w.Store, host.Secret().RoomID())
	done := make(chan struct{})
	ctx := t.Context()
	go func() {
		defer close(done)
		_ = room.WatchCalls(ctx, "host", func(calls []signaling.Call) {
			if len(calls) > 0 {
				select {
				case first <- calls[0]:
				default:
				}
			}
		})
	}()
	t.Cleanup(func() { <-done })
	return first
}

// [H9] Who is not admitted sees nothing and is shown nothing; the room waits for the next.
func TestAdmit(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		friend := newDevice(t)
		why := errors.New("a device that I do not know")
		o, _ := w.Options(t)
		o.Admit = func(s peer.Safety) error {
			if s.Identity != friend.Identity() {
				return why
			}
			return nil
		}
		host, err := peer.Create(t.Context(), w.Services("host"), o)
		if err != nil {
			t.Fatal(err)
		}
		defer host.Close()
		stranger := enter(t, w, "stranger", host.Secret())
		if _, err := host.Next(t.Context()); !errors.Is(err, peer.ErrNotAdmitted) || !errors.Is(err, why) {
			t.Errorf("got %v", err)
		}
		_ = stranger.Close()
		o, _ = w.Options(t)
		o.Device = friend
		guest, err := peer.Enter(t.Context(), w.Services("friend"), host.Secret(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer guest.Close()
		send(t, next(t, guest), "it is me")
		want(t, next(t, host), "it is me")
	})
}
