package peer

import (
	"context"
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// noteCalls keeps the calls that are new. Calls that are over are forgotten.
func (l *roomLife) noteCalls(calls []signaling.Call) {
	l.round++
	l.pending = slices.DeleteFunc(l.pending, func(p signaling.Call) bool {
		return !slices.ContainsFunc(calls, func(c signaling.Call) bool {
			return c.ID == p.ID && c.Link.State == signaling.LinkPaired
		})
	})
	for _, c := range calls {
		_, before := l.seen[c.ID]
		l.seen[c.ID] = l.round
		if _, taken := l.taken[c.ID]; taken {
			continue // an old call, shown again (SPEC L6)
		}
		if !before && c.Link.State == signaling.LinkPaired && c.Link.Offer != nil && c.Link.Answer == nil {
			l.pending = append(l.pending, c)
		}
	}
	for id, round := range l.seen {
		if round != l.round {
			delete(l.seen, id)
		}
	}
}

// answerCalls answers who calls (SPEC K5): while connected everybody else is told `full`, and while connecting they
// wait for what becomes of it. A call from the one that is connecting takes its place at once; from the one that is
// connected only when the caller has proved who it is, for the store can show a call late, whose caller waits no more.
func (l *roomLife) answerCalls(ctx context.Context) {
	var later []signaling.Call
	for _, c := range l.pending {
		engaged := l.engaged()
		switch {
		case l.busy() && l.conn.Peer() != c.Link.Caller:
			l.beside.Go(func() {
				away, cancel := parting(ctx)
				defer cancel()
				_ = c.Ref.Close(away, signaling.ReasonFull) // or they see nothing for 10 s and go on
			})
		case !l.busy() && engaged != nil && engaged.uid != c.Link.Caller:
			later = append(later, c)
		default:
			if err := l.checkCall(c); err != nil {
				l.refuse(ctx, c, err)
				continue
			}
			l.taken[c.ID] = struct{}{}
			l.giveUp(func(t *tried) bool { return t.uid == c.Link.Caller })
			d := l.dialer()
			l.try(ctx, c.Link.Caller, true, func(ctx context.Context, _ *tried) (*opened, error) {
				d.event(EventSignaling)
				return d.accept(ctx, c.Ref, c.Link, l.ofCall(c), d.prepare(ctx, d.answering), func(a *attempt) {
					a.find = l.find
				})
			})
		}
	}
	l.pending = later
}

// checkCall fails unless the call was sealed by somebody who has the room's secret, for this membership. Only then does
// it take anything's place: the store can write calls too.
func (l *roomLife) checkCall(c signaling.Call) error {
	_, err := l.ofCall(c).description(protocol.KindOffer, c.Link.Offer)
	return err
}

// refuse ends a call that nobody of the room made. Who is in a conversation need not hear of it.
func (l *roomLife) refuse(ctx context.Context, c signaling.Call, err error) {
	if l.conn == nil {
		l.offer(outcome{err: err})
	}
	l.beside.Go(func() {
		away, cancel := parting(ctx)
		defer cancel()
		_ = c.Ref.Close(away, signaling.ReasonFailed)
	})
}

// callAgainAfter are the pauses before a member who did not answer is called again (SPEC K4).
func callAgainAfter() []time.Duration {
	return []time.Duration{20 * time.Second, 40 * time.Second, 80 * time.Second, 160 * time.Second, 300 * time.Second}
}

// called is what became of the calls to one earlier member.
type called struct {
	misses int       // calls in a row that nobody answered
	again  time.Time // when to call again; zero while a call is under way, and after one that was answered
}

// due tells whether the member is to be called now.
func (c called) due(now time.Time) bool {
	return !c.again.IsZero() && !now.Before(c.again)
}

// callEarlier calls each member that came before: once, and again if it did not answer (SPEC K4).
func (l *roomLife) callEarlier(ctx context.Context) {
	me := slices.IndexFunc(l.here, func(m signaling.Member) bool { return m.UID == l.d.UID })
	if me < 0 || l.busy() || l.engaged() != nil {
		return
	}
	for _, m := range l.here {
		c, before := l.called[m.UID]
		if m.UID == l.d.UID || !m.Before(l.here[me]) || (before && !c.due(time.Now())) {
			continue
		}
		l.called[m.UID] = called{misses: c.misses}
		l.try(ctx, m.UID, false, func(ctx context.Context, t *tried) (*opened, error) { return l.call(ctx, l.d, t, m) })
	}
}

// missed notes that a call was not answered.
func (l *roomLife) missed(ctx context.Context, uid string) {
	c, ours := l.called[uid]
	pauses := callAgainAfter()
	if !ours || c.misses == len(pauses) {
		return
	}
	pause := pauses[c.misses]
	l.called[uid] = called{misses: c.misses + 1, again: time.Now().Add(pause)}
	l.beside.Go(func() {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		select {
		case <-timer.C:
			pass(ctx, l.again, struct{}{})
		case <-ctx.Done():
		}
	})
}

// try runs an attempt beside the loop.
func (l *roomLife) try(
	ctx context.Context, uid string, engaged bool, attempt func(context.Context, *tried) (*opened, error),
) {
	ctx, cancel := context.WithCancel(ctx)
	t := &tried{uid: uid, cancel: cancel, engaged: engaged}
	l.trying[t] = struct{}{}
	l.beside.Go(func() {
		defer cancel()
		t.link, t.err = attempt(ctx, t)
		l.results <- t // taken by the loop, or by drain
	})
}

// call calls an earlier member.
func (l *roomLife) call(ctx context.Context, d *dialer, t *tried, m signaling.Member) (*opened, error) {
	id, err := protocol.NewRoomID(l.d.o.Random)
	if err != nil {
		return nil, named(ctx, err)
	}
	return d.callMember(ctx, l.ref, l.sealing(id, m.Key), m.UID, func(a *attempt) {
		a.find = l.find
		a.connecting = func() { pass(ctx, l.answered, t) }
	})
}

// callMember writes a link to a member of a link room. One that nobody answers is closed and deleted (SPEC K4). With
// sets up the attempt.
func (d *dialer) callMember(
	ctx context.Context, room signaling.RoomRef, seal sealing, uid string, with func(*attempt),
) (*opened, error) {
	d.event(EventSignaling)
	offering, err := d.offering(ctx)
	if err != nil {
		return nil, named(ctx, err)
	}
	ref := room.Link(seal.link)
	a := d.newAttempt(ref, offering, protocol.Caller, seal)
	a.peer = uid
	with(a)
	o, err := a.call(ctx, func(ctx context.Context, payload []byte) error {
		return room.Call(ctx, seal.link, signaling.Link{
			Caller: d.UID, Callee: uid, CallerKey: seal.mine, CalleeKey: seal.theirs, Offer: payload,
		}, time.Now())
	})
	if err != nil {
		away, cancel := parting(ctx)
		defer cancel()
		_ = ref.Delete(away, a.known) // or it ends by its expireAt
	}
	return o, err
}
