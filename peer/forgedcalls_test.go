package peer_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/signaling"
)

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

// [L3] A store that says that somebody else has the host's own key, and would show the host its own call, gets none.
func TestMirror(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host := create(t, w, "host")
		synctest.Wait()
		room := "rooms/" + string(host.Secret().RoomID())
		own, err := w.Store.Get(t.Context(), room+"/members/host")
		if err != nil {
			t.Fatal(err)
		}
		mirror := signaling.Write{Op: signaling.Set, Path: room + "/members/mirror", Fields: signaling.Fields{
			"key": own.Fields["key"], "joinedAt": time.Now().Add(-time.Hour), "expireAt": time.Now().Add(time.Hour),
		}}
		if err := w.Store.Commit(t.Context(), mirror); err != nil {
			t.Fatal(err)
		}
		nextFails(t, host, peer.Tampered)
		for _, path := range memory(w).Paths() {
			if strings.Contains(path, "/links/") {
				t.Errorf("it called itself: %s", path)
			}
		}
	})
}
