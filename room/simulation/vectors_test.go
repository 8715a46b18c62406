package simulation

import (
	"encoding/base64"
	"flag"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/protocol/vectortest"
	"github.com/parley-chat/parley/room/history"
	"github.com/parley-chat/parley/room/timeline"
)

var writeRuns = flag.Bool("write-runs", false, "make protocol/vectors/room-run.json anew")

// maxVectorEvent is how long an event may be to be in the vectors with its body.
const maxVectorEvent = 1500

// runCase is one case of protocol/vectors/room-run.json. Bytes and ids are base64url.
type runCase struct {
	Rule string `json:"rule"`
	Name string `json:"name"`
	// Root is the first event, Events all others that travelled, in any order; of these Refused say nothing that holds.
	Root    string   `json:"root"`
	Events  []string `json:"events"`
	Refused int      `json:"refused"`
	// Digest is over all that are taken, Silent are those of them that do not count.
	Digest  string     `json:"digest"`
	Silent  []string   `json:"silent"`
	In      []string   `json:"in"` // who is a member in the end
	Entries []runEntry `json:"entries"`
}

// runEntry is what people see of one event.
type runEntry struct {
	ID        string        `json:"id"`
	Kind      int           `json:"kind"`
	Is        string        `json:"is,omitempty"` // of texts and files: here, deleted, gone
	Text      string        `json:"text,omitempty"`
	Edited    bool          `json:"edited,omitempty"`
	Reply     string        `json:"reply,omitempty"`
	Root      string        `json:"root,omitempty"` // of files that are here
	Reactions []runReaction `json:"reactions,omitempty"`
	Member    string        `json:"member,omitempty"`
}

type runReaction struct {
	Emoji   string   `json:"emoji"`
	Members []string `json:"members"`
}

// [E4] to [E12]: both languages make the same of rooms with all that can happen in them.
func TestRunVectors(t *testing.T) {
	path := filepath.Join("..", "..", "protocol", "vectors", "room-run.json")
	if *writeRuns {
		about := "SPEC E4 to E12: what travelled in simulated rooms, honest or not, and what everybody has and sees in " +
			"the end, whatever came first. Written by package room/simulation."
		vectortest.Write(t, path, about, []runCase{
			newRunCase(t, "four members and two hostile", Options{
				Seed: 5, Members: 4, Hostile: 2, Steps: 220, Policy: protocol.HistoryAll,
			}),
		})
	}
	for _, c := range vectortest.Read[runCase](t, path) {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) {
			if got := c.played(t); !reflect.DeepEqual(got, c) {
				t.Errorf("got  %+v\nwant %+v", got, c)
			}
		})
	}
}

// newRunCase plays a room, and takes what its members were sent.
func newRunCase(t *testing.T, name string, o Options) runCase {
	t.Helper()
	w := newWorld(o)
	if err := w.begin(); err != nil {
		t.Fatal(err)
	}
	for _, v := range w.hostile {
		v.flooded = true // a vector is to be short
	}
	if err := w.play(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", w.report)
	sent := slices.Sorted(maps.Keys(w.parsed))
	w.random.Shuffle(len(sent), func(i, j int) { sent[i], sent[j] = sent[j], sent[i] })
	c := runCase{Rule: "E4", Name: name, Root: encoded(w.first.Encode())}
	for _, data := range sent {
		switch p := w.parsed[data]; {
		case len(data) <= maxVectorEvent || p.event.Kind.Rules():
			c.Events = append(c.Events, encoded([]byte(data)))
		case p.err == nil: // what is there to be long; others have it among their ancestors
			stub := p.event.Stub()
			c.Events = append(c.Events, encoded(stub.Encode()))
		}
	}
	return c.played(t)
}

// played is c with what comes of its events.
func (c runCase) played(t *testing.T) runCase {
	t.Helper()
	got := runCase{Rule: c.Rule, Name: c.Name, Root: c.Root, Events: c.Events, Silent: []string{}}
	now := time.UnixMilli(1790000000000)
	first, root, err := protocol.ParseEvent(protocol.EventID{}, decoded(t, c.Root))
	if err != nil {
		t.Fatal(err)
	}
	h, err := history.New(first, root, now)
	if err != nil {
		t.Fatal(err)
	}
	see := timeline.New(h)
	for pass := range 2 { // the second one brings bodies that came, or were forgotten, too soon
		for _, text := range c.Events {
			e, id, err := protocol.ParseEvent(root, decoded(t, text))
			if err != nil {
				got.Refused += 1 - pass
				continue
			}
			change, _ := h.Add(e, id, now) // what is refused is so for all
			see.Apply(change)
		}
	}
	digest := h.Digest()
	got.Digest = encoded(digest[:])
	for _, id := range h.Events() {
		if !h.Says(id) {
			got.Silent = append(got.Silent, id.String())
		}
	}
	for _, m := range h.Members() {
		if m.In {
			got.In = append(got.In, m.ID.String())
		}
	}
	for i := range see.Len() {
		got.Entries = append(got.Entries, newRunEntry(see.At(i)))
	}
	return got
}

func newRunEntry(e timeline.Entry) runEntry {
	out := runEntry{ID: e.ID.String(), Kind: int(e.Kind), Text: e.Text, Edited: e.Edited}
	switch {
	case e.Deleted:
		out.Is = "deleted"
	case e.Gone:
		out.Is = "gone"
	case e.Kind == protocol.EventText:
		out.Is = "here"
	case e.Kind == protocol.EventFile:
		out.Is, out.Root = "here", encoded(e.File.Root[:])
	case e.Kind == protocol.EventAdmission || e.Kind == protocol.EventRemoval:
		out.Member = e.Member.String()
	}
	if e.Reply != nil {
		out.Reply = e.Reply.String()
	}
	for _, r := range e.Reactions {
		reaction := runReaction{Emoji: r.Emoji}
		for _, m := range r.Members {
			reaction.Members = append(reaction.Members, m.String())
		}
		out.Reactions = append(out.Reactions, reaction)
	}
	return out
}

func encoded(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func decoded(t *testing.T, text string) []byte {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
