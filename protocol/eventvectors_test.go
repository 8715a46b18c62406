package protocol

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"path/filepath"
	"testing"

	"github.com/parley-chat/parley/protocol/vectortest"
)

var writeEvents = flag.Bool("write-events", false, "make vectors/event.json anew")

// eventCase is one case of vectors/event.json: an event as it travels, in the room with a root.
type eventCase struct {
	Rule    string `json:"rule"`
	Name    string `json:"name"`
	RootHex string `json:"rootHex"`
	Hex     string `json:"hex"`
	// Expect is ok, error, or fault: what is wrong was signed by Author.
	Expect  string `json:"expect"`
	Field   string `json:"field,omitempty"`
	IDHex   string `json:"idHex,omitempty"`
	Kind    int    `json:"kind,omitempty"`
	Author  string `json:"author,omitempty"`
	N       uint64 `json:"n,omitempty"`
	Lamport uint64 `json:"lamport,omitempty"`
	Time    uint64 `json:"time,omitempty"`
	Seen    int    `json:"seen,omitempty"`
	Body    string `json:"body,omitempty"` // empty: a stub
}

// [E1] [E2] [E3] [E8]: events as they travel.
func TestEventVectors(t *testing.T) {
	path := filepath.Join("vectors", "event.json")
	if *writeEvents {
		vectortest.Write(t, path, "SPEC E1 to E3, E8: events as they travel, written by Go. ok: what is read of it. "+
			"error: it is refused, and nobody is at fault. fault: it is refused, and author signed it.", eventCases(t))
	}
	for _, c := range vectortest.Read[eventCase](t, path) {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) {
			if got := c.read(t); got != c {
				t.Errorf("got  %+v\nwant %+v", got, c)
			}
		})
	}
}

// read is c with what comes of its bytes.
func (c eventCase) read(t *testing.T) eventCase {
	t.Helper()
	got := eventCase{Rule: c.Rule, Name: c.Name, RootHex: c.RootHex, Hex: c.Hex, Expect: "ok"}
	e, id, err := ParseEvent(EventID(unhex(t, c.RootHex)), unhex(t, c.Hex))
	broken, refused := errors.AsType[*ParseError](err)
	fault, signed := errors.AsType[*FaultError](err)
	switch {
	case signed:
		got.Expect, got.Rule, got.Field, got.Author = "fault", broken.Rule, broken.Field, fault.Author.String()
	case refused:
		got.Expect, got.Rule, got.Field = "error", broken.Rule, broken.Field
	default:
		got.IDHex, got.Kind, got.Author = hex.EncodeToString(id[:]), int(e.Kind), e.Author.String()
		got.N, got.Lamport, got.Time, got.Seen, got.Body = e.N, e.Lamport, e.Time, len(e.Seen), string(e.Body)
	}
	return got
}

// eventWriter makes cases: each is one good event, changed in one thing.
type eventWriter struct {
	t       *testing.T
	founder ed25519.PrivateKey
	root    EventID
	cases   []eventCase
}

func eventCases(t *testing.T) []eventCase {
	t.Helper()
	w := eventWriter{t: t, founder: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32))}
	first := EventHeader{Kind: EventRoom, Chain: ChainID{1}, N: 1, Lamport: 1, Time: 1790000000000}
	room := w.body(RoomSettings{Name: "Garden", Invite: InviteAll, History: HistoryAll}.Encode())
	root, id, err := SignEvent(EventID{}, first, room, w.founder)
	if err != nil {
		t.Fatal(err)
	}
	w.add("E8", "the first event of a room", root.Encode())
	later := first
	later.Lamport = 2
	w.add("E8", "a first event that is not the first", w.sign(later, room))
	notRoom := first
	notRoom.Kind = EventText
	w.add("E8", "a first event that is no room", w.sign(notRoom, room))
	seen := first
	seen.Seen = []EventID{{1}}
	w.add("E8", "a first event that has seen another", w.sign(seen, room))
	w.root = id
	w.kinds()
	w.headers()
	w.bytes()
	return w.cases
}

// kinds adds an event of each kind, and of one that nobody knows.
func (w *eventWriter) kinds() {
	member, to := Identity{5}, EventID{6}
	for i, body := range [][]byte{
		w.body(Admission{Member: member, Name: "Ana"}.Encode()),
		w.body(Removal{Member: member, Last: []ChainEnd{{Chain: ChainID{2}, N: 9}}, Epoch: 1}.Encode()),
		w.body(RoomSettings{Invite: InviteFounder, History: HistoryJoined}.Encode()),
		w.body(Said{Text: "Hello 👋"}.Encode()),
		w.body(Reaction{To: to, Emoji: "👍", On: true}.Encode()),
		w.body(Edit{To: to, Text: "Hello"}.Encode()),
		w.body(Deletion{To: to}.Encode()),
		[]byte("anything"),
	} {
		h := w.header()
		h.Kind = EventAdmission + EventKind(i)
		w.add("E7", "kind "+string('0'+byte(h.Kind)), w.sign(h, body))
	}
}

// headers adds what is at the bounds of a header, and beyond them.
func (w *eventWriter) headers() {
	change := func(rule, name string, by func(h *EventHeader)) {
		h := w.header()
		by(&h)
		w.add(rule, name, w.sign(h, []byte("{}")))
	}
	eight := make([]EventID, MaxEventSeen)
	for i := range eight {
		eight[i] = EventID{byte(i + 1)}
	}
	change("E1", "the greatest n", func(h *EventHeader) { h.N = maxNumber })
	change("E1", "the greatest lamport", func(h *EventHeader) { h.Lamport = maxNumber })
	change("E1", "the greatest time", func(h *EventHeader) { h.Time = maxNumber })
	change("E1", "eight seen", func(h *EventHeader) { h.Seen = eight })
	change("E1", "n 0", func(h *EventHeader) { h.N, h.Previous = 0, EventID{} })
	change("E1", "n too great", func(h *EventHeader) { h.N = maxNumber + 1 })
	change("E1", "lamport 0", func(h *EventHeader) { h.Lamport = 0 })
	change("E1", "lamport too great", func(h *EventHeader) { h.Lamport = 1 << 63 })
	change("E1", "time too great", func(h *EventHeader) { h.Time = maxNumber + 1 })
	change("E1", "previous missing", func(h *EventHeader) { h.Previous = EventID{} })
	change("E1", "previous of a chain's first", func(h *EventHeader) { h.N = 1 })
	change("E1", "seen twice", func(h *EventHeader) { h.Seen = []EventID{{1}, {1}} })
	change("E1", "seen descending", func(h *EventHeader) { h.Seen = []EventID{{2}, {1}} })
	change("E5", "previous seen as well", func(h *EventHeader) { h.Seen = []EventID{h.Previous} })
	none, tooGreat := w.header(), w.header()
	tooGreat.BodySize = MaxEventBody + 1
	w.add("E1", "no body", w.signed(none, nil))
	w.add("E1", "a body too great", w.signed(tooGreat, nil))
}

// bytes adds what was changed on the way.
func (w *eventWriter) bytes() {
	whole := w.sign(w.header(), []byte("{}"))
	edited := func(by func(b []byte) []byte) []byte { return by(bytes.Clone(whole)) }
	seenAt := headerBytes - 1
	w.add("E3", "a stub", whole[:len(whole)-2])
	w.add("E3", "a body too long", append(bytes.Clone(whole), ' '))
	w.add("E3", "another body", edited(func(b []byte) []byte { b[len(b)-1] = ']'; return b }))
	w.add("E1", "version 0", edited(func(b []byte) []byte { b[0] = 0; return b }))
	w.add("E1", "version 2", edited(func(b []byte) []byte { b[0] = 2; return b }))
	w.add("E1", "cut off in what was seen", whole[:seenAt+20+signatureBytes])
	w.add("E1", "cut off in the header", whole[:40])
	w.add("E1", "empty", nil)
	w.add("E1", "nine seen", edited(func(b []byte) []byte { b[seenAt] = 9; return b }))
	w.add("E2", "another time", edited(func(b []byte) []byte { b[80]++; return b }))
	w.add("E2", "another signature", edited(func(b []byte) []byte { b[len(b)-3]++; return b }))
	w.add("E2", "an author of small order, and a signature that holds for every message", w.byNobody())
	w.root[0]++
	w.add("E2", "of another room", whole)
}

func (w *eventWriter) header() EventHeader {
	return EventHeader{
		Kind: EventText, Chain: ChainID{1}, N: 3, Lamport: 4, Time: 1790000000001,
		Previous: EventID{9}, Seen: []EventID{{3}},
	}
}

// sign writes an event whatever is wrong with it.
func (w *eventWriter) sign(h EventHeader, body []byte) []byte {
	h.BodySize, h.BodyHash = uint32(len(body)), sha256.Sum256(body)
	return w.signed(h, body)
}

func (w *eventWriter) signed(h EventHeader, body []byte) []byte {
	h.Author = IdentityOf(w.founder)
	id := h.ID(w.root)
	e := Event{EventHeader: h, Signature: Signature(ed25519.Sign(w.founder, signedEvent(id))), Body: body}
	return e.Encode()
}

// byNobody is signed by the neutral element of the curve: with R = B and S = 1 the equation holds whatever k is.
func (w *eventWriter) byNobody() []byte {
	e, _, err := SignEvent(w.root, w.header(), []byte("{}"), w.founder)
	if err != nil {
		w.t.Fatal(err)
	}
	e.Author, e.Signature = Identity{1}, signatureOfNobody()
	return e.Encode()
}

func signatureOfNobody() Signature {
	base := bytes.Repeat([]byte{0x66}, valueBytes)
	base[0] = 0x58
	s := Signature(append(base, make([]byte, valueBytes)...))
	s[valueBytes] = 1
	return s
}

func (w *eventWriter) body(encoded []byte, err error) []byte {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return encoded
}

// add writes down what comes of the bytes, and fails if that is not about the rule.
func (w *eventWriter) add(rule, name string, data []byte) {
	w.t.Helper()
	c := eventCase{Rule: rule, Name: name, RootHex: hex.EncodeToString(w.root[:]), Hex: hex.EncodeToString(data)}
	got := c.read(w.t)
	if got.Rule != rule {
		w.t.Fatalf("%s: [%s] is named, want [%s]", name, got.Rule, rule)
	}
	w.cases = append(w.cases, got)
}
