package bench

import (
	"context"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member/membertest"
	"github.com/parley-chat/parley/room/overlay"
)

// Metrics of a room.
const (
	roomReach   = "a text has reached all"
	roomHops    = "hops to the farthest"
	roomBytes   = "bytes of a text, for each member"
	roomLost    = "texts lost"
	roomDoubled = "texts doubled"
	roomIdle    = "without texts, each member sends"
	roomStore   = "join: operations of the store"
	roomLinks   = "join: links made"
	roomFrames  = "join: introductions passed on"
	roomLinked  = "join: linked"
	roomIn      = "join: let in, with all that was said"
	roomCrash   = "half crash: the next text has reached all"
)

const (
	roomTexts = 20
	// roomLine is the text.
	roomLine = "A text of a line, as people write them all day long: not too short."
	// crashMends is when a room is one again of which half has crashed: doors may be among those, and it takes 100 s
	// until who went without a word counts as gone.
	crashMends = 4 * time.Minute
	// joinOperations are those of a newcomer and of the door that answers, whatever the room's size: the room and three
	// documents read, the link written, read and deleted, the answer written and read.
	joinOperations = 9
	// largeRoom members and more are simulated fewer times, hugeRoom once: one takes minutes.
	largeRoom     = 100
	largeRoomRuns = 3
	hugeRoom      = 500
)

// roomFigures are those of one simulated room.
type roomFigures struct {
	reach, direct, hops, linked, in, crash Samples
	bytes, idle, lost, doubled             float64
	store, links, frames                   float64
}

// rooms simulates rooms of many sizes with the real code of room/member, in virtual time: as many at once as there are
// processors, since a figure holds nothing of this machine.
func (m *measuring) rooms(ctx context.Context) ([]Row, error) {
	sizes := []int{500, 200, 100, 50, 20, 11, 10, 5, 2} // what takes longest begins first
	figures := map[int][]roomFigures{}
	var all sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, size := range sizes {
		runs := m.roomRuns(size)
		m.progress("rooms: " + strconv.Itoa(runs) + " of " + strconv.Itoa(size) + " members")
		of := make([]roomFigures, runs)
		figures[size] = of
		for seed := range runs {
			free <- struct{}{}
			all.Go(func() {
				if ctx.Err() == nil {
					of[seed] = simulateRoom(size, uint64(seed)) //nolint:gosec // counted from 0
				}
				<-free
			})
		}
	}
	all.Wait()
	var rows []Row
	for _, size := range slices.Backward(sizes) {
		rows = append(rows, roomRows(size, figures[size])...)
	}
	return rows, ctx.Err()
}

// roomRuns is how often a room of a size is simulated.
func (m *measuring) roomRuns(size int) int {
	switch {
	case size >= hugeRoom:
		return 1
	case size >= largeRoom:
		return min(m.Runs, largeRoomRuns)
	}
	return m.Runs
}

// simulateRoom lets a room grow, be quiet, talk, get a newcomer, and lose half of its members.
func simulateRoom(size int, seed uint64) roomFigures {
	var f roomFigures
	w := membertest.New(membertest.Options{Seed: seed, Limit: size + 1})
	for range size - 2 {
		w.Run(500 * time.Millisecond)
		w.Join()
	}
	w.Run(30 * time.Second)
	f.join(w)
	w.Run(30 * time.Second)
	w.Reset()
	w.Run(30 * time.Second)
	f.idle = float64(w.Counts.Bytes) / 30 / float64(size)
	f.talk(w)
	if size >= 5 {
		f.halve(w)
	}
	return f
}

// join measures the last newcomer, while nobody else comes.
func (f *roomFigures) join(w *membertest.World) {
	w.Reset()
	begun := w.Now()
	p := w.Join()
	wanted := overlay.Wanted
	if len(w.People) <= overlay.MeshUp {
		wanted = len(w.People) - 1
	}
	for w.Now().Sub(begun) < 20*time.Second {
		w.Run(20 * time.Millisecond)
		passed := w.Now().Sub(begun).Seconds()
		if len(f.linked) == 0 && len(p.Member.Neighbours()) >= wanted {
			f.linked = Samples{passed}
		}
		if h := p.Member.History(); len(f.in) == 0 && p.Member.IsIn() && h.Len() == w.Founder().Member.History().Len() {
			f.in = Samples{passed}
		}
	}
	f.store, f.links = float64(w.Counts.Reads+w.Counts.Writes), float64(w.Counts.Links)
	f.frames = float64(w.Counts.Introductions)
}

// talk measures texts of members chosen by chance, one a second.
func (f *roomFigures) talk(w *membertest.World) {
	w.Reset()
	said := map[protocol.EventID]time.Time{}
	var ids []protocol.EventID
	for range roomTexts {
		author := w.People[w.Random().IntN(len(w.People))]
		f.direct = append(f.direct, w.Farthest(author).Seconds()*1000)
		id, _ := author.Say(roomLine)
		ids = append(ids, id)
		said[id] = w.Now()
		w.Run(time.Second)
	}
	w.Run(5 * time.Second)
	f.bytes = float64(w.Counts.Gossip) / roomTexts / float64(len(w.People)-1)
	for _, id := range ids {
		f.reach = append(f.reach, f.reached(w, id, said[id]))
		event, _ := w.Founder().Member.Event(id)
		hops := 0
		for _, p := range w.People {
			hops = max(hops, p.Hops(event.Event))
		}
		f.hops = append(f.hops, float64(hops))
	}
}

// halve crashes half of the room, and lets somebody talk before anybody can have noticed.
func (f *roomFigures) halve(w *membertest.World) {
	for _, i := range w.Random().Perm(len(w.People))[:len(w.People)/2] {
		w.People[i].Crash()
	}
	said := w.Now()
	id, _ := w.Present()[0].Say(roomLine)
	w.Run(crashMends)
	f.crash = Samples{f.reached(w, id, said) / 1000}
}

// reached is when the last of those who are there had a text, in milliseconds. It counts who does not see it, or sees
// it twice.
func (f *roomFigures) reached(w *membertest.World, id protocol.EventID, said time.Time) float64 {
	var last time.Duration
	for _, p := range w.Present() {
		times := 0
		for i := range p.Member.Timeline().Len() {
			if p.Member.Timeline().At(i).ID == id {
				times++
			}
		}
		if times == 0 {
			f.lost++
			continue
		}
		f.doubled += float64(times - 1)
		last = max(last, p.Arrived[id].Sub(said))
	}
	return last.Seconds() * 1000
}

// roomRows makes rows of the rooms of one size.
func roomRows(size int, rooms []roomFigures) []Row {
	var all roomFigures
	var bytes, idle, store, links, frames Samples
	for _, r := range rooms {
		all.reach, all.direct = append(all.reach, r.reach...), append(all.direct, r.direct...)
		all.hops = append(all.hops, r.hops...)
		all.linked, all.in = append(all.linked, r.linked...), append(all.in, r.in...)
		all.crash = append(all.crash, r.crash...)
		all.lost, all.doubled = all.lost+r.lost, all.doubled+r.doubled
		bytes, idle, store = append(bytes, r.bytes), append(idle, r.idle), append(store, r.store)
		links, frames = append(links, r.links), append(frames, r.frames)
	}
	name := strconv.Itoa(size)
	in := func(unit string, r Row) Row {
		r.Unit = unit
		return r
	}
	none := func(metric string, n float64) Row {
		return Row{
			Case: name, Metric: metric, N: len(all.reach), Median: n, P95: n, Target: "0", OK: n == 0,
		}
	}
	rows := []Row{
		ratioRow(name, roomReach, "ms", all.reach, all.direct, 0),
		countRow(name, roomHops, all.hops, 0),
		ratioRow(name, roomBytes, "B", bytes, Samples{membertest.GossipBytes(roomLine)}, 0),
		none(roomLost, all.lost), none(roomDoubled, all.doubled),
		in("B/s", countRow(name, roomIdle, idle, 0)),
		countRow(name, roomStore, store, joinOperations),
		countRow(name, roomLinks, links, 0),
		countRow(name, roomFrames, frames, 0),
		in("s", countRow(name, roomLinked, all.linked, 0)),
		in("s", countRow(name, roomIn, all.in, 0)),
	}
	if len(all.crash) > 0 {
		rows = append(rows, in("s", countRow(name, roomCrash, all.crash, 0)))
	}
	return rows
}
