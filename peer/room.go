package peer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// maxOutcomes bounds what waits for Next; of more the oldest is closed.
const maxOutcomes = 32

// Room is this peer's place in a room of two (SPEC K3 to K6), such as the one in which a [Conn] looks for a stranger
// who is lost (M8). Link rooms are rooms of many: use [Group]. A Room and a Group that have the same secret do not
// understand each other. It is exported for who tests or measures one connection by itself, without a function that
// pairs.
//
// Whoever comes is connected to, one at a time; when they leave, the room waits for the next. Its methods are safe for
// concurrent use.
type Room struct {
	d      *dialer
	secret protocol.RoomSecret
	ref    signaling.RoomRef
	key    protocol.Key
	sealer protocol.Sealer
	stop   context.CancelFunc
	done   chan struct{} // closed when all is ended

	outcomes chan outcome // taken by Next

	codes *codes
	mu    sync.Mutex
	err   error // guarded by mu: why the room ended
	// present is guarded by mu: the conversation that goes on when its other device comes.
	present *Conn
}

// outcome is what Next answers: a connection or why there is none.
type outcome struct {
	conn *Conn
	err  error
}

// Create makes a room of two with a fresh secret and enters it as its first member; [CreateGroup] makes one that the
// app enters. Errors are ctx's, or have a name ([NameOf]). The caller closes the Room.
func Create(ctx context.Context, s Services, o *Options) (*Room, error) {
	d := newDialer(s, o)
	secret, err := protocol.NewRoomSecret(d.o.Random)
	if err != nil {
		return nil, named(ctx, fmt.Errorf("peer: make a secret: %w", err))
	}
	r, err := d.newRoom(secret)
	if err == nil {
		err = r.ref.Create(ctx, d.UID, r.key, time.Now())
	}
	if err != nil {
		return nil, named(ctx, err)
	}
	life, l := r.begin(ctx)
	go l.run(life)
	return r, nil
}

// Enter enters the room of two of secret (SPEC K3); [EnterGroup] enters those of the app. Errors are ctx's, or have a
// name ([NameOf]): room_not_found, room_over, store_unavailable and others. The caller closes the Room.
func Enter(ctx context.Context, s Services, secret protocol.RoomSecret, o *Options) (*Room, error) {
	d := newDialer(s, o)
	r, err := d.newRoom(secret)
	if err != nil {
		return nil, named(ctx, err)
	}
	life, l := r.begin(ctx)
	room, err := l.firstRoom(ctx)
	if err == nil {
		err = over(room)
	}
	if err == nil {
		err = r.ref.Enter(ctx, d.UID, r.key, room.ReadAt)
	}
	if err != nil {
		r.stop()
		l.beside.Wait()
		return nil, named(ctx, err)
	}
	go l.run(life)
	return r, nil
}

// over tells why nobody can be in the room; nil if one can.
func over(room *signaling.Room) error {
	switch {
	case room == nil:
		return failure(RoomNotFound, nil)
	case room.Over():
		return failure(RoomOver, nil)
	}
	return nil
}

func (d *dialer) newRoom(secret protocol.RoomSecret) (*Room, error) {
	private, err := d.newKey()
	if err != nil {
		return nil, err
	}
	if d.o.Device == nil {
		if d.o.Device, err = NewDevice(d.o.Random); err != nil { // the same for all of the stay
			return nil, err
		}
	}
	key, err := protocol.KeyFromBytes(private.PublicKey().Bytes()) // it only names the membership (SPEC L3)
	done := make(chan struct{})
	return &Room{
		d: d, secret: secret, ref: signaling.MeshRoom(d.Store, secret.RoomID()), key: key,
		sealer: protocol.NewRoomSealer(secret, d.o.Random),
		done:   done, outcomes: make(chan outcome),
		codes: &codes{d: d, secret: func() protocol.RoomSecret { return secret }, over: done},
	}, err
}

// begin starts the watch that reads the room and later hears of its end. What goes on in the room lasts longer than
// the call that began it.
func (r *Room) begin(ctx context.Context) (context.Context, *roomLife) {
	ctx, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	l := newRoomLife(r)
	l.beside.Go(func() { l.watchRoom(ctx) })
	return ctx, l
}

// find gives the conversation that goes on with a device (SPEC M4); nil if there is none.
func (r *Room) find(id protocol.Identity) *Conn {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.present == nil || r.present.Safety().Identity != id || closed(r.present.over) {
		return nil
	}
	return r.present
}

// Secret is what the room's code and link are made of.
func (r *Room) Secret() protocol.RoomSecret { return r.secret }

// Next waits for the next connection. Its error is ctx's, or has a name: connection_failed, protocol_error,
// tampered and [ErrNotAdmitted] tell of one attempt, and Next can be called again; after any other the room has ended,
// and Next answers it always.
// [ErrClosed] is the end by Close. The caller closes the Conn; Close of the Room closes it too.
func (r *Room) Next(ctx context.Context) (*Conn, error) {
	select {
	case o := <-r.outcomes:
		return o.conn, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-r.done:
		r.mu.Lock()
		defer r.mu.Unlock()
		return nil, r.err
	}
}

// Done is closed when the room has ended and nothing of it runs any more, but for short codes, which end then.
func (r *Room) Done() <-chan struct{} { return r.done }

// Close leaves the room for good (SPEC K6): it says bye to who is there, deletes the own member document and returns
// when nothing of the room runs any more. Closing again does nothing more.
func (r *Room) Close() error {
	r.stop()
	<-r.done
	r.codes.wait()
	return nil
}

// isOfAttempt tells whether an attempt's failure leaves the room as it is.
func isOfAttempt(err error) bool {
	name := NameOf(err)
	return errors.Is(err, ErrNotAdmitted) || name == ConnectionFailed || name == ProtocolError || name == Tampered
}

// leave is the end of the room's life.
func (r *Room) leave(ctx context.Context, why error) {
	away, cancel := parting(ctx)
	defer cancel()
	_ = r.ref.Leave(away, r.d.UID) // a member that stays is called in vain, until its expireAt
	if why == nil || errors.Is(why, context.Canceled) {
		why = ErrClosed
	}
	r.mu.Lock()
	r.err = why
	r.mu.Unlock()
	close(r.done)
}
