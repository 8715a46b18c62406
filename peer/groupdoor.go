package peer

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
	"github.com/parley-chat/parley/signaling"
)

// lookEvery is how often a door reads who else is one, a tenth more or less (SPEC R3).
const lookEvery = 30 * time.Second

// door is this member's place in the store at one code, where others find it and call it (SPEC R2). The room's
// goroutine owns it; serve only sends.
type door struct {
	code   protocol.RoomSecret
	cancel context.CancelFunc
	done   chan struct{} // closed when the document is deleted

	pending   []signaling.Call             // to be answered
	taken     map[protocol.RoomID]struct{} // calls that were answered (SPEC L6); genuine ones only
	answering int                          // attempts that are under way
	answered  map[string][]time.Time       // where the room was before: calls of a uid
	called    map[protocol.Key]called      // doors that this one has called (SPEC K4)
}

// doorCalls are the calls that there are at a door.
type doorCalls struct {
	door  *door
	calls []signaling.Call
}

// openDoor makes this member one that is found in the store.
func (l *groupLife) openDoor(ctx context.Context, code protocol.RoomSecret) {
	if l.doors[code] != nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	d := &door{
		code: code, cancel: cancel, done: make(chan struct{}), taken: map[protocol.RoomID]struct{}{},
		answered: map[string][]time.Time{}, called: map[protocol.Key]called{},
	}
	l.doors[code] = d
	ends := l.ends[code]
	l.beside.Go(func() {
		defer close(d.done)
		l.serve(ctx, d, ends)
		away, stop := parting(ctx)
		defer stop()
		_ = l.room(code).Leave(away, l.d.UID) // or it is called in vain, until its expireAt
	})
}

// closeDoor is the end of that. At the room's end it waits, since the document is to be gone before the bye (SPEC R9).
func (l *groupLife) closeDoor(code protocol.RoomSecret) {
	d := l.doors[code]
	if d == nil {
		return
	}
	delete(l.doors, code)
	d.cancel()
	if l.ending != nil {
		<-d.done
	}
}

// made notes that this member has created the room, and is in it. It is called before run.
func (l *groupLife) made(code protocol.RoomSecret, now time.Time) {
	l.created, l.ends[code] = code, now.Add(signaling.RoomLifetime)
}

// serve keeps the document in the store and listens, until ctx ends or nobody can come any more.
func (l *groupLife) serve(ctx context.Context, d *door, ends time.Time) {
	ref := l.room(d.code)
	if l.created != d.code {
		var entered bool
		if ends, entered = l.appear(ctx, d.code, ends); !entered {
			return
		}
	}
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		againAndAgain(ctx, func() { // it ends where the store is away
			_ = ref.WatchCalls(ctx, l.d.UID, func(c []signaling.Call) { pass(ctx, l.calls, doorCalls{d, c}) })
		})
	}()
	defer func() { <-watched }()
	for {
		look := time.NewTimer(min(time.Until(ends), lookEvery*9/10+rand.N(lookEvery/5))) //nolint:gosec // no secret
		select {
		case <-look.C:
		case <-ctx.Done():
			look.Stop()
			return
		}
		if !time.Now().Before(ends) {
			var entered bool
			if d.code != l.Secret() { // where the room was before, nobody comes any more (SPEC R10)
				return
			}
			if ends, entered = l.appear(ctx, d.code, time.Time{}); !entered {
				return
			}
		}
		doors, err := ref.Doors(ctx)
		if err != nil {
			continue // the store is away
		}
		if !slices.ContainsFunc(doors, func(m signaling.Member) bool { return m.UID == l.d.UID }) {
			_ = ref.Enter(ctx, l.d.UID, l.key, time.Now()) // others came later, and may be gone; next time again
		}
		pass(ctx, l.looked, looked{door: d, doors: doors})
	}
}

// appear writes the own document, again and again until it is there, and gives the room's end.
func (l *groupLife) appear(ctx context.Context, code protocol.RoomSecret, ends time.Time) (time.Time, bool) {
	trying, stop := context.WithCancel(ctx)
	defer stop()
	there := false
	againAndAgain(trying, func() {
		var err error
		if ends, err = l.write(ctx, code, ends); err == nil {
			there = true
			stop()
		}
	})
	return ends, there
}

// write writes the own document. Where the room is absent, or its time is over, it is made anew (SPEC R11). Ends is
// when that will be; zero: not known.
func (l *groupLife) write(ctx context.Context, code protocol.RoomSecret, ends time.Time) (time.Time, error) {
	ref, now := l.room(code), time.Now()
	if now.Before(ends) {
		err := ref.Enter(ctx, l.d.UID, l.key, now)
		if !errors.Is(err, signaling.ErrDenied) {
			return ends, err
		}
	}
	room, err := ref.Read(ctx)
	switch {
	case err != nil:
		return time.Time{}, err
	case room == nil:
		return now.Add(signaling.RoomLifetime), ref.Create(ctx, l.d.UID, l.key, now)
	case room.Over():
		return now.Add(signaling.RoomLifetime), ref.Renew(ctx, l.d.UID, l.key, room.ReadAt)
	}
	return now.Add(room.ExpireAt.Sub(room.ReadAt)), ref.Enter(ctx, l.d.UID, l.key, room.ReadAt)
}

// createRoom makes the room at a code without entering it there (SPEC R8). Who is to be a door there makes it with the
// own document, so that nobody finds it empty.
func (l *groupLife) createRoom(ctx context.Context, code protocol.RoomSecret) {
	opens := slices.ContainsFunc(l.queue, func(a member.Action) bool { return a == member.OpenDoor{Code: code} })
	if opens || !l.ends[code].IsZero() {
		return // or CreateGroup has made it
	}
	l.beside.Go(func() {
		trying, stop := context.WithCancel(ctx)
		defer stop()
		againAndAgain(trying, func() {
			err := l.room(code).Make(trying, l.d.UID, time.Now())
			if err == nil || errors.Is(err, signaling.ErrExists) || errors.Is(err, signaling.ErrDenied) {
				stop() // or a door was faster
			}
		})
	})
}
