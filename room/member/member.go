package member

import (
	"crypto/ed25519"
	"errors"
	"io"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
	"github.com/parley-chat/parley/room/overlay"
	"github.com/parley-chat/parley/room/timeline"
)

// Peer names a member.
type Peer = protocol.Identity

// MaxHere is how many members a room holds at a time (SPEC R1).
const MaxHere = 100

// Config is what a [Member] needs. Private, Key, Code, Random, Chance and Now must be set.
type Config struct {
	Private ed25519.PrivateKey
	// Key is that of this stay: in the presence, in the documents of a door, and what introductions are sealed for.
	Key protocol.Key
	// Name is what the person wants to be called, at most 64 characters; may be empty.
	Name string
	// Code is the one by which the member comes.
	Code protocol.RoomSecret
	// Random must be a cryptographic source: chains and codes are made of it. Chance spreads times and chooses
	// neighbours; the member is its only user.
	Random io.Reader
	Chance overlay.Random
	Now    time.Time
	// Create makes a new room, with these settings; nil enters one.
	Create *protocol.RoomSettings
	// Kept is what was kept of an earlier stay; nil for none.
	Kept *Kept
	// Typing and Reading let others know when the person writes, and what was read (SPEC R7).
	Typing, Reading bool
	// Limit is how many members there may be at a time; 0 is MaxHere.
	Limit int
}

// Kept is what was kept of an earlier stay.
type Kept struct {
	// Events as [Member.Event] gave them, the root first, the others in any order. What does not belong there is left
	// out.
	Events []KeptEvent
	// Chain and N are what [Member.Chain] said. Zero begins another chain.
	Chain protocol.ChainID
	N     uint64
	// Codes are those that [Moved] told, in any order.
	Codes []protocol.RoomSecret
}

// KeptEvent is an event as it travels, and when it came.
type KeptEvent struct {
	Event   []byte
	Arrived time.Time
}

// ErrKept is returned by [New] when what was kept has no first event of a room.
var ErrKept = errors.New("member: what was kept does not begin with a room")

// Member is one member's part in a room. Make it with [New]; not safe for concurrent use.
type Member struct {
	config Config
	self   Peer
	now    time.Time

	// root is zero while no room is known; history is nil until its first event is here.
	root     protocol.EventID
	history  *history.History
	timeline *timeline.Timeline
	writer   *history.Writer
	pace     history.Pace
	node     *overlay.Node
	links    []*link // in the order in which they came

	in     bool // it was a member when that was last looked at
	met    bool // a neighbour has sent something other than a bye
	synced bool // what this member had missed is here, as far as its first neighbour had it
	over   bool
	// refusers have said that this member was removed.
	refusers map[Peer]bool

	stays    stays
	waits    waits
	wants    wants
	doors    doors
	epochs   epochs
	receipts receipts
	outbox   outbox

	keepAt, haveAt, shareAt time.Time
	shareNot                Peer // who is not told at shareAt

	out []Action
	// What comes together in one action each: events taken, bodies forgotten, entries to be drawn anew, and whether
	// people have changed.
	took, forgot, drawn []protocol.EventID
	people              bool
}

// New makes a member that creates a room, enters one, or comes back to it. It fails if the random source does, with a
// *protocol.ParseError for settings or a name beyond their bounds, or with [ErrKept].
func New(config Config) (*Member, []Action, error) {
	if config.Limit == 0 {
		config.Limit = MaxHere
	}
	if err := (protocol.Admission{Name: config.Name}).Check(); err != nil {
		return nil, nil, err
	}
	m := &Member{
		config: config, self: protocol.IdentityOf(config.Private), now: config.Now,
		writer: history.NewWriter(config.Private, config.Random),
		stays:  newStays(), waits: newWaits(), wants: newWants(), receipts: newReceipts(),
		epochs: newEpochs(config.Code),
		keepAt: config.Now.Add(keepEvery), outbox: newOutbox(config.Now), refusers: map[Peer]bool{},
	}
	m.node = overlay.New(overlay.Config{Self: m.self, Random: config.Chance, Now: config.Now})
	m.haveAt = m.now.Add(m.spread(haveEvery))
	switch {
	case config.Kept != nil:
		if err := m.restore(*config.Kept); err != nil {
			return nil, nil, err
		}
	case config.Create != nil:
		if err := m.create(*config.Create); err != nil {
			return nil, nil, err
		}
		m.do(CreateRoom{Code: config.Code})
		m.becomeDoor()
		return m, m.take(), nil
	}
	m.do(Enter{})
	return m, m.take(), nil
}

// Times between what a member does by itself.
const (
	keepEvery = time.Second
	haveEvery = 30 * time.Second
)

// Tick sets the time, which never goes back, and does what is due.
func (m *Member) Tick(now time.Time) []Action {
	if now.After(m.now) {
		m.now = now
	}
	if m.over {
		return nil
	}
	m.perform(m.node.Tick(m.now))
	m.tell()
	m.tellReceipts()
	m.askForMissing()
	m.compareAgain()
	if due(&m.keepAt, m.now) {
		m.keepAt = m.now.Add(keepEvery)
		m.keep()
	}
	return m.take()
}

// keep does what is done each second.
func (m *Member) keep() {
	m.stays.forget(m.now)
	m.waits.forget(m.now)
	m.pace.Forget(m.now)
	m.expire()
	m.checkTypists()
	m.checkNeighbours()
	m.checkDoors()
	m.checkEpochs()
}

// Next is when Tick has something to do.
func (m *Member) Next() time.Time {
	next := m.node.Next()
	for _, at := range []time.Time{m.keepAt, m.haveAt, m.shareAt, m.wants.at, m.receipts.at, m.outbox.at} {
		if !at.IsZero() && at.Before(next) {
			next = at
		}
	}
	return next
}

// due tells whether the time has come, and then clears it.
func due(at *time.Time, now time.Time) bool {
	if at.IsZero() || now.Before(*at) {
		return false
	}
	*at = time.Time{}
	return true
}

// sooner moves a time to an earlier one.
func sooner(at *time.Time, than time.Time) {
	if at.IsZero() || than.Before(*at) {
		*at = than
	}
}

// spread is around d, by a tenth: not everybody at once.
func (m *Member) spread(d time.Duration) time.Duration {
	return d*9/10 + time.Duration(m.config.Chance.IntN(int(d/5/time.Millisecond)))*time.Millisecond
}

func (m *Member) do(a Action) {
	if !m.over {
		m.out = append(m.out, a)
	}
}

// flush puts what has come together where it belongs among the other actions: what was taken before what is sent of it.
func (m *Member) flush() {
	if len(m.took) > 0 {
		m.do(Took{IDs: m.took})
	}
	if len(m.forgot) > 0 {
		m.do(Forgot{IDs: m.forgot})
	}
	if len(m.drawn) > 0 {
		m.do(Changed{IDs: m.drawn})
	}
	if m.people {
		m.do(People{})
	}
	m.took, m.forgot, m.drawn, m.people = nil, nil, nil, false
}

// take hands over what is to be done.
func (m *Member) take() []Action {
	m.flush()
	out := m.out
	m.out = nil
	return out
}

// end is the last that this member does.
func (m *Member) end(reason EndReason) {
	if m.over {
		return
	}
	m.flush()
	m.closeDoors()
	for _, l := range m.links {
		m.do(Disconnect{Peer: l.peer, Reason: protocol.BySpare})
	}
	m.do(Ended{Reason: reason})
	m.over, m.links = true, nil
}
