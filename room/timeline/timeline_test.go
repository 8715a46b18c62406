package timeline

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
)

var everlasting = protocol.RoomSettings{Name: "Garden"}

func TestEditsCountForTheirAuthorAndADay(t *testing.T) {
	people, _ := newRoom(t, 1, everlasting)
	founder, ana := people[0], people[1]
	text := ana.say("first")
	first := ana.edit(text, "second")
	founder.take(text, first)
	forged := founder.edit(text, "I was here")
	ana.take(forged)
	ana.now = start.Add(24 * time.Hour)
	second := ana.edit(text, "the end")
	ana.now = start.Add(24*time.Hour + time.Millisecond)
	late := ana.edit(text, "too late")
	tooLate := ana.unsay(text)
	founder.take(second, late, tooLate)
	for _, p := range people {
		if e := p.entry(text.id); e.Text != "the end" || !e.Edited || e.Deleted {
			t.Errorf("[E11] %+v", e)
		}
	}
}

func TestReactions(t *testing.T) {
	people, _ := newRoom(t, 2, everlasting)
	founder, ana, ben := people[0], people[1], people[2]
	text := ana.say("hi")
	founder.take(text)
	ben.take(text)
	up := founder.react(text, "👍", true)
	ben.take(up, founder.react(text, "🎉", true))
	also := ben.react(text, "👍", true)
	founder.take(also)
	off := founder.react(text, "👍", false)
	ben.take(off)
	want := []Reaction{{"🎉", []protocol.Identity{founder.id}}, {"👍", []protocol.Identity{ben.id}}}
	for _, p := range []*person{founder, ben} {
		if got := p.entry(text.id).Reactions; !reflect.DeepEqual(got, want) {
			t.Errorf("[E11] %+v", got)
		}
	}
	ben.take(up) // again, and late
	if got := ben.entry(text.id).Reactions; !reflect.DeepEqual(got, want) {
		t.Errorf("[E11] %+v", got)
	}
}

// [E11] Of two chains of one author, too, the last by E6 counts, and not the one that came last.
func TestLastCounts(t *testing.T) {
	people, all := newRoom(t, 1, everlasting)
	founder, ana, other := people[0], people[1], newPerson(t, 2)
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, ed25519.SeedSize)) // Ana's
	other.w = history.NewWriter(key, rand.NewChaCha8([32]byte{9}))
	text := ana.say("0")
	other.enter(append(all, text))
	founder.take(text)
	first, on := ana.edit(text, "1"), ana.react(text, "👍", true)
	filler, filler2 := other.say("x"), other.say("y")
	last, off := other.edit(text, "2"), other.react(text, "👍", false)
	founder.take(filler, filler2, last, off, first, on)
	if e := founder.entry(text.id); e.Text != "2" || len(e.Reactions) > 0 {
		t.Errorf("[E11] %+v", e)
	}
}

// [E11] Who takes a deletion forgets the text and its edits, in whatever order they come; it does not come back.
func TestDeletion(t *testing.T) {
	people, all := newRoom(t, 1, everlasting)
	founder, ana := people[0], people[1]
	text := ana.say("secret")
	edit := ana.edit(text, "more secret")
	founder.take(text, edit)
	byFounder := founder.unsay(text)
	ana.take(byFounder)
	if ana.entry(text.id).Deleted || founder.entry(text.id).Deleted {
		t.Fatal("[E11] deleted by somebody else")
	}
	gone := ana.unsay(text)
	founder.take(gone)
	late := newPerson(t, 9)
	late.enter(all)
	late.take(gone, byFounder, edit, text)
	for _, p := range []*person{founder, ana, late} {
		p.take(text, edit)
		if e := p.entry(text.id); !e.Deleted || e.Text != "" {
			t.Errorf("[E11] %+v", e)
		}
		for _, id := range []protocol.EventID{text.id, edit.id} {
			if e, _ := p.h.Event(id); e.Body != nil {
				t.Error("[E11] the body is kept")
			}
		}
		if ids := p.h.Bodiless(founder.id, 9); len(ids) > 0 {
			t.Error("[E11] the body is asked for")
		}
	}
}

// [E10] What a removal silences goes out of sight, and so does what it did to others' texts.
func TestSilenced(t *testing.T) {
	people, _ := newRoom(t, 2, everlasting)
	founder, ana, ben := people[0], people[1], people[2]
	counts := ana.say("counts")
	edit := ana.edit(counts, "counts, really")
	fromBen := ben.say("hello")
	founder.take(counts, edit, fromBen)
	removal := founder.write(protocol.EventRemoval, founder.h.Removal(ana.id))
	ana.take(fromBen)
	ben.take(counts, edit)
	for _, one := range []said{
		ana.say("silent"), ana.edit(counts, "silent"), ana.react(fromBen, "👎", true), ana.unsay(counts),
	} {
		ben.take(one)
	}
	if len(ben.texts()) != 3 || !ben.entry(counts.id).Deleted {
		t.Fatalf("%q", ben.texts())
	}
	ben.take(removal)
	if e := ben.entry(fromBen.id); len(e.Reactions) > 0 {
		t.Errorf("[E10] %+v", e)
	}
	if e := ben.entry(counts.id); e.Deleted || !e.Gone || len(ben.texts()) != 2 {
		t.Errorf("[E10] %+v", e)
	}
	ben.take(counts, edit) // from somebody who has not forgotten
	if e := ben.entry(counts.id); e.Text != "counts, really" {
		t.Errorf("[E10] %+v", e)
	}
	if e := ben.entry(removal.id); e.Member != ana.id || e.Author != founder.id {
		t.Errorf("[E10] %+v", e)
	}
}

// [E13] What is over is gone, and its place stays.
func TestOver(t *testing.T) {
	people, _ := newRoom(t, 1, protocol.RoomSettings{KeepSeconds: 60})
	founder, ana := people[0], people[1]
	text := ana.say("soon over")
	founder.take(text, ana.react(text, "👍", true))
	drawn := founder.see.Expire(start.Add(time.Minute))
	if !slices.Equal(drawn, []protocol.EventID{text.id, text.id}) {
		t.Errorf("[E13] drawn %v", drawn)
	}
	if e := founder.entry(text.id); !e.Gone || e.Text != "" || len(e.Reactions) > 0 {
		t.Errorf("[E13] %+v", e)
	}
}

// [E7] What is not what its kind says says nothing; a text or a file keeps its place, as for those who do not have its
// body.
func TestNothingSaid(t *testing.T) {
	people, _ := newRoom(t, 0, everlasting)
	founder := people[0]
	before := founder.see.Len()
	for kind := protocol.EventText; kind < protocol.EventFile+3; kind++ {
		_, _, c, err := founder.w.Append(founder.h, kind, []byte(`{"text":7}`), start)
		if err != nil {
			t.Fatal(err)
		}
		founder.see.Apply(c)
	}
	if n := founder.see.Len(); n != before+2 || !founder.see.At(n-2).Gone || !founder.see.At(n-1).Gone {
		t.Errorf("[E7] %d entries, want %d", n, before+2)
	}
}

// [E6] Whatever came first, people see the same; and what was followed step by step is what is counted in one go.
func TestSameForAll(t *testing.T) {
	t.Parallel()
	people, all := newRoom(t, 3, everlasting)
	random := rand.New(rand.NewPCG(1, 2))
	var texts []said
	for i := range 250 {
		p := people[random.IntN(len(people))]
		var one said
		switch what := random.IntN(10); {
		case i == 100:
			one = people[0].write(protocol.EventRemoval, people[0].h.Removal(people[3].id))
		case what < 2 || i < 20:
			one = p.say(fmt.Sprint(i))
			texts = append(texts, one)
		case what < 6:
			one = p.edit(texts[random.IntN(10)], fmt.Sprint(i))
		case what < 9:
			one = p.react(texts[random.IntN(6)], "👍", random.IntN(3) > 0)
		default:
			one = p.unsay(texts[random.IntN(len(texts))])
		}
		all = append(all, one)
		for _, other := range people[:3] { // the last one goes on without hearing of anything
			if random.IntN(3) > 0 {
				other.take(one)
			}
		}
	}
	var want []Entry
	for range 30 {
		p := newPerson(t, 99)
		p.enter(all[:1])
		for _, i := range random.Perm(len(all)) {
			p.take(all[i])
		}
		p.take(all...) // bodies that were forgotten too soon
		got := p.entries()
		p.see = New(p.h)
		if again := p.entries(); !reflect.DeepEqual(got, again) {
			t.Fatalf("step by step\n%+v\nin one go\n%+v", got, again)
		}
		if want == nil {
			want = got
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("in one order\n%+v\nin another\n%+v", got, want)
		}
	}
	if len(want) < 40 {
		t.Errorf("%d entries", len(want))
	}
}
