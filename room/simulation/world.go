package simulation

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
)

// Options say what is run.
type Options struct {
	Seed uint64
	// Members is how many honest people there are in the end, 2 or more; Hostile how many others.
	Members, Hostile int
	// Steps is how many things happen before everybody comes together.
	Steps int
	// Policy is what newcomers get.
	Policy protocol.HistoryPolicy
}

// Report is what happened in a run, to see that it was worth it.
type Report struct {
	// Said is by honest people; of that, Vanished was nowhere else when they lost everything.
	Said, Vanished, Entries, Delivered, Lost   int
	Joined, Crashed, Left, Parted, Removed     int
	Refused, Forked, Silenced, Held, Forgeries int
}

// stepTime is how far the clock goes with each step.
const stepTime = 50 * time.Millisecond

// world is the room, its people, and what is on the way between them. All of it belongs to the one goroutine.
type world struct {
	options Options
	random  *rand.Rand
	secret  *rand.ChaCha8 // for keys and chains
	now     time.Time
	first   protocol.Event
	root    protocol.EventID

	people  []*member // honest; the founder is the first
	hostile []*villain
	mail    []letter
	parts   int // how many parts the network has fallen into

	// said is what honest people said, and an honest one has.
	said   map[protocol.EventID]struct{}
	parsed map[string]parsedEvent
	report Report
}

// letter is a message on the way.
type letter struct {
	from, to *member
	event    []byte
	asked    bool // the event was asked for
	summary  []history.ChainSummary
	want     []protocol.EventID
}

// parsedEvent is what [protocol.ParseEvent] says of the same bytes each time.
type parsedEvent struct {
	event protocol.Event
	id    protocol.EventID
	err   error
}

// Run plays a room, and fails if anything is not as promised.
func Run(o Options) (Report, error) {
	w := newWorld(o)
	if err := w.begin(); err != nil {
		return w.report, err
	}
	err := w.play()
	return w.report, err
}

func newWorld(o Options) *world {
	var seed [32]byte
	binary.BigEndian.PutUint64(seed[:], o.Seed)
	return &world{
		options: o, random: rand.New(rand.NewPCG(o.Seed, 1)),
		secret: rand.NewChaCha8(seed), now: time.UnixMilli(1790000000000), parts: 1,
		said: map[protocol.EventID]struct{}{}, parsed: map[string]parsedEvent{},
	}
}

// play lets all steps happen, brings everybody together, and checks what they have.
func (w *world) play() error {
	for range w.options.Steps {
		w.step()
	}
	w.gather()
	return w.check()
}

func (w *world) newKey() ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	_, _ = w.secret.Read(seed) // it never fails
	return ed25519.NewKeyFromSeed(seed)
}

// begin makes the room; the founder is in it.
func (w *world) begin() error {
	founder := w.newMember()
	h, first, err := founder.writer.Begin(protocol.RoomSettings{
		Name: "simulation", Invite: protocol.InviteAll, History: w.options.Policy,
	}, w.now)
	if err != nil {
		return fmt.Errorf("the room does not begin: %w", err)
	}
	w.first, w.root = first, h.Root()
	founder.enter(h)
	founder.honest = true
	w.people = append(w.people, founder)
	for range w.options.Hostile {
		w.hostile = append(w.hostile, w.newVillain())
	}
	return nil
}

// step lets something happen, and some letters arrive.
func (w *world) step() {
	w.now = w.now.Add(stepTime)
	everybody := w.everybody()
	one := everybody[w.random.IntN(len(everybody))]
	switch w.random.IntN(32) {
	case 0, 1:
		for range 1 + w.options.Members/10 {
			w.join()
		}
	case 2:
		if w.random.IntN(3) == 0 {
			w.crash()
		}
	case 3:
		w.leave()
	case 4:
		w.part()
	case 5, 6:
		one.away = !one.away && w.random.IntN(3) == 0
	case 7, 8, 9:
		w.compare(one)
	case 10:
		w.remove()
	case 11, 12, 13:
		if len(w.hostile) > 0 {
			w.hostile[w.random.IntN(len(w.hostile))].act()
		}
	default:
		if !one.away {
			one.speak()
		}
	}
	for range everybody {
		w.deliver()
	}
}

// everybody who is in the room, honest or not.
func (w *world) everybody() []*member {
	all := slices.DeleteFunc(slices.Clone(w.people), func(m *member) bool { return m.history == nil })
	for _, v := range w.hostile {
		if v.history != nil {
			all = append(all, v.member)
		}
	}
	return all
}

// deliver lets one of the letters on the way arrive, or get lost.
func (w *world) deliver() {
	if len(w.mail) == 0 {
		return
	}
	i := w.random.IntN(len(w.mail))
	l := w.mail[i]
	if l.to.slow && w.random.IntN(8) > 0 {
		return
	}
	w.mail[i] = w.mail[len(w.mail)-1]
	w.mail = w.mail[:len(w.mail)-1]
	if l.to.away || l.to.history == nil || !w.linked(l.from, l.to) || w.random.IntN(50) == 0 {
		w.report.Lost++
		return
	}
	w.report.Delivered++
	l.to.receive(l)
}

// send puts a letter on its way. What is too much is lost, as in life.
func (w *world) send(l letter) {
	if len(w.mail) > 20000 {
		w.report.Lost++
		return
	}
	w.mail = append(w.mail, l)
}

func (w *world) linked(a, b *member) bool { return a.part%w.parts == b.part%w.parts }

// compare sends a summary to somebody.
func (w *world) compare(one *member) {
	if other := w.somebody(one); other != nil {
		w.send(letter{from: one, to: other, summary: one.history.Summary()})
	}
}

// somebody else whom one can reach; nil if there is nobody.
func (w *world) somebody(one *member) *member {
	var near []*member
	for _, other := range w.everybody() {
		if other != one && !other.away && w.linked(one, other) {
			near = append(near, other)
		}
	}
	if len(near) == 0 {
		return nil
	}
	return near[w.random.IntN(len(near))]
}

func (w *world) parse(data []byte) parsedEvent {
	key := string(data)
	p, known := w.parsed[key]
	if !known {
		p.event, p.id, p.err = protocol.ParseEvent(w.root, data)
		w.parsed[key] = p
	}
	return p
}
