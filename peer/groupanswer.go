package peer

import (
	"context"
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

const (
	// maxAnswering is how many calls are answered at once.
	maxAnswering = 8
	// maxTaken is how many are answered at a door in all.
	maxTaken = 10_000
	// A uid is answered so often in an hour where the room was before somebody was removed (SPEC R10).
	maxOldCalls = 3
	oldCallsFor = time.Hour
)

// noteCalls keeps the calls that wait for an answer.
func (l *groupLife) noteCalls(c doorCalls) {
	if l.doors[c.door.code] != c.door {
		return
	}
	c.door.pending = slices.DeleteFunc(c.calls, func(call signaling.Call) bool {
		_, taken := c.door.taken[call.ID] // an old call, shown again (SPEC L6)
		return taken || call.Link.State != signaling.LinkPaired || call.Link.Offer == nil || call.Link.Answer != nil
	})
}

// answerCalls answers those who call at the doors, a few at a time.
func (l *groupLife) answerCalls(ctx context.Context) {
	for _, d := range l.doors {
		for len(d.pending) > 0 && d.answering < maxAnswering && len(d.taken) < maxTaken {
			c := d.pending[0]
			d.pending = d.pending[1:]
			l.answer(ctx, d, c)
		}
	}
}

// answer answers a call, unless nobody who has the room's code has made it: the store can write calls too.
func (l *groupLife) answer(ctx context.Context, d *door, c signaling.Call) {
	seal := l.sealing(d.code, c.ID, c.Link.CallerKey)
	if _, err := seal.description(protocol.KindOffer, c.Link.Offer); err != nil {
		l.beside.Go(func() {
			away, cancel := parting(ctx)
			defer cancel()
			_ = c.Ref.Close(away, signaling.ReasonFailed) // or nobody answers it
		})
		return
	}
	d.taken[c.ID] = struct{}{}
	if d.code != l.member.Code() && !d.mayCall(c.Link.Caller, time.Now()) {
		return
	}
	d.answering++
	t := &groupTry{door: d, code: d.code, uid: c.Link.Caller}
	l.try(ctx, t, func(ctx context.Context) (*opened, error) {
		early := l.d.prepare(ctx, l.d.answering)
		return l.d.accept(ctx, c.Ref, c.Link, seal, early, l.inRoom(protocol.Identity{}))
	})
}

// mayCall tells whether a uid is answered where the room was before, and counts it.
func (d *door) mayCall(uid string, now time.Time) bool {
	recent := slices.DeleteFunc(d.answered[uid], func(at time.Time) bool { return now.Sub(at) >= oldCallsFor })
	may := len(recent) < maxOldCalls
	if may {
		recent = append(recent, now)
	}
	d.answered[uid] = recent
	return may
}

// foundDoors calls other doors that came before this one, or have been there for a while, and are in no presence: two
// rooms that began at once, or were parted, are one again (SPEC R3).
func (l *groupLife) foundDoors(ctx context.Context, d *door, doors []signaling.Member) {
	me := slices.IndexFunc(doors, func(m signaling.Member) bool { return m.UID == l.d.UID })
	if l.doors[d.code] != d {
		return
	}
	// Without its own among them, that was written anew just now, and all others came before.
	cameFirst := func(m signaling.Member) bool { return me < 0 || m.Before(doors[me]) }
	now := time.Now()
	before := d.called
	d.called = map[protocol.Key]called{}
	for _, m := range doors {
		if m.UID == l.d.UID || l.member.Knows(m.Key) {
			continue
		}
		c, again := before[m.Key]
		pauses := callAgainAfter()
		if (again || cameFirst(m)) && c.misses <= len(pauses) && !now.Before(c.again) {
			c = called{misses: c.misses + 1, again: now.Add(pauses[min(c.misses, len(pauses)-1)])}
			t := &groupTry{code: d.code, uid: m.UID}
			l.try(ctx, t, func(ctx context.Context) (*opened, error) { return l.callDoor(ctx, t, m) })
		}
		d.called[m.Key] = c
	}
}
