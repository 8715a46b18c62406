package peer

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// Pauses between two tries to find somebody who is lost (SPEC M9).
const (
	firstAgainPause = time.Second
	mostAgainPause  = 30 * time.Second
)

// errSomebodyElse refuses whoever comes to a reunion and is not the one who was lost.
var errSomebodyElse = errors.New("peer: not who was lost")

// againAndAgain tries until ctx ends, with pauses that double, each shortened by chance: two who were cut off at once
// do not try in step for ever.
func againAndAgain(ctx context.Context, try func()) {
	for pause := firstAgainPause; ; pause = min(2*pause, mostAgainPause) {
		try()
		timer := time.NewTimer(pause - rand.N(pause/2)) //nolint:gosec // nobody gains by guessing it
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// keeper looks for a member who is lost: who came later calls, the other waits for that (SPEC M9).
func (l *roomLife) keeper(uid string) func(context.Context) {
	return func(ctx context.Context) {
		againAndAgain(ctx, func() { pass(ctx, l.recall, uid) })
	}
}

// callBack calls a member who is lost, unless it is called already or came later than this one.
func (l *roomLife) callBack(ctx context.Context, uid string) {
	of := func(uid string) int {
		return slices.IndexFunc(l.here, func(m signaling.Member) bool { return m.UID == uid })
	}
	me, other := of(l.d.UID), of(uid)
	if me < 0 || other < 0 || !l.here[other].Before(l.here[me]) || l.conn == nil || (l.busy() && !l.conn.isMoving()) {
		return
	}
	for t := range l.trying {
		if t.uid == uid {
			return
		}
	}
	m, d := l.here[other], l.dialer()
	l.try(ctx, uid, false, func(ctx context.Context, t *tried) (*opened, error) { return l.call(ctx, d, t, m) })
}

// dialer is the room's; of a conversation that moves to another connection nobody hears.
func (l *roomLife) dialer() *dialer {
	if l.conn != nil && l.conn.isMoving() {
		return l.d.silent()
	}
	return l.d
}

// reunite looks for a stranger who is lost, in the room that both know of (SPEC M8).
func (c *Conn) reunite(ctx context.Context) {
	c.mu.Lock()
	secret := c.reunion
	c.mu.Unlock()
	if secret == nil {
		return
	}
	o := c.d.o
	o.Device, o.OnEvent = c.device, nil
	o.Admit = func(s Safety) error {
		if s.Identity != c.Safety().Identity {
			return errSomebodyElse
		}
		return nil
	}
	d := c.d.another(o)
	againAndAgain(ctx, func() { _ = d.waitIn(ctx, *secret, c) })
}

// waitIn is in a room until ctx or the room ends, so that the conversation goes on over what comes there.
func (d *dialer) waitIn(ctx context.Context, secret protocol.RoomSecret, c *Conn) error {
	r, err := d.newRoom(secret)
	if err != nil {
		return err
	}
	life, l := r.begin(ctx)
	l.reunion = true
	l.setConn(c)
	if err := l.enterReunion(ctx); err != nil {
		r.stop()
		l.beside.Wait()
		return err
	}
	go l.run(life)
	ctx, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	beside.Go(func() {
		<-r.done
		stop()
	})
	l.keeper(c.Peer())(ctx)
	return r.Close()
}

// enterReunion enters the room; who finds it absent creates it, and who is too late with that enters.
func (l *roomLife) enterReunion(ctx context.Context) error {
	room, err := l.firstRoom(ctx)
	if err != nil {
		return err
	}
	if room == nil {
		err := l.ref.Create(ctx, l.d.UID, l.key, time.Now())
		if errors.Is(err, signaling.ErrExists) || errors.Is(err, signaling.ErrDenied) {
			err = l.ref.Enter(ctx, l.d.UID, l.key, time.Now())
		}
		return err
	}
	if err := over(room); err != nil {
		return err
	}
	return l.ref.Enter(ctx, l.d.UID, l.key, room.ReadAt)
}
