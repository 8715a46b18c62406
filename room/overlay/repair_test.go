package overlay_test

import (
	"crypto/ed25519"
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
	"github.com/parley-chat/parley/room/overlay"
	"github.com/parley-chat/parley/room/overlay/overlaytest"
)

// [R5] What the overlay does not bring, since links broke or the room was parted too long, the histories bring that
// neighbours compare: in the end nobody lacks anything. That somebody comes whose only neighbour is gone before anybody
// else hears of them is left to doors (R3), which this world has not: so people stay for some seconds here.
func TestRepaired(t *testing.T) {
	t.Parallel()
	for seed := range uint64(repaired) {
		a := newArchives(t, seed)
		for range 9 + 20*int(seed%2) {
			a.world.Join(somebody(a.world))
			a.world.Run(time.Second)
		}
		for range 120 {
			disturb(a.world)
			a.speak(somebody(a.world))
			a.world.Run(time.Duration(a.world.Random().IntN(4000)) * time.Millisecond)
		}
		a.settle()
		a.check(seed)
	}
}

// archives are the histories of a world's members.
type archives struct {
	t      *testing.T
	world  *overlaytest.World
	random *rand.ChaCha8
	first  protocol.Event
	root   protocol.EventID
	of     map[*overlaytest.Member]*archive
	events map[overlay.ID]protocol.Event
	said   int
}

type archive struct {
	history *history.History
	writer  *history.Writer
}

func newArchives(t *testing.T, seed uint64) *archives {
	t.Helper()
	var chance [32]byte
	binary.BigEndian.PutUint64(chance[:], seed)
	a := &archives{
		t: t, world: overlaytest.New(overlaytest.Options{Seed: seed}), random: rand.NewChaCha8(chance),
		of: map[*overlaytest.Member]*archive{}, events: map[overlay.ID]protocol.Event{},
	}
	writer := a.newWriter()
	settings := protocol.RoomSettings{Invite: protocol.InviteAll, History: protocol.HistoryAll}
	h, first, err := writer.Begin(settings, a.world.Now())
	if err != nil {
		t.Fatal(err)
	}
	a.first, a.root = first, h.Root()
	a.begin(a.world.Join(nil), h, writer)
	a.world.Linked = a.linked
	a.world.Delivered = func(to *overlaytest.Member, item overlay.Item) { a.take(to, item.ID) }
	return a
}

func (a *archives) newWriter() *history.Writer {
	seed := make([]byte, ed25519.SeedSize)
	_, _ = a.random.Read(seed) // it never fails
	return history.NewWriter(ed25519.NewKeyFromSeed(seed), a.random)
}

// archive is a member's, empty at first.
func (a *archives) archive(m *overlaytest.Member) *archive {
	if a.of[m] == nil {
		h, err := history.New(a.first, a.root, a.world.Now())
		if err != nil {
			a.t.Fatal(err)
		}
		a.begin(m, h, a.newWriter())
	}
	return a.of[m]
}

func (a *archives) begin(m *overlaytest.Member, h *history.History, w *history.Writer) {
	a.of[m] = &archive{h, w}
	a.keepComparing(m)
}

// linked lets two compare, and let in who is new.
func (a *archives) linked(one, other *overlaytest.Member) {
	a.compare(one, other)
	a.world.After(time.Second, func() {
		for _, pair := range [][2]*overlaytest.Member{{one, other}, {other, one}} {
			newcomer := a.archive(pair[1]).writer.Identity()
			if pair[0].Alive() && !a.archive(pair[0]).history.Member(newcomer) {
				body, _ := protocol.Admission{Member: newcomer}.Encode()
				a.write(pair[0], protocol.EventAdmission, body)
			}
		}
		a.compare(one, other)
	})
}

// keepComparing compares with a neighbour by chance every 30 s.
func (a *archives) keepComparing(m *overlaytest.Member) {
	a.world.After(27*time.Second+time.Duration(a.world.Random().Int64N(int64(6*time.Second))), func() {
		if !m.Alive() {
			return
		}
		if peers := m.Node.Neighbours(); len(peers) > 0 {
			a.compare(m, a.world.Member(peers[a.world.Random().IntN(len(peers))]))
		}
		a.keepComparing(m)
	})
}

// compare lets each of two send what the other lacks.
func (a *archives) compare(one, other *overlaytest.Member) {
	for _, pair := range [][2]*overlaytest.Member{{one, other}, {other, one}} {
		a.world.After(200*time.Millisecond, func() {
			from, to := pair[0], pair[1]
			if !from.Alive() || !to.Alive() {
				return
			}
			for _, id := range a.archive(from).history.Lacking(a.archive(to).history.Summary()) {
				a.take(to, overlay.ID(id))
			}
		})
	}
}

func (a *archives) take(to *overlaytest.Member, id overlay.ID) {
	if e, is := a.events[id]; is {
		if _, err := a.archive(to).history.Add(e, protocol.EventID(id), a.world.Now()); err != nil {
			a.t.Errorf("an honest event is refused: %v", err)
		}
	}
}

// speak lets a member say something, if it was let in.
func (a *archives) speak(m *overlaytest.Member) {
	if a.archive(m).history.Member(a.archive(m).writer.Identity()) {
		a.said++
		a.write(m, protocol.EventText, []byte(`{"text":"something"}`))
	}
}

func (a *archives) write(m *overlaytest.Member, kind protocol.EventKind, body []byte) {
	e, id, _, err := a.archive(m).writer.Append(a.archive(m).history, kind, body, a.world.Now())
	if err != nil {
		return // it was not let in yet
	}
	a.events[overlay.ID(id)] = e
	m.Tell(overlay.ID(id))
}

// settle waits until everybody knows everybody, and two repairs longer.
func (a *archives) settle() {
	for range 40 {
		if a.world.Run(30 * time.Second); together(a.world) {
			break
		}
	}
	a.world.Run(time.Minute)
}

func (a *archives) check(seed uint64) {
	alive := a.world.Alive()
	first := a.archive(alive[0]).history
	for _, m := range alive[1:] {
		if h := a.archive(m).history; h.Digest() != first.Digest() || h.Waiting() > 0 {
			a.t.Errorf("seed %d: one has %d events, another one %d", seed, h.Len(), first.Len())
		}
	}
	if first.Len() < a.said/2 {
		a.t.Errorf("seed %d: of %d texts only %d events are left", seed, a.said, first.Len())
	}
}
