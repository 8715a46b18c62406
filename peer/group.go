package peer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
)

// Group is this peer's place in a room of many (SPEC sections 13 to 15). It is in the room until Close, or until the
// room ends it, whoever comes and goes. What is said in it are signed events that all members order alike; package
// room/member decides, and Group does what that asks for:
//
//	Say, React … ─► ask ─►┌───────────────────────────┐─► Notice ─► Next
//	                      │ groupLife.run owns         │
//	store: doors, calls ─►│ member.Member              │─► calls, answers: attempt ─► groupLink
//	links: frames ───────►└───────────────────────────┘─► frames to links
//
// A link that breaks is made anew, and so is one over a relay of this side before its credentials end (SPEC M11):
// what is said in between is repaired, and there is no notice of it.
//
// Its methods are safe for concurrent use.
type Group struct {
	d       *dialer
	key     protocol.Key    // of this stay
	stay    protocol.Sealer // opens what is sealed for key, and seals for others' keys
	stop    context.CancelFunc
	in      chan struct{} // closed when this member is in the room for the first time
	done    chan struct{} // closed when all is ended
	asks    chan func(context.Context, *groupLife)
	notices *notices
	codes   *codes
	files   *groupFiles

	hello  atomic.Pointer[protocol.RoomHello]
	secret atomic.Pointer[protocol.RoomSecret]

	mu     sync.Mutex     // held by who reads member after done
	member *member.Member // run's goroutine owns it until done
	err    error          // why the room ended; set before done is closed
}

// CreateGroup makes a room with these settings and a fresh secret, and is its founder and first member. What the
// settings leave empty is as SPEC E8 says: all may invite, newcomers get all that was said, and it is kept for ever.
// Errors are ctx's, have a name ([NameOf]), are a *protocol.ParseError of the settings or the name, or are
// [ErrArchiveUsed]. The caller closes the Group.
func CreateGroup(ctx context.Context, s Services, settings protocol.RoomSettings, o *Options) (*Group, error) {
	d := newDialer(s, o)
	secret, err := protocol.NewRoomSecret(d.o.Random)
	if err != nil {
		return nil, named(ctx, fmt.Errorf("peer: make a secret: %w", err))
	}
	settings = spelledOut(settings)
	if d.o.Archive != nil && d.o.Archive.some {
		return nil, ErrArchiveUsed
	}
	g, l, first, err := d.newGroup(secret, &settings)
	if err != nil {
		return nil, err
	}
	ref := l.room(secret)
	now := time.Now()
	if err := ref.Create(ctx, d.UID, g.key, now); err != nil {
		return nil, named(ctx, err)
	}
	l.made(secret, now)
	g.start(ctx, l, first)
	return g, nil
}

// EnterGroup enters the room of secret (SPEC R3). It returns when somebody who is there has let this member in, and it
// has what was said before; while nobody is there it waits, as long as ctx lives. Who comes back with what it has kept
// ([Options]) is in at once, and makes the room's document anew if it is gone. Errors are ctx's, or have a name
// ([NameOf]): room_not_found, room_over, room_full, room_locked, removed, store_unavailable and others; or
// they are a *protocol.ParseError of the name. The caller closes the Group.
func EnterGroup(ctx context.Context, s Services, secret protocol.RoomSecret, o *Options) (*Group, error) {
	d := newDialer(s, o)
	g, l, first, err := d.newGroup(secret, nil)
	if err != nil {
		return nil, err
	}
	g.start(ctx, l, first)
	select {
	case <-g.in:
		return g, nil
	case <-g.done:
		return nil, g.err
	case <-ctx.Done():
		_ = g.Close() // it has no error to tell
		return nil, ctx.Err()
	}
}

func (d *dialer) newGroup(
	secret protocol.RoomSecret, settings *protocol.RoomSettings,
) (*Group, *groupLife, []member.Action, error) {
	fail := func(err error) (*Group, *groupLife, []member.Action, error) { return nil, nil, nil, err }
	if d.o.Device == nil {
		device, err := NewDevice(d.o.Random)
		if err != nil {
			return fail(err)
		}
		d.o.Device = device // the same for all of the stay
	}
	d.o.OnEvent = ofGroup(d.o.OnEvent)
	private, err := d.newKey()
	if err != nil {
		return fail(err)
	}
	g := &Group{
		d: d, in: make(chan struct{}), done: make(chan struct{}), notices: newNotices(),
		asks: make(chan func(context.Context, *groupLife)),
	}
	if g.key, err = protocol.KeyFromBytes(private.PublicKey().Bytes()); err != nil {
		return fail(err)
	}
	if g.stay, err = protocol.NewPairSealer(private); err != nil {
		return fail(err)
	}
	kept, err := d.o.Archive.begin()
	if err != nil {
		return fail(err)
	}
	m, first, err := member.New(member.Config{
		Private: d.o.Device.private, Key: g.key, Name: d.o.Name, Code: secret, Random: d.o.Random,
		Chance: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())), //nolint:gosec // who is called next is no secret
		Now:    time.Now(), Create: settings, Kept: kept, Limit: d.o.limit,
		Typing: !d.o.HideTyping, Reading: !d.o.HideReading,
	})
	if err != nil {
		return fail(err)
	}
	g.member = m
	g.secret.Store(&secret)
	g.files = newGroupFiles(m.Self(), d.o.Random, g.notices)
	g.codes = &codes{d: d, secret: g.Secret, over: g.done}
	if d.o.Archive != nil {
		if err := d.o.Archive.move(secret); err != nil {
			return fail(err)
		}
	}
	l := newGroupLife(g)
	if kept != nil {
		l.tellKept()
	}
	return g, l, first, nil
}

// ofGroup tells of what concerns the room as a whole, not one link of many.
func ofGroup(tell func(Event)) func(Event) {
	if tell == nil {
		return nil
	}
	return func(e Event) {
		switch e {
		case EventWaiting, EventNoICEServers, EventNoRelay:
			tell(e)
		case EventSignaling, EventConnecting, EventProving, EventReconnecting, EventReconnected, EventAgain:
		}
	}
}

// start begins the life of the room, which lasts longer than the call that began it.
func (g *Group) start(ctx context.Context, l *groupLife, first []member.Action) {
	ctx, g.stop = context.WithCancel(context.WithoutCancel(ctx))
	go l.run(ctx, first)
}

// Secret is what the room's code and link are made of, as it is now: it is another one when somebody was removed.
func (g *Group) Secret() protocol.RoomSecret { return *g.secret.Load() }

// Next gives what has happened in the room, in order. After the room's end it first gives what is left, then the
// end's error; it fails with ctx's error too. At most 1 024 notices wait: of more the oldest are lost, and the next
// one that is given tells how many.
func (g *Group) Next(ctx context.Context) (Notice, error) {
	for {
		ended := closed(g.done) // asked first: nothing comes after it
		if n, some := g.notices.take(); some {
			return n, nil
		}
		if ended {
			return Notice{}, g.err
		}
		select {
		case <-g.notices.some:
		case <-g.done:
		case <-ctx.Done():
			return Notice{}, ctx.Err()
		}
	}
}

// Done is closed when the room has ended for this peer and nothing of it runs any more.
func (g *Group) Done() <-chan struct{} { return g.done }

// Err tells why the room ended: [ErrClosed] by Close, else it has a name ([NameOf]). Nil until Done is closed.
func (g *Group) Err() error {
	if !closed(g.done) {
		return nil
	}
	return g.err
}

// Close leaves the room (SPEC R9): others hear of it, what was said before is on its way to them for 2 s at most, and
// nothing of the room runs any more when it returns. Closing again does nothing more.
func (g *Group) Close() error {
	g.stop()
	<-g.done
	g.codes.wait()
	return nil
}

// ask lets the goroutine that owns the member run f. It fails with ctx's error and with the room's end.
func (g *Group) ask(ctx context.Context, f func(context.Context, *groupLife)) error {
	ran := make(chan struct{})
	select {
	case g.asks <- func(ctx context.Context, l *groupLife) { f(ctx, l); close(ran) }:
		<-ran
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-g.done:
		return g.err
	}
}

// read lets f read the member, also after the room's end.
func (g *Group) read(f func(*member.Member)) {
	ran := make(chan struct{})
	select {
	case g.asks <- func(context.Context, *groupLife) { f(g.member); close(ran) }:
		<-ran
	case <-g.done:
		g.mu.Lock()
		defer g.mu.Unlock()
		f(g.member)
	}
}

// endOf names the end that a member has come to.
func endOf(reason member.EndReason) error {
	switch reason {
	case member.EndFull:
		return failure(RoomFull, nil)
	case member.EndLocked:
		return failure(RoomLocked, nil)
	case member.EndRemoved:
		return failure(Removed, nil)
	case member.EndProtocolError:
	}
	return failure(ProtocolError, errors.New("the others are in another room"))
}
