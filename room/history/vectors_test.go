package history

import (
	"encoding/hex"
	"errors"
	"flag"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/protocol/vectortest"
)

var writeHistory = flag.Bool("write-history", false, "make protocol/vectors/history.json anew")

// historyCase is one case of protocol/vectors/history.json: events of one room as they come, and what comes of each.
type historyCase struct {
	Rule    string         `json:"rule"`
	Name    string         `json:"name"`
	RootHex string         `json:"rootHex"`
	Events  []historyEvent `json:"events"`
	// Order are the ids of those that count in the end.
	Order []string `json:"order"`
}

// historyEvent is an event, and what comes of it: taken, silent (taken, and says nothing from the beginning), waits,
// incomplete, or fault, with the rule.
type historyEvent struct {
	Hex    string `json:"hex"`
	Expect string `json:"expect"`
	Rule   string `json:"rule,omitempty"`
}

// [E4] to [E12]: both languages judge alike.
func TestHistoryVectors(t *testing.T) {
	path := filepath.Join("..", "..", "protocol", "vectors", "history.json")
	if *writeHistory {
		writeVectors(t, path)
	}
	for _, c := range vectortest.Read[historyCase](t, path) {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) {
			if got := c.played(t); !reflect.DeepEqual(got, c) {
				t.Errorf("got  %+v\nwant %+v", got, c)
			}
		})
	}
}

// played is c with what comes of its events.
func (c historyCase) played(t *testing.T) historyCase {
	t.Helper()
	got := historyCase{Rule: c.Rule, Name: c.Name, RootHex: c.RootHex}
	p := &person{t: t}
	var root protocol.EventID
	for i, one := range c.Events {
		data, err := hex.DecodeString(one.Hex)
		if err != nil {
			t.Fatal(err)
		}
		e, id, err := protocol.ParseEvent(root, data)
		if err != nil {
			t.Fatal(err)
		}
		one := historyEvent{Hex: one.Hex, Expect: "taken"}
		if i == 0 {
			if p.h, err = New(e, id, start); err != nil {
				t.Fatal(err)
			}
			root = id
			got.Events = append(got.Events, one)
			continue
		}
		_, err = p.h.Add(e, id, start)
		fault, isFault := errors.AsType[*protocol.FaultError](err)
		switch {
		case isFault:
			one.Expect, one.Rule = "fault", fault.Err.Rule
		case err != nil:
			one.Expect = "incomplete"
		case !p.h.Has(id):
			one.Expect = "waits"
		case !p.h.Says(id):
			one.Expect = "silent"
		}
		got.Events = append(got.Events, one)
	}
	if got.RootHex = hex.EncodeToString(root[:]); c.RootHex != "" && got.RootHex != c.RootHex {
		t.Errorf("[E2] root %s, want %s", got.RootHex, c.RootHex)
	}
	for _, id := range p.order() {
		got.Order = append(got.Order, hex.EncodeToString(id[:]))
	}
	return got
}

func writeVectors(t *testing.T, path string) {
	t.Helper()
	var cases []historyCase
	for _, s := range scenarios {
		people := newRoom(t, 2)
		c := historyCase{Rule: s.rule, Name: s.name}
		var all []said
		for _, id := range people[0].h.Events() {
			e, _ := people[0].h.Event(id)
			all = append(all, said{e, id})
		}
		for _, one := range append(all, s.play(people)...) {
			c.Events = append(c.Events, historyEvent{Hex: hex.EncodeToString(one.e.Encode())})
		}
		cases = append(cases, c.played(t))
	}
	vectortest.Write(t, path, "SPEC E4 to E12: events of one room in the order in which they come, the first one its "+
		"root, and what comes of each: taken, silent (taken, and says nothing from the beginning), waits, incomplete, or "+
		"fault, against rule. order: the ids of those that count in the end. Written by package room/history.", cases)
}
