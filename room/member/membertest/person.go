package membertest

import (
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
)

// Person is one of a [World], and does for its [member.Member] what a program would.
type Person struct {
	// Member is nil while the person is not there.
	Member *member.Member
	ID     protocol.Identity
	Name   string
	// Ended is why the last stay ended by itself; empty if it did not.
	Ended member.EndReason
	// Faults are those that the member has named.
	Faults []member.Fault
	// Arrived is when events were taken first.
	Arrived map[protocol.EventID]time.Time
	// Lies replaces what the member sends; nil for an honest one.
	Lies func(to *Person, f protocol.RoomFrame) []protocol.RoomFrame
	// hops are those in which an event came first, by the hash of its bytes.
	hops map[[sha256.Size]byte]int

	world   *World
	number  int
	private ed25519.PrivateKey
	key     protocol.Key
	code    protocol.RoomSecret // by which the person comes
	stay    int                 // how often they came
	links   map[*Person]*end
	tickAt  time.Time
	opened  map[protocol.RoomSecret]bool
	kept    kept
	// entering counts the times that the store was looked through; answering is how many calls are answered now.
	entering, answering int
	slow                time.Duration // what everything takes longer to and from here
	// clock is how wrong theirs is.
	clock time.Duration
	// reads is told what comes; nil for who needs no watching.
	reads func(protocol.RoomFrame)
	mute  bool // a door that answers nobody
	quiet bool // says nothing of writing and reading
}

// kept is what is on a person's device.
type kept struct {
	order  []protocol.EventID
	events map[protocol.EventID]member.KeptEvent
	chain  protocol.ChainID
	n      uint64
	codes  []protocol.RoomSecret
}

func (w *World) newPerson() *Person {
	seed := make([]byte, ed25519.SeedSize)
	_, _ = w.secret.Read(seed) // it never fails
	p := &Person{
		world: w, number: len(w.People), private: ed25519.NewKeyFromSeed(seed), code: w.Code,
		Arrived: map[protocol.EventID]time.Time{}, hops: map[[sha256.Size]byte]int{},
		kept: kept{events: map[protocol.EventID]member.KeptEvent{}},
	}
	p.ID = protocol.IdentityOf(p.private)
	p.Name = "person " + string(rune('A'+p.number%26))
	w.People = append(w.People, p)
	w.byPeer[p.ID] = p
	return p
}

// Newcomer is how somebody comes; zero values are the defaults.
type Newcomer struct {
	Name string
	// Code is that of the link which they have. Default: the one where the room was made.
	Code protocol.RoomSecret
	// Quiet does not let others know of writing and reading.
	Quiet bool
}

// Join adds somebody, who enters the room.
func (w *World) Join() *Person { return w.JoinAs(Newcomer{}) }

// JoinAs adds somebody, who enters the room.
func (w *World) JoinAs(n Newcomer) *Person {
	p := w.newPerson()
	p.quiet = n.Quiet
	if n.Name != "" {
		p.Name = n.Name
	}
	if n.Code != (protocol.RoomSecret{}) {
		p.code = n.Code
	}
	p.start(nil)
	return p
}

// time is what the person's clock says.
func (p *Person) time() time.Time { return p.world.now.Add(p.clock) }

// start begins a stay.
func (p *Person) start(create *protocol.RoomSettings) {
	w := p.world
	p.stay++
	_, _ = w.secret.Read(p.key[:]) // it never fails
	p.links, p.opened, p.tickAt, p.Ended = map[*Person]*end{}, map[protocol.RoomSecret]bool{}, time.Time{}, ""
	p.answering = 0
	p.clearDocuments()
	config := p.Config()
	config.Create = create
	if len(config.Kept.Events) == 0 {
		config.Kept = nil
	}
	m, actions, err := member.New(config)
	if err != nil {
		panic(err) // the world itself is wrong
	}
	p.Member = m
	p.perform(actions)
	p.schedule()
	p.lookAround()
}

// Config is that of a stay which begins now, with all that was kept.
func (p *Person) Config() member.Config {
	w := p.world
	config := member.Config{
		Private: p.private, Key: p.key, Name: p.Name, Code: p.code, Random: w.secret, Now: p.time(),
		Chance: rand.New(rand.NewPCG(w.options.Seed, uint64(2+p.number)<<16+uint64(p.stay))),
		Typing: !p.quiet, Reading: !p.quiet, Limit: w.options.Limit,
	}
	config.Kept = &member.Kept{Chain: p.kept.chain, N: p.kept.n, Codes: p.kept.codes}
	for _, id := range p.kept.order {
		config.Kept.Events = append(config.Kept.Events, p.kept.events[id])
	}
	return config
}

// Kept is an event as it is on the device; nil if it is not.
func (p *Person) Kept(id protocol.EventID) []byte { return p.kept.events[id].Event }

// Crash ends a stay without a word; neighbours notice after a while.
func (p *Person) Crash() {
	p.Member = nil
	for _, other := range p.linkedTo() {
		p.world.Cut(p, other)
	}
}

// Forget loses all that was kept on the device, but for the key.
func (p *Person) Forget() { p.kept = kept{events: map[protocol.EventID]member.KeptEvent{}} }

// Return begins another stay, by the last code that the person knows.
func (p *Person) Return() {
	if p.Member != nil {
		return
	}
	if n := len(p.kept.codes); n > 0 {
		p.code = p.kept.codes[n-1]
	}
	p.start(nil)
}

// Leave says goodbye.
func (p *Person) Leave() {
	p.Input(func(m *member.Member) []member.Action { return m.Leave() })
	p.Member = nil
}

// Hops is in how many an event came; 0 for who said it, or did not get it as gossip.
func (p *Person) Hops(event []byte) int { return p.hops[sha256.Sum256(event)] }

// linkedTo are the other ends of the links, in the order in which they came.
func (p *Person) linkedTo() []*Person {
	var others []*Person
	for other := range p.links {
		others = append(others, other)
	}
	slices.SortFunc(others, func(a, b *Person) int { return cmp.Compare(a.number, b.number) })
	return others
}

// Do lets the person say something, and gives the event's id; false if they may not.
func (p *Person) Do(what func(*member.Member) (protocol.EventID, []member.Action, error)) (protocol.EventID, bool) {
	var id protocol.EventID
	var err error
	p.Input(func(m *member.Member) (actions []member.Action) {
		id, actions, err = what(m)
		return actions
	})
	if err != nil && !errors.Is(err, member.ErrNotIn) {
		panic(err) // the world itself is wrong
	}
	return id, err == nil && p.Member != nil
}

// Say says a text.
func (p *Person) Say(text string) (protocol.EventID, bool) {
	return p.Do(func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Say(text) })
}

// Input gives the member something, after the time, and does what it asks for. It does nothing while the person is not
// there.
func (p *Person) Input(give func(*member.Member) []member.Action) {
	m := p.Member
	if m == nil {
		return
	}
	p.perform(m.Tick(p.time()))
	if p.Member == m {
		p.perform(give(m))
	}
	p.schedule()
}

// schedule sees to it that the member ticks when it wants to.
func (p *Person) schedule() {
	if p.Member == nil {
		return
	}
	next := p.Member.Next()
	if !p.tickAt.IsZero() && !next.Before(p.tickAt) {
		return
	}
	stay := p.stay
	p.tickAt = next
	p.world.after(max(next.Sub(p.time()), time.Millisecond), func() {
		if p.stay == stay && p.tickAt.Equal(next) {
			p.tickAt = time.Time{}
			p.Input(func(*member.Member) []member.Action { return nil })
		}
	})
}
