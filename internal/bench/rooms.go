package bench

import (
	"context"
	"strconv"
	"time"

	"github.com/parley-chat/parley/room/overlay"
	"github.com/parley-chat/parley/room/overlay/overlaytest"
)

// Metrics of a room.
const (
	roomReach   = "a text has reached all"
	roomHops    = "hops to the farthest"
	roomBytes   = "bytes of a text, for each member"
	roomLost    = "texts lost"
	roomDoubled = "texts doubled"
	roomIdle    = "without texts, each member sends"
	roomStore   = "join: calls through the store"
	roomLinks   = "join: links made"
	roomFrames  = "join: introductions passed on"
	roomLinked  = "join: linked"
	roomCrash   = "half crash: the next text has reached all"
)

const (
	roomTexts = 20
	// roomText is a text of a line, as an event.
	roomText = 300
	// largeRoom members and more are simulated fewer times: one takes a minute.
	largeRoom     = 200
	largeRoomRuns = 3
)

// roomFigures are those of one simulated room.
type roomFigures struct {
	reach, direct, hops, linked, crash Samples
	bytes, idle, lost, doubled         float64
	store, links, frames               float64
}

// rooms simulates rooms of many sizes with the real code of room/overlay, in virtual time.
func (m *measuring) rooms(ctx context.Context) ([]Row, error) {
	var rows []Row
	for _, size := range []int{2, 5, 10, 11, 20, 50, 100, 200, 500} {
		runs := m.Runs
		if size >= largeRoom {
			runs = min(runs, largeRoomRuns)
		}
		m.progress("rooms: " + strconv.Itoa(runs) + " of " + strconv.Itoa(size) + " members")
		var figures []roomFigures
		for seed := range runs {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			figures = append(figures, simulateRoom(size, uint64(seed)))
		}
		rows = append(rows, roomRows(size, figures)...)
	}
	return rows, nil
}

// simulateRoom lets a room grow, be quiet, talk, get a newcomer, and lose half of its members.
func simulateRoom(size int, seed uint64) roomFigures {
	var f roomFigures
	w := overlaytest.New(overlaytest.Options{Seed: seed, Size: roomText})
	w.Join(nil)
	for i := 1; i < size-1; i++ {
		w.Join(w.Members[w.Random().IntN(i)])
		w.Run(200 * time.Millisecond)
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
func (f *roomFigures) join(w *overlaytest.World) {
	w.Reset()
	begun := w.Now()
	m := w.Join(w.Members[w.Random().IntN(len(w.Members))])
	wanted := overlay.Wanted
	if len(w.Members) <= overlay.MeshUp {
		wanted = len(w.Members) - 1
	}
	for w.Now().Sub(begun) < 20*time.Second {
		w.Run(20 * time.Millisecond)
		if len(f.linked) == 0 && len(m.Node.Neighbours()) >= wanted {
			f.linked = Samples{w.Now().Sub(begun).Seconds()}
		}
	}
	f.store, f.links, f.frames = float64(w.Counts.Called), float64(w.Counts.Links), float64(w.Counts.Introductions)
}

// talk measures texts of members chosen by chance, one a second.
func (f *roomFigures) talk(w *overlaytest.World) {
	w.Reset()
	said := map[overlay.ID]time.Time{}
	var ids []overlay.ID
	for range roomTexts {
		author := w.Members[w.Random().IntN(len(w.Members))]
		f.direct = append(f.direct, w.Farthest(author).Seconds()*1000)
		id := author.Say()
		ids = append(ids, id)
		said[id] = w.Now()
		w.Run(time.Second)
	}
	w.Run(5 * time.Second)
	f.bytes = float64(w.Counts.Events) / roomTexts / float64(len(w.Members)-1)
	for _, id := range ids {
		f.reach = append(f.reach, f.reached(w, id, said[id]))
		hops := 0
		for _, m := range w.Members {
			hops = max(hops, m.Heard[id].Hops)
		}
		f.hops = append(f.hops, float64(hops))
	}
}

// halve crashes half of the room, and lets somebody talk before anybody can have noticed.
func (f *roomFigures) halve(w *overlaytest.World) {
	for _, i := range w.Random().Perm(len(w.Members))[:len(w.Members)/2] {
		w.Members[i].Crash()
	}
	said := w.Now()
	id := w.Alive()[0].Say()
	w.Run(2 * time.Minute)
	f.crash = Samples{f.reached(w, id, said) / 1000}
}

// reached is when the last of those who are there heard a text, in milliseconds. It counts who did not, or twice.
func (f *roomFigures) reached(w *overlaytest.World, id overlay.ID, said time.Time) float64 {
	var last time.Duration
	for _, m := range w.Alive() {
		switch arrival := m.Heard[id]; arrival.Times {
		case 0:
			f.lost++
		default:
			f.doubled += float64(arrival.Times - 1)
			last = max(last, arrival.At.Sub(said))
		}
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
		all.linked, all.crash = append(all.linked, r.linked...), append(all.crash, r.crash...)
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
		ratioRow(name, roomBytes, "B", bytes, Samples{float64(overlaytest.GossipBytes(roomText))}, 0),
		none(roomLost, all.lost), none(roomDoubled, all.doubled),
		in("B/s", countRow(name, roomIdle, idle, 0)),
		countRow(name, roomStore, store, 1),
		countRow(name, roomLinks, links, 0),
		countRow(name, roomFrames, frames, 0),
		in("s", countRow(name, roomLinked, all.linked, 0)),
	}
	if len(all.crash) > 0 {
		rows = append(rows, in("s", countRow(name, roomCrash, all.crash, 0)))
	}
	return rows
}
