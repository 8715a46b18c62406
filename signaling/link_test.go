package signaling_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var epoch = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func linkFields() signaling.Fields {
	return signaling.Fields{
		"caller": "a", "callee": "b", "callerKey": make([]byte, 32), "calleeKey": make([]byte, 32),
		"state": "paired", "createdAt": epoch, "expireAt": epoch.Add(time.Hour),
	}
}

func TestParseLink(t *testing.T) {
	t.Run("[D1] whole", func(t *testing.T) {
		f := linkFields()
		f["offer"], f["answer"], f["more"] = []byte{0}, []byte{0, 1}, "ignored"
		l, err := signaling.ParseLink(f)
		if err != nil || l.Caller != "a" || l.Callee != "b" || len(l.Offer) != 1 || len(l.Answer) != 2 ||
			l.State != signaling.LinkPaired || !l.ExpireAt.Equal(epoch.Add(time.Hour)) {
			t.Errorf("%+v, %v", l, err)
		}
	})
	for name, c := range map[string]struct {
		field string
		value any
	}{
		"[D1] no caller":              {"caller", nil},
		"[V5] empty uid":              {"callee", ""},
		"[D1] calls itself":           {"callee", "a"},
		"[V4] key of another type":    {"callerKey", "text"},
		"[V4] key of another size":    {"calleeKey", make([]byte, 31)},
		"[D6] state unknown":          {"state", "open"},
		"[D6] reason unknown":         {"reason", "tired"},
		"[D6] reason of another type": {"reason", int64(1)},
		"[D1] offer of another type":  {"offer", "sdp"},
		"[D1] offer empty":            {"offer", []byte{}},
		"[D1] answer too long":        {"answer", make([]byte, 16385)},
		"[D1] expireAt no time":       {"expireAt", "soon"},
	} {
		t.Run(name, func(t *testing.T) {
			f := linkFields()
			f[c.field] = c.value
			if _, err := signaling.ParseLink(f); !isParseError(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func isParseError(err error) bool {
	_, ok := errors.AsType[*protocol.ParseError](err)
	return ok
}

func TestParseRoom(t *testing.T) {
	good := signaling.Fields{"kind": "mesh", "state": "waiting", "owner": "a", "expireAt": epoch}
	if r, err := signaling.ParseRoom(good); err != nil || r.Owner != "a" {
		t.Errorf("[D3] %+v, %v", r, err)
	}
	for name, change := range map[string]signaling.Fields{
		"[D3] a pair room": {"kind": "pair"}, "[D3] state": {"state": "paired"}, "[D3] owner": {"owner": nil},
		"[D3] expireAt": {"expireAt": int64(0)},
	} {
		f := signaling.Fields{}
		maps.Copy(f, good)
		maps.Copy(f, change)
		if _, err := signaling.ParseRoom(f); !isParseError(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	over := signaling.Room{State: signaling.RoomWaiting, ExpireAt: epoch, ReadAt: epoch}
	if !over.Over() {
		t.Error("[K3] past its expireAt, and not over")
	}
}

func TestBefore(t *testing.T) {
	early, late := signaling.Member{UID: "z", JoinedAt: epoch}, signaling.Member{UID: "a", JoinedAt: epoch.Add(1)}
	if !early.Before(late) || late.Before(early) {
		t.Error("[K4] the earlier is who joined first")
	}
	twin := signaling.Member{UID: "a", JoinedAt: epoch}
	if !twin.Before(early) || early.Before(twin) {
		t.Error("[K4] at equal times the greater uid is the later")
	}
}

func set(t *testing.T, m *signalingtest.Memory, path string, f signaling.Fields) {
	t.Helper()
	if err := m.Commit(t.Context(), signaling.Write{Op: signaling.Set, Path: path, Fields: f}); err != nil {
		t.Fatal(err)
	}
}

// first runs a watch until it has told something once.
func first[T any](t *testing.T, watch func(context.Context, func(T)) error) (T, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var got T
	err := watch(ctx, func(v T) { got = v; cancel() })
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return got, err
}

func TestWatchLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &signalingtest.Memory{}
		link := signaling.PairRoom(m, "room")
		if l, err := first(t, link.Watch); l != nil || err != nil {
			t.Errorf("absent: %v, %v", l, err)
		}
		f := linkFields()
		f["expireAt"] = time.Now().Add(time.Minute)
		set(t, m, "rooms/room", f)
		if l, err := first(t, link.Watch); l == nil || err != nil {
			t.Errorf("present: %v, %v", l, err)
		}
		time.Sleep(time.Minute) // virtual
		if l, err := first(t, link.Watch); l != nil || err != nil {
			t.Errorf("[D1] expired: %v, %v", l, err)
		}
		set(t, m, "rooms/room", signaling.Fields{"caller": "a"})
		if _, err := first(t, link.Watch); !isParseError(err) {
			t.Errorf("not a link: %v", err)
		}
	})
}

func TestWatchBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &signalingtest.Memory{}
		link := signaling.PairRoom(m, "room")
		soon, now := time.Now().Add(time.Minute), time.Now()
		for _, n := range []int{10, 2} {
			if err := link.WriteBatch(t.Context(), protocol.Caller, n, []byte{0, byte(n)}, soon); err != nil {
				t.Fatal(err)
			}
		}
		for id, f := range map[string]signaling.Fields{
			"7":   {"batch": "text", "expireAt": soon},
			"03":  {"batch": []byte{0}, "expireAt": soon},
			"32":  {"batch": []byte{0}, "expireAt": soon},
			"abc": {"batch": []byte{0}, "expireAt": soon},
			"5":   {"batch": []byte{0}, "expireAt": now},
		} {
			set(t, m, "rooms/room/callerCandidates/"+id, f)
		}
		got, err := first(t, func(ctx context.Context, each func([]signaling.Batch)) error {
			return link.WatchBatches(ctx, protocol.Caller, each)
		})
		if err != nil || len(got) != 3 || got[0].Number != 2 || got[1].Number != 7 || got[2].Number != 10 {
			t.Fatalf("[D8] in the order of numbers, those in range and not expired: %+v, %v", got, err)
		}
		if !bytes.Equal(got[0].Payload, []byte{0, 2}) || got[1].Payload != nil {
			t.Errorf("[P4] a refused batch has no payload: %+v", got)
		}
		err = link.WriteBatch(t.Context(), protocol.Caller, 2, []byte{0}, soon)
		if !errors.Is(err, signaling.ErrExists) {
			t.Errorf("[D8] written twice: %v", err)
		}
		if err := link.Delete(t.Context(), signaling.Known{Caller: []int{2, 10}}); err != nil {
			t.Fatal(err)
		}
		if left := m.Paths(); len(left) != 5 {
			t.Errorf("[D11] left: %v", left)
		}
	})
}

// Of many documents those are read that were written last: who is there writes its own anew (SPEC R3).
func TestDoors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &signalingtest.Memory{}
		room := signaling.MeshRoom(m, "room")
		if r, err := room.Read(t.Context()); r != nil || err != nil {
			t.Errorf("[K3] absent, and read as %+v, %v", r, err)
		}
		if err := room.Create(t.Context(), "a", protocol.Key{1}, time.Now()); err != nil {
			t.Fatal(err)
		}
		if r, err := room.Read(t.Context()); err != nil || r.Over() || !r.ReadAt.Equal(time.Now()) {
			t.Errorf("[K3] %+v, %v", r, err)
		}
		for _, uid := range []string{"e", "d", "c", "b", "a"} {
			time.Sleep(time.Second) // virtual
			if err := room.Enter(t.Context(), uid, protocol.Key{1}, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		doors, err := room.Doors(t.Context())
		var uids []string
		for _, d := range doors {
			uids = append(uids, d.UID)
		}
		if slices.Sort(uids); err != nil || !slices.Equal(uids, []string{"a", "b", "c", "d"}) {
			t.Errorf("[R3] %v, %v", uids, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := room.Doors(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("given up: %v", err)
		}
		time.Sleep(24 * time.Hour) // virtual
		if r, err := room.Read(t.Context()); err != nil || !r.Over() {
			t.Errorf("[D3] %+v, %v", r, err)
		}
		if err := room.Renew(t.Context(), "f", protocol.Key{1}, time.Now()); err != nil {
			t.Fatal(err)
		}
		if r, err := room.Read(t.Context()); err != nil || r.Over() || r.Owner != "f" {
			t.Errorf("[R11] %+v, %v", r, err)
		}
		set(t, m, "rooms/room", linkFields())
		if _, err := room.Read(t.Context()); !isParseError(err) {
			t.Errorf("not a mesh room: %v", err)
		}
	})
}

func TestMeshRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &signalingtest.Memory{}
		room := signaling.MeshRoom(m, "room")
		now := time.Now()
		if err := room.Create(t.Context(), "a", protocol.Key{1}, now); err != nil {
			t.Fatal(err)
		}
		if err := room.Create(t.Context(), "b", protocol.Key{2}, now); !errors.Is(err, signaling.ErrExists) {
			t.Errorf("[D3] created twice: %v", err)
		}
		if err := room.Enter(t.Context(), "b", protocol.Key{2}, now); err != nil {
			t.Fatal(err)
		}
		set(t, m, "rooms/room/members/forged", signaling.Fields{"key": "text"})
		members, err := first(t, room.WatchMembers)
		slices.SortFunc(members, func(a, b signaling.Member) int { return a.JoinedAt.Compare(b.JoinedAt) })
		if err != nil || len(members) != 2 || members[0].UID != "a" || !members[0].Before(members[1]) {
			t.Fatalf("[D4] %+v, %v", members, err)
		}
		id := protocol.RoomID("AAAAAAAAAAAAAAAAAAAAAAAAAAA")
		offer := signaling.Link{Caller: "b", Callee: "a", Offer: []byte{0}}
		if err := room.Call(t.Context(), id, offer, now); err != nil {
			t.Fatal(err)
		}
		set(t, m, "rooms/room/links/short", linkFields())
		calls, err := first(t, func(ctx context.Context, each func([]signaling.Call)) error {
			return room.WatchCalls(ctx, "a", each)
		})
		if err != nil || len(calls) != 1 || calls[0].ID != id || calls[0].Link.Caller != "b" {
			t.Fatalf("[D5] %+v, %v", calls, err)
		}
		if err := calls[0].Ref.Close(t.Context(), signaling.ReasonFull); err != nil {
			t.Fatal(err)
		}
		l, err := first(t, room.Link(id).Watch)
		if err != nil || l.State != signaling.LinkClosed || l.Reason != signaling.ReasonFull {
			t.Errorf("[D6] %+v, %v", l, err)
		}
		if err := errors.Join(room.Leave(t.Context(), "b"), room.Close(t.Context())); err != nil {
			t.Fatal(err)
		}
		r, err := first(t, room.Watch)
		if err != nil || !r.Over() {
			t.Errorf("[D3] %+v, %v", r, err)
		}
		set(t, m, "rooms/room", linkFields())
		if _, err := first(t, room.Watch); !isParseError(err) {
			t.Errorf("not a mesh room: %v", err)
		}
	})
}
