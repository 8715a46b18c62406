package simulation

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
	"github.com/parley-chat/parley/room/timeline"
)

// member is somebody who does as the rules say.
type member struct {
	world   *world
	key     ed25519.PrivateKey
	id      protocol.Identity
	writer  *history.Writer
	history *history.History
	see     *timeline.Timeline
	pace    history.Pace

	honest bool

	clock time.Duration // how wrong it is
	part  int           // of the network
	away  bool          // asleep: says and hears nothing
	slow  bool          // hears late
}

func (w *world) newMember() *member {
	key := w.newKey()
	m := &member{world: w, key: key, id: protocol.IdentityOf(key), writer: history.NewWriter(key, w.secret)}
	m.part = w.random.IntN(4)
	m.slow = w.random.IntN(5) == 0
	m.clock = time.Duration(w.random.IntN(7200)-3600) * time.Second
	return m
}

func (m *member) enter(h *history.History) { m.history, m.see = h, timeline.New(h) }

// receive does what a letter asks for.
func (m *member) receive(l letter) {
	switch {
	case l.event != nil:
		m.take(l)
	case l.summary != nil:
		for _, id := range m.history.Lacking(l.summary) {
			m.give(id, l.from)
		}
		if want := m.history.Bodiless(m.id, 20); len(want) > 0 {
			m.world.send(letter{from: m, to: l.from, want: want})
		}
		if m.world.random.IntN(2) == 0 { // sometimes the other lacks nothing, and we do
			m.world.send(letter{from: m, to: l.from, summary: m.history.Summary()})
		}
	default:
		for _, id := range l.want {
			m.give(id, l.from)
		}
	}
}

func (m *member) give(id protocol.EventID, to *member) {
	if e, there := m.history.Give(id, to.id); there {
		m.world.send(letter{from: m, to: to, event: e.Encode(), asked: true})
	}
}

// take adds an event that has come, passes it on if it is new, and asks for what it lacks.
func (m *member) take(l letter) {
	p := m.world.parse(l.event)
	if p.err != nil {
		m.world.report.Refused++
		if fault, signed := errors.AsType[*protocol.FaultError](p.err); signed {
			m.history.Blame(fault)
		}
		return
	}
	if m.history.Has(p.id) && p.event.Body == nil {
		return
	}
	if !l.asked && !m.pace.Take(p.event.Author, m.world.now) {
		m.world.report.Held++
		return
	}
	c, err := m.history.Add(p.event, p.id, m.world.now)
	if err != nil {
		m.world.report.Refused++
	}
	m.world.report.Silenced += len(c.Silenced)
	for _, f := range c.Faults {
		if f.Rule == "E12" {
			m.world.report.Forked++
		}
	}
	m.see.Apply(c)
	m.passOn(append(c.Taken, c.Bodies...), 2)
	if m.history.Waiting() > 0 && m.world.random.IntN(8) == 0 {
		missing := m.history.Missing()
		m.world.send(letter{from: m, to: l.from, want: missing[:min(len(missing), 50)]})
	}
}

// passOn sends events to some others, who may have them already.
func (m *member) passOn(ids []protocol.EventID, copies int) {
	for _, id := range ids {
		for range copies {
			to := m.world.somebody(m)
			if to == nil {
				return
			}
			e, _ := m.history.Give(id, to.id)
			m.world.send(letter{from: m, to: to, event: e.Encode()})
		}
	}
}

// write says something, if one is let in, and tells whether that was so.
func (m *member) write(kind protocol.EventKind, body interface{ Encode() ([]byte, error) }) bool {
	encoded, err := body.Encode()
	if err != nil {
		panic(fmt.Sprintf("simulation: a body of kind %d: %v", kind, err)) // the simulation itself is wrong
	}
	_, id, c, err := m.writer.Append(m.history, kind, encoded, m.world.now.Add(m.clock))
	if err != nil {
		return false
	}
	if m.honest {
		m.world.said[id] = struct{}{}
		m.world.report.Said++
	}
	m.see.Apply(c)
	m.passOn([]protocol.EventID{id}, 4)
	return true
}

// speak is what people do in a room.
func (m *member) speak() {
	random := m.world.random
	text, found := m.anyText()
	switch what := random.IntN(11); {
	case what == 10:
		file := protocol.SaidFile{Root: protocol.BlockIDOf(fmt.Append(nil, m.world.report.Said)), Key: protocol.FileKey{1}}
		if found && random.IntN(2) == 0 {
			file.Reply, file.Text = &text, fmt.Sprintf("file %d", m.world.report.Said)
		}
		m.write(protocol.EventFile, file)
	case what < 6 || !found:
		said := protocol.Said{Text: fmt.Sprintf("text %d", m.world.report.Said)}
		if found && random.IntN(3) == 0 {
			said.Reply = &text
		}
		m.write(protocol.EventText, said)
	case what < 8:
		m.write(protocol.EventReaction, protocol.Reaction{To: text, Emoji: "👍", On: random.IntN(3) > 0})
	case what < 9:
		m.write(protocol.EventEdit, protocol.Edit{To: text, Text: fmt.Sprintf("edit %d", m.world.report.Said)})
	default:
		m.write(protocol.EventDeletion, protocol.Deletion{To: text})
	}
}

// anyText is one of the last ones, preferably an own.
func (m *member) anyText() (protocol.EventID, bool) {
	for range 10 {
		n := m.see.Len()
		entry := m.see.At(n - 1 - m.world.random.IntN(min(n, 30)))
		isSaid := entry.Kind == protocol.EventText || entry.Kind == protocol.EventFile
		if isSaid && (entry.Author == m.id || m.world.random.IntN(4) == 0) {
			return entry.ID, true
		}
	}
	return protocol.EventID{}, false
}
