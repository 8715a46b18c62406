package firestorequeue

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/protocol"
)

// insist makes a request again for as long as the answer says that this may help, as SPEC's table of codes
// has it. ErrEnded is an answer too.
func insist(ctx context.Context, q *Queue, r matchmaker.Request) (protocol.QuickMatchAnswer, error) {
	for {
		answer, err := q.Match(ctx, r)
		if !errors.Is(err, matchmaker.ErrContention) && !errors.Is(err, matchmaker.ErrUnavailable) {
			return answer, err
		}
	}
}

func insistOnCancel(ctx context.Context, q *Queue, c matchmaker.Cancelled) error {
	for {
		err := q.Cancel(ctx, c)
		if !errors.Is(err, matchmaker.ErrContention) && !errors.Is(err, matchmaker.ErrUnavailable) {
			return err
		}
	}
}

// TestCrowd lets many come at once, over three processes.
func TestCrowd(t *testing.T) {
	for _, n := range []int{2, 3, 50, 200} {
		t.Run(fmt.Sprint(n, " at once"), func(t *testing.T) {
			w := newWorld(t)
			queues := []*Queue{w.queue, w.newQueue(w.tap), w.newQueue(w.tap)}
			begun := time.Now()
			first := everybodyAsks(t, queues, n)
			t.Logf("%d callers: %v, %s", n, time.Since(begun).Round(time.Millisecond), w.tap.reset())
			if paired, want := w.checkPairs(), n-n%2; paired != want {
				t.Errorf("%d are in a room, want %d", paired, want)
			}
			second := everybodyAsks(t, queues, n)
			checkAnswers(t, w, first, second)
		})
	}
}

// everybodyAsks is one request of each of n people, all at once.
func everybodyAsks(t *testing.T, queues []*Queue, n int) []protocol.QuickMatchAnswer {
	t.Helper()
	answers := make([]protocol.QuickMatchAnswer, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			var err error
			uid := fmt.Sprintf("uid-%03d", i)
			if answers[i], err = insist(t.Context(), queues[i%len(queues)], request(uid, 1)); err != nil {
				t.Errorf("%s: %v", uid, err)
			}
		})
	}
	all.Wait()
	return answers
}

// checkAnswers holds the answers of two rounds against each other and against the rooms.
func checkAnswers(t *testing.T, w *world, first, second []protocol.QuickMatchAnswer) {
	t.Helper()
	rooms, waiting := map[protocol.RoomID]matchmaker.Room{}, 0
	for _, room := range w.rooms() {
		rooms[room.ID] = room
	}
	for i, a := range second {
		uid := fmt.Sprintf("uid-%03d", i)
		if a.RoomID != first[i].RoomID || a.Role != first[i].Role {
			t.Errorf("[A5] %s: first %+v, then %+v", uid, first[i], a)
		}
		if a.Status == protocol.Waiting {
			waiting++
			continue
		}
		room := rooms[a.RoomID]
		mine, key := room.Callee, room.CallerKey
		if a.Role == protocol.Caller {
			mine, key = room.Caller, room.CalleeKey
		}
		if mine != uid || *a.PeerKey != key {
			t.Errorf("%s is told %+v, the room is %+v", uid, a, room)
		}
	}
	if waiting != len(second)%2 {
		t.Errorf("%d wait, want %d", waiting, len(second)%2)
	}
}

// TestCancelRacesPairing lets one cancel while another comes. Either they miss each other, or the room is
// closed; never does somebody sit in an open room with one who has gone.
func TestCancelRacesPairing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.newQueue(w.tap)
	missed, closed := 0, 0
	for round := range 40 {
		ann := request(fmt.Sprint("ann", round), 1)
		bob := request(fmt.Sprint("bob", round), 1)
		w.match(ann)
		var answer protocol.QuickMatchAnswer
		var both sync.WaitGroup
		both.Go(func() {
			if err := insistOnCancel(t.Context(), w.queue, cancelling(ann)); err != nil {
				t.Error(err)
			}
		})
		both.Go(func() {
			var err error
			if answer, err = insist(t.Context(), other, bob); err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		if answer.Status == protocol.Waiting {
			missed++
			w.cancel(bob)
			continue
		}
		room, err := parseRoom(answer.RoomID, w.documents("rooms")["rooms/"+string(answer.RoomID)])
		if err != nil || !room.Closed {
			t.Errorf("[A7] round %d: bob is in %+v, %v", round, room, err)
		}
		closed++
	}
	w.checkPairs()
	t.Logf("missed %d, closed %d", missed, closed)
}
