package peer

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// Times of SPEC R3.
const (
	nextDoorAfter = 3 * time.Second
	aloneAfter    = 10 * time.Second
)

// entering is the way into a room through the store (SPEC R3). It is over with the first link.
type entering struct {
	code  protocol.RoomSecret
	doors []signaling.Member // that are still to be called
	begun time.Time
	next  time.Time // when to go on; zero while the store is asked
	err   error     // the last failure of a call that says something about this attempt (SPEC R3)
}

// looked is what the store has told: about the room that is entered, or, of a door, about the others.
type looked struct {
	entering *entering // nil of a door
	door     *door
	room     *signaling.Room
	doors    []signaling.Member
	err      error
}

// enter looks through the store.
func (l *groupLife) enter(ctx context.Context) {
	if l.entering != nil {
		return
	}
	e := &entering{code: l.member.Code()}
	l.entering = e
	l.beside.Go(func() {
		found := looked{entering: e}
		ref := l.room(e.code)
		if found.room, found.err = ref.Read(ctx); found.err == nil && over(found.room) == nil {
			found.doors, found.err = ref.Doors(ctx)
		}
		pass(ctx, l.looked, found)
	})
}

// found takes what the store has told.
func (l *groupLife) found(ctx context.Context, f looked) {
	switch {
	case f.door != nil:
		l.foundDoors(ctx, f.door, f.doors)
	case f.entering != l.entering:
	case f.err != nil && !l.isIn:
		l.fail(ctx, f.err)
	case f.err != nil: // as a door it goes on asking
		l.entering = nil
		l.perform(ctx, l.member.Alone())
	case over(f.room) != nil && l.member.Root() == (protocol.EventID{}):
		l.fail(ctx, over(f.room))
	default:
		e := l.entering
		e.begun, e.next = time.Now(), time.Now()
		if f.room != nil {
			l.ends[e.code] = e.begun.Add(f.room.ExpireAt.Sub(f.room.ReadAt))
		}
		for _, m := range f.doors {
			if m.UID != l.d.UID {
				e.doors = append(e.doors, m)
			}
		}
		rand.Shuffle(len(e.doors), func(i, j int) { //nolint:gosec // nobody gains by guessing it
			e.doors[i], e.doors[j] = e.doors[j], e.doors[i]
		})
		if len(e.doors) == 0 {
			e.begun = e.begun.Add(-aloneAfter) // there is nobody to wait for
		}
	}
}

// enterOn calls the next door when its time has come, and stops when all have been called long enough.
func (l *groupLife) enterOn(ctx context.Context) {
	e := l.entering
	if e == nil || e.next.IsZero() || time.Now().Before(e.next) {
		return
	}
	if len(e.doors) == 0 {
		if alone := e.begun.Add(aloneAfter); time.Now().Before(alone) {
			e.next = alone
			return
		}
		l.entering = nil
		if e.err != nil && l.member.Root() == (protocol.EventID{}) {
			l.fail(ctx, e.err)
			return
		}
		l.d.event(EventWaiting)
		l.perform(ctx, l.member.Alone())
		return
	}
	m := e.doors[0]
	e.doors, e.next = e.doors[1:], time.Now().Add(nextDoorAfter)
	t := &groupTry{code: e.code, uid: m.UID}
	l.try(ctx, t, func(ctx context.Context) (*opened, error) { return l.callDoor(ctx, t, m) })
}

// callNext goes on entering: a door that was called is not there any more, or nothing came of the call.
func (l *groupLife) callNext(err error) {
	e := l.entering
	if e == nil || e.next.IsZero() {
		return
	}
	e.next = time.Now()
	if isOfAttempt(err) {
		e.err = err
		if len(e.doors) == 0 {
			e.begun = e.begun.Add(-aloneAfter) // it is not that nobody is there
		}
	}
}
