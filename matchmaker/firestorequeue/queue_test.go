package firestorequeue

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/protocol"
)

func TestPair(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := request("ann", 1), request("bob", 1)
	waiting := w.match(ann)
	if waiting.Status != protocol.Waiting || waiting.Role != protocol.Callee || waiting.PeerKey != nil ||
		waiting.Lease != 30*time.Second {
		t.Errorf("[A4] the first: %+v", waiting)
	}
	if rooms := w.rooms(); len(rooms) != 0 {
		t.Errorf("[D2] a room while somebody waits: %+v", rooms)
	}
	w.clock.pass(5 * time.Second)
	paired := w.match(bob)
	if paired.Status != protocol.Paired || paired.Role != protocol.Caller || paired.RoomID != waiting.RoomID ||
		*paired.PeerKey != ann.Key {
		t.Errorf("[A4] the second: %+v", paired)
	}
	again := w.match(ann)
	if again.Status != protocol.Paired || again.Role != protocol.Callee || again.RoomID != waiting.RoomID ||
		*again.PeerKey != bob.Key {
		t.Errorf("[A5] the first again: %+v", again)
	}
	if got := w.match(bob); got.RoomID != paired.RoomID || *got.PeerKey != ann.Key || got.Role != protocol.Caller {
		t.Errorf("[A5] the second again: %+v", got)
	}
	if slots := w.documents("queue/default/slots"); len(slots) != 0 {
		t.Errorf("somebody waits still: %v", slots)
	}
}

func TestRoomIsWhatSPECSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := request("ann", 1), request("bob", 1)
	id := w.match(ann).RoomID
	w.match(bob)
	room := w.documents("rooms")["rooms/"+string(id)]
	now := w.clock.Now().UTC().Truncate(time.Microsecond)
	want := map[string]string{"kind": "pair", "state": "paired", "caller": "bob", "callee": "ann"}
	for name, value := range want {
		if got := room[name].GetStringValue(); got != value {
			t.Errorf("[D2] %s is %q, want %q", name, got, value)
		}
	}
	if !bytes.Equal(room["callerKey"].GetBytesValue(), bob.Key[:]) ||
		!bytes.Equal(room["calleeKey"].GetBytesValue(), ann.Key[:]) {
		t.Error("[V4] the keys are not those of the requests, as bytes")
	}
	if got := room["createdAt"].GetTimestampValue().AsTime(); !got.Equal(now) {
		t.Errorf("[D1] createdAt %v, want %v", got, now)
	}
	if got := room["expireAt"].GetTimestampValue().AsTime(); !got.Equal(now.Add(15 * time.Minute)) {
		t.Errorf("[D2] expireAt %v, want 15 minutes after %v", got, now)
	}
	if len(room) != 8 {
		t.Errorf("[D1] [D2] fields beyond the rules: %v", room)
	}
	for _, collection := range []string{"rooms", "tickets", "queue/default/slots"} {
		for name, f := range w.documents(collection) {
			if f["expireAt"].GetTimestampValue() == nil {
				t.Errorf("%s has no expireAt", name)
			}
		}
	}
}

func TestLease(t *testing.T) {
	t.Parallel()
	t.Run("[A6] an expired ticket is not paired", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		first := w.match(request("ann", 1))
		w.clock.pass(30 * time.Second)
		second := w.match(request("bob", 1))
		if second.Status != protocol.Waiting || second.RoomID == first.RoomID {
			t.Errorf("bob: %+v", second)
		}
		revived := w.match(request("ann", 1))
		if revived.Status != protocol.Paired || revived.RoomID != second.RoomID || revived.Role != protocol.Caller {
			t.Errorf("ann again: %+v", revived)
		}
	})
	t.Run("[A6] renewed in time it is paired", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		first := w.match(request("ann", 1))
		for range 6 {
			w.clock.pass(10 * time.Second)
			if again := w.match(request("ann", 1)); again.RoomID != first.RoomID || again.Status != protocol.Waiting {
				t.Fatalf("[A5] renewed: %+v", again)
			}
		}
		w.clock.pass(29 * time.Second)
		if second := w.match(request("bob", 1)); second.RoomID != first.RoomID || second.Status != protocol.Paired {
			t.Errorf("bob: %+v", second)
		}
	})
}

func TestCancel(t *testing.T) {
	t.Parallel()
	t.Run("[A7] while waiting", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		ann := request("ann", 1)
		w.match(ann)
		w.cancel(ann)
		if _, err := w.queue.Match(t.Context(), ann); !errors.Is(err, matchmaker.ErrEnded) {
			t.Errorf("ann again: %v", err)
		}
		if bob := w.match(request("bob", 1)); bob.Status != protocol.Waiting {
			t.Errorf("bob: %+v", bob)
		}
	})
	t.Run("[A7] when it was paired meanwhile", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		ann, bob := request("ann", 1), request("bob", 1)
		id := w.match(ann).RoomID
		w.match(bob)
		w.cancel(ann)
		room := w.documents("rooms")["rooms/"+string(id)]
		if room["state"].GetStringValue() != "closed" || room["reason"].GetStringValue() != "left" {
			t.Errorf("[D6] room %v", room)
		}
		if room["caller"].GetStringValue() != "bob" || len(room) != 9 {
			t.Errorf("closing changed more than state and reason: %v", room)
		}
		w.cancel(bob) // the room is closed already
		if w.checkPairs() != 2 {
			t.Error("the room is gone")
		}
	})
	t.Run("[A7] when there is none", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.cancel(request("ann", 1))
		w.cancel(request("ann", 1))
	})
}

func TestBrokenDocumentsAreReplacedAndNeverLogged(t *testing.T) {
	t.Parallel()
	secret := "a-secret-uid"
	t.Run("slot", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.put("queue/default/slots/0", fields{"uid": text(secret), "roomId": text("../rooms/x")})
		w.match(request("ann", 1))
		if got := w.match(request("bob", 1)); got.Status != protocol.Paired {
			t.Errorf("bob: %+v", got)
		}
		if log := w.log.String(); !strings.Contains(log, "kind=slot") || strings.Contains(log, secret) {
			t.Errorf("log: %s", log)
		}
	})
	t.Run("ticket", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		ann := request("ann", 1)
		w.put("tickets/"+string(ann.TicketID()), fields{"uid": text(secret), "state": text("dancing")})
		if got := w.match(ann); got.Status != protocol.Waiting {
			t.Errorf("ann: %+v", got)
		}
		if got := w.match(request("bob", 1)); got.Status != protocol.Paired {
			t.Errorf("bob: %+v", got)
		}
		if log := w.log.String(); !strings.Contains(log, "kind=ticket") || strings.Contains(log, secret) {
			t.Errorf("log: %s", log)
		}
	})
	t.Run("room", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		ann := request("ann", 1)
		id := w.match(ann).RoomID
		w.match(request("bob", 1))
		w.put("rooms/"+string(id), fields{"kind": text("mesh"), "caller": text(secret)})
		if _, err := w.queue.Match(t.Context(), ann); !errors.Is(err, matchmaker.ErrEnded) {
			t.Errorf("ann: %v", err)
		}
		w.cancel(ann)
		if log := w.log.String(); !strings.Contains(log, "kind=room") || strings.Contains(log, secret) {
			t.Errorf("log: %s", log)
		}
	})
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	good := matchmaker.DefaultLimits()
	for name, change := range map[string]func(*Options){
		"[A4] lease not whole": func(o *Options) { o.Limits.Lease = 1500 * time.Millisecond },
		"[A4] lease of a day":  func(o *Options) { o.Limits.Lease = 24 * time.Hour },
		"room of a second":     func(o *Options) { o.Limits.RoomLife = time.Second },
		"ticket too short":     func(o *Options) { o.Limits.TicketLife = 20 * time.Minute },
		"negative patience":    func(o *Options) { o.Patience = -1 },
	} {
		o := &Options{EmulatorHost: "127.0.0.1:1", Limits: good}
		change(o)
		if q, err := New(t.Context(), "demo-x", o); err == nil {
			_ = q.Close()
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := New(t.Context(), "", nil); err == nil {
		t.Error("no project: accepted")
	}
}
