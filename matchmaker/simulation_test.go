package matchmaker

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// TestSimulation lets a few people ask, ask again, lose answers, give up and take new request ids, on
// machines whose reads and commits are mixed in every order, and checks what must hold after each step.
func TestSimulation(t *testing.T) {
	t.Parallel()
	const seeds, steps = 400, 600
	for seed := range uint64(seeds) {
		w := newWorld(seed)
		for step := range steps {
			w.step()
			if err := w.check(); err != nil {
				t.Fatalf("seed %d, step %d: %v", seed, step, err)
			}
		}
		if err := w.settle(); err != nil {
			t.Fatalf("seed %d, at the end: %v", seed, err)
		}
	}
}

// world is everybody and everything of one run.
type world struct {
	dice    *rand.Rand
	model   *model
	now     time.Time
	rooms   int
	people  []*person
	calls   []*simulated
	history map[TicketID]protocol.RoomID // where a request was told that it is paired
	ended   map[TicketID]bool            // whose cancelling was answered
	checked int                          // rooms that were checked
	err     error
}

type person struct {
	uid     string
	request int
}

// simulated is a call under way.
type simulated struct {
	*call
	cancels bool
	lost    bool // nobody hears the answer
}

func newWorld(seed uint64) *world {
	w := &world{
		dice: rand.New(rand.NewPCG(seed, 0)),
		now:  time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), model: newModel(),
		history: map[TicketID]protocol.RoomID{}, ended: map[TicketID]bool{},
	}
	for i := range 5 {
		w.people = append(w.people, &person{uid: fmt.Sprint("uid", i), request: 1})
	}
	return w
}

// step is one thing that may happen.
func (w *world) step() {
	p := w.people[w.dice.IntN(len(w.people))]
	switch n := w.dice.IntN(100); {
	case n < 25:
		w.calls = append(w.calls, &simulated{call: w.ask(p, p.request), lost: w.dice.IntN(4) == 0})
	case n < 28: // an older request that was long on its way
		w.calls = append(w.calls, &simulated{call: w.ask(p, 1+w.dice.IntN(p.request)), lost: true})
	case n < 33:
		p.request++
	case n < 38:
		c := Cancelled{UID: p.uid, Pool: "default", ID: requestNumber(1 + w.dice.IntN(p.request))}
		w.calls = append(w.calls, &simulated{call: w.model.cancel(c, w.now, DefaultLimits()), cancels: true})
	case n < 40:
		w.now = w.now.Add(time.Duration(w.dice.IntN(40)) * time.Second)
	case n < 43 && len(w.model.made) > 0:
		delete(w.model.rooms, w.model.made[w.dice.IntN(len(w.model.made))].ID)
	case len(w.calls) > 0:
		i := w.dice.IntN(len(w.calls))
		if w.calls[i].step() {
			w.answered(w.calls[i])
			w.calls = append(w.calls[:i], w.calls[i+1:]...)
		}
	}
}

func (w *world) ask(p *person, n int) *call {
	w.rooms++
	r := Request{UID: p.uid, Pool: "default", ID: requestNumber(n), Key: keyOf(p.uid, n)}
	return w.model.ask(r, w.now, roomNumber(w.rooms), DefaultLimits())
}

// answered checks an answer against those that the same request had before.
func (w *world) answered(c *simulated) {
	switch a := c.plan.Answer; {
	case c.cancels:
		w.ended[c.id] = true
	case c.plan.Err != nil && !errors.Is(c.plan.Err, ErrEnded):
		w.err = c.plan.Err
	case c.lost || c.plan.Err != nil:
	case a.Status == protocol.Paired && w.history[c.id] == "":
		w.history[c.id] = a.RoomID
	case a.Status == protocol.Paired && w.history[c.id] != a.RoomID:
		w.err = fmt.Errorf("[A5] a request was paired in %s and in %s", w.history[c.id], a.RoomID)
	case a.Status == protocol.Waiting && w.history[c.id] != "":
		w.err = errors.New("[A5] a request that was paired waits again")
	}
}

// check looks at the rooms that are new, and at the slot.
func (w *world) check() error {
	for ; w.checked < len(w.model.made); w.checked++ {
		room := w.model.made[w.checked]
		if room.Caller == room.Callee {
			return fmt.Errorf("[D1] %s was paired with itself", room.Caller)
		}
		for _, before := range w.model.made[:w.checked] {
			for _, key := range []protocol.Key{room.CallerKey, room.CalleeKey} {
				if key == before.CallerKey || key == before.CalleeKey || room.ID == before.ID {
					return errors.New("a request is in two rooms")
				}
			}
		}
	}
	if slot := w.model.slots["default"]; slot.version > 0 && w.ended[slot.value.Ticket] {
		return errors.New("[A7] who has cancelled waits")
	}
	return w.err
}

// settle ends all calls, and then everybody asks until nothing changes: one may be left over.
func (w *world) settle() error {
	for _, c := range w.calls {
		c.finish()
		w.answered(c)
	}
	w.calls = nil
	waiting := 0
	for range 2 {
		waiting = 0
		for _, p := range w.people {
			p.request++ // whoever was paired before looks for somebody new
		}
		for range 2 { // who waits hears on asking again that it was paired
			waiting = 0
			for _, p := range w.people {
				if w.ask(p, p.request).finish().Answer.Status == protocol.Waiting {
					waiting++
				}
			}
		}
	}
	if waiting > 1 {
		return fmt.Errorf("%d are left over", waiting)
	}
	return w.check()
}
