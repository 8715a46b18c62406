package membertest

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
)

const (
	storeTakes = 300 * time.Millisecond // for what is written to be seen
	callWaits  = 3 * time.Second        // SPEC R3
	storeWaits = 10 * time.Second       // SPEC K4
	lookEvery  = 30 * time.Second
	mostRead   = 4
	answersAt  = 8 // calls that a door answers at once
)

// store has the documents of doors, by the code of the room.
type store map[protocol.RoomSecret]map[*Person]document

// document is that of a door (SPEC D4). That of somebody who has crashed stays.
type document struct {
	key    protocol.Key
	joined time.Time
}

// found is a document, and whose it is.
type found struct {
	document

	person *Person
}

// read gives the documents of the doors that came last, at most four; the reader's own not, unless that is nil.
func (w *World) read(code protocol.RoomSecret, reader *Person) []found {
	w.Counts.Reads++
	var all []found
	for p, d := range w.store[code] {
		if p != reader {
			all = append(all, found{d, p})
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		if order := b.joined.Compare(a.joined); order != 0 {
			return order
		}
		return cmp.Compare(a.person.number, b.person.number)
	})
	all = all[:min(len(all), mostRead)]
	w.Counts.Reads += len(all)
	return all
}

// createRoom makes a room's document, if it is not there.
func (w *World) createRoom(code protocol.RoomSecret) {
	if w.store[code] == nil {
		w.Counts.Writes++
		w.store[code] = map[*Person]document{}
	}
}

// clearDocuments deletes what an earlier stay has left behind.
func (p *Person) clearDocuments() {
	for _, documents := range p.world.store {
		if _, left := documents[p]; left {
			p.world.Counts.Writes++
			delete(documents, p)
		}
	}
}

// enter looks for doors, and calls one after the other (SPEC R3).
func (p *Person) enter() {
	w, stay := p.world, p.stay
	p.entering++
	round := p.entering
	still := func() bool { return p.stay == stay && p.Member != nil && p.entering == round && len(p.links) == 0 }
	w.after(storeTakes, func() {
		if !still() {
			return
		}
		doors := w.read(p.Member.Code(), p)
		w.random.Shuffle(len(doors), func(i, j int) { doors[i], doors[j] = doors[j], doors[i] })
		for i, d := range doors {
			w.after(time.Duration(i)*callWaits, func() {
				if still() {
					p.callByStore(d, p.Member.Code(), nil)
				}
			})
		}
		wait := time.Duration(0)
		if len(doors) > 0 {
			wait = max(storeWaits, time.Duration(len(doors))*callWaits)
		}
		w.after(wait, func() {
			if still() {
				p.Input(func(m *member.Member) []member.Action { return m.Alone() })
			}
		})
	})
}

// callByStore writes a link to a door. Failed is done if nothing comes of it; it may be nil.
func (p *Person) callByStore(d found, code protocol.RoomSecret, failed func()) {
	w := p.world
	w.Counts.Writes += 2 // the link, and its deletion
	stay, theirs := p.stay, d.person.stay
	w.after(2*storeTakes, func() {
		if d.person.stay != theirs || !d.person.answers(d.key, code) || w.parted(p, d.person) {
			if failed != nil {
				w.after(storeWaits, failed)
			}
			return
		}
		w.Counts.Reads += 2 // the link, by the door, and the answer
		w.Counts.Writes++   // the answer
		d.person.answering++
		w.after(6*w.delay(p, d.person), func() {
			d.person.answering--
			if p.stay == stay && d.person.stay == theirs {
				w.connect(p, d.person, code)
			}
		})
	})
}

// answers tells whether a call to a document of this person is answered.
func (p *Person) answers(key protocol.Key, code protocol.RoomSecret) bool {
	return p.Member != nil && !p.mute && p.key == key && p.opened[code] && p.answering < answersAt
}

// Ghost leaves a document of somebody who has vanished.
func (w *World) Ghost() {
	ghost := w.newPerson()
	_, _ = w.secret.Read(ghost.key[:]) // it never fails
	w.store[w.Code][ghost] = document{key: ghost.key, joined: w.now}
}

// lookAround lets a door read the documents now and then, write its own anew where others hide it, and call those that
// came before it and are not known (SPEC R3).
func (p *Person) lookAround() {
	stay := p.stay
	p.world.after(p.world.spread(lookEvery), func() {
		if p.stay != stay || p.Member == nil {
			return
		}
		p.lookAround()
		for _, code := range p.openCodes() {
			p.lookAt(code)
		}
	})
}

func (p *Person) lookAt(code protocol.RoomSecret) {
	before := p.world.Counts.Reads
	doors := p.world.read(code, nil)
	p.world.Counts.Looks += p.world.Counts.Reads - before
	p.world.Counts.Reads = before
	if !slices.ContainsFunc(doors, func(d found) bool { return d.person == p }) {
		p.open(code)
	}
	own := p.world.store[code][p]
	for _, d := range doors {
		// Who came later calls by itself, if it sees this one among all that came later still.
		calls := d.joined.Before(own.joined) || p.world.now.Sub(d.joined) >= lookEvery
		if calls && d.person != p && !p.Member.Knows(d.key) {
			p.callByStore(d, code, nil)
		}
	}
}

// openCodes are those where the person is a door.
func (p *Person) openCodes() []protocol.RoomSecret {
	codes := slices.Collect(maps.Keys(p.opened))
	slices.SortFunc(codes, func(a, b protocol.RoomSecret) int { return bytes.Compare(a[:], b[:]) })
	return codes
}
