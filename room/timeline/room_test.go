package timeline

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
)

var start = time.UnixMilli(1790000000000)

// person is a member with a history and what they see of it.
type person struct {
	t   testing.TB
	id  protocol.Identity
	now time.Time
	w   *history.Writer
	h   *history.History
	see *Timeline
}

// said is an event that somebody wrote.
type said struct {
	e  protocol.Event
	id protocol.EventID
}

func newPerson(tb testing.TB, seed byte) *person {
	tb.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	w := history.NewWriter(key, rand.NewChaCha8(sha256.Sum256([]byte{seed})))
	return &person{t: tb, id: w.Identity(), now: start, w: w}
}

// newRoom gives the founder and n people, and all that was written so far.
func newRoom(tb testing.TB, n int, settings protocol.RoomSettings) ([]*person, []said) {
	tb.Helper()
	settings.Invite, settings.History = protocol.InviteAll, protocol.HistoryAll
	founder := newPerson(tb, 1)
	h, first, err := founder.w.Begin(settings, start)
	if err != nil {
		tb.Fatal(err)
	}
	founder.h, founder.see = h, New(h)
	people, all := []*person{founder}, []said{{first, h.Root()}}
	for i := range n {
		p := newPerson(tb, byte(i+2))
		all = append(all, founder.write(protocol.EventAdmission, protocol.Admission{Member: p.id}))
		people = append(people, p)
	}
	for _, p := range people[1:] {
		p.enter(all)
	}
	return people, all
}

// enter begins with a room's first event, and takes the others.
func (p *person) enter(all []said) {
	p.t.Helper()
	h, err := history.New(all[0].e, all[0].id, p.now)
	if err != nil {
		p.t.Fatal(err)
	}
	p.h, p.see = h, New(h)
	p.take(all[1:]...)
}

func (p *person) take(all ...said) {
	p.t.Helper()
	for _, one := range all {
		c, err := p.h.Add(one.e, one.id, p.now)
		if err != nil {
			p.t.Fatal(err)
		}
		p.see.Apply(c)
	}
}

func (p *person) write(kind protocol.EventKind, body interface{ Encode() ([]byte, error) }) said {
	p.t.Helper()
	encoded, err := body.Encode()
	if err != nil {
		p.t.Fatal(err)
	}
	e, id, c, err := p.w.Append(p.h, kind, encoded, p.now)
	if err != nil {
		p.t.Fatal(err)
	}
	p.see.Apply(c)
	return said{e, id}
}

func (p *person) say(text string) said {
	p.t.Helper()
	return p.write(protocol.EventText, protocol.Said{Text: text})
}

func (p *person) edit(to said, text string) said {
	p.t.Helper()
	return p.write(protocol.EventEdit, protocol.Edit{To: to.id, Text: text})
}

func (p *person) react(to said, emoji string, on bool) said {
	p.t.Helper()
	return p.write(protocol.EventReaction, protocol.Reaction{To: to.id, Emoji: emoji, On: on})
}

func (p *person) unsay(to said) said {
	p.t.Helper()
	return p.write(protocol.EventDeletion, protocol.Deletion{To: to.id})
}

// entries is all that a person sees.
func (p *person) entries() []Entry {
	var all []Entry
	for i := range p.see.Len() {
		all = append(all, p.see.At(i))
	}
	return all
}

// entry is what a person sees of one event.
func (p *person) entry(id protocol.EventID) Entry {
	p.t.Helper()
	i, ok := p.see.Index(id)
	if !ok {
		p.t.Fatal("not to be seen")
	}
	return p.see.At(i)
}

func (p *person) texts() []string {
	var texts []string
	for _, e := range p.entries() {
		if e.Kind == protocol.EventText {
			texts = append(texts, e.Text)
		}
	}
	return texts
}
