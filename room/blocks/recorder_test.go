package blocks_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/blocks"
)

// traceCase is one case of the file: what one exchange was given, and what came of it.
type traceCase struct {
	Rule  string `json:"rule"`
	Name  string `json:"name"`
	Piece int    `json:"piece"`
	// Peers are identities; the first is the own one. Sets are digests.
	Peers []string    `json:"peers"`
	Sets  []string    `json:"sets"`
	Steps []traceStep `json:"steps"`
	// Ends is how it stands with each set in the end, Rates with each neighbour.
	Ends  []progressNote `json:"ends"`
	Rates []rateNote     `json:"rates"`
}

// traceStep is a tick, so many milliseconds after the step before, an input, if there is one, and what came of both.
// Next is how long after it the exchange wants the next tick; -1 is not at all.
type traceStep struct {
	After int64  `json:"after,omitempty"`
	In    *note  `json:"in,omitempty"`
	Out   []note `json:"out,omitempty"`
	Next  int64  `json:"next"`
}

// note is an input or an action. Peers are p and their place in the case's list, sets s; bytes are in base64url.
type note struct {
	Do    string       `json:"do"`
	Peer  string       `json:"peer,omitempty"`
	Room  int          `json:"room,omitempty"`
	Frame string       `json:"frame,omitempty"`
	Set   string       `json:"set,omitempty"`
	Index int          `json:"index,omitempty"`
	ID    string       `json:"id,omitempty"`
	IDs   []string     `json:"ids,omitempty"`
	Bytes string       `json:"bytes,omitempty"`
	Task  blocks.Task  `json:"task,omitempty"`
	OK    bool         `json:"ok,omitempty"`
	First int          `json:"first,omitempty"`
	Count int          `json:"count,omitempty"`
	Why   blocks.Fault `json:"why,omitempty"`
}

type progressNote struct {
	Have       int             `json:"have"`
	Total      int             `json:"total"`
	Whole      bool            `json:"whole"`
	Wants      bool            `json:"wants"`
	Declined   bool            `json:"declined"`
	Bytes      int             `json:"bytes"`
	Rate       int             `json:"rate"`
	Neighbours []neighbourNote `json:"neighbours"`
}

type neighbourNote struct {
	Peer     string `json:"peer"`
	Has      int    `json:"has"`
	All      bool   `json:"all"`
	Wants    bool   `json:"wants"`
	Declined bool   `json:"declined"`
	Blamed   bool   `json:"blamed"`
}

type rateNote struct {
	Peer string `json:"peer"`
	In   int    `json:"in"`
	Out  int    `json:"out"`
}

// names gives peers and sets short names.
type names struct{ peers, sets [][32]byte }

func short(known *[][32]byte, letter string, id [32]byte) string {
	if id == [32]byte{} {
		return ""
	}
	i := slices.Index(*known, id)
	if i < 0 {
		i, *known = len(*known), append(*known, id)
	}
	return letter + strconv.Itoa(i)
}

func text(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func texts(ids [][32]byte) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = text(id[:])
	}
	return list
}

// recorder writes down what a member was given, and what came of it.
type recorder struct {
	names
	last  time.Time
	steps []traceStep
}

func (r *recorder) step(now time.Time, in input, out []blocks.Action, x *blocks.Exchange) {
	r.steps = append(r.steps, traceStep{now.Sub(r.last).Milliseconds(), r.input(in), r.actions(out), next(now, x)})
	r.last = now
}

func next(now time.Time, x *blocks.Exchange) int64 {
	if x.Next().IsZero() {
		return -1
	}
	return x.Next().Sub(now).Milliseconds()
}

func (n *names) input(in input) *note {
	if in.Do == "" {
		return nil
	}
	made := note{
		Do: in.Do, Peer: short(&n.peers, "p", in.Peer), Room: in.Room, Set: short(&n.sets, "s", in.Set),
		Bytes: text(in.Bytes), Task: in.Task, OK: in.OK, First: in.First, Count: in.Count,
	}
	for _, id := range in.IDs {
		made.IDs = append(made.IDs, text(id[:]))
	}
	if in.Frame != nil {
		made.Frame = text(in.Frame.Encode())
	}
	return &made
}

func (n *names) actions(out []blocks.Action) []note {
	var made []note
	for _, a := range out {
		switch a := a.(type) {
		case blocks.Send:
			made = append(made, note{Do: "send", Peer: short(&n.peers, "p", a.Peer), Frame: text(a.Frame.Encode())})
		case blocks.ReadBlock:
			made = append(made, note{
				Do: "read", Task: a.Task, Set: short(&n.sets, "s", a.Set), Index: a.Index, ID: text(a.ID[:]),
			})
		case blocks.Check:
			made = append(made, note{Do: "check", Task: a.Task, ID: text(a.ID[:]), Bytes: text(a.Bytes)})
		case blocks.Keep:
			made = append(made, note{
				Do: "keep", Task: a.Task, Set: short(&n.sets, "s", a.Set), Index: a.Index, ID: text(a.ID[:]),
				Bytes: text(a.Bytes),
			})
		case blocks.Blame:
			made = append(made, note{
				Do: "blame", Peer: short(&n.peers, "p", a.Peer), Set: short(&n.sets, "s", a.Set), Why: a.Why,
			})
		case blocks.Changed:
			made = append(made, note{Do: "changed", Set: short(&n.sets, "s", a.Set)})
		}
	}
	return made
}

// ends is how it stands in the end.
func (n *names) ends(x *blocks.Exchange) ([]progressNote, []rateNote) {
	var ends []progressNote
	for _, set := range n.sets {
		p := x.Progress(set)
		end := progressNote{p.Have, p.Total, p.Whole, p.Wants, p.Declined, p.Bytes, p.Rate, []neighbourNote{}}
		for _, o := range p.Neighbours {
			end.Neighbours = append(end.Neighbours, neighbourNote{
				short(&n.peers, "p", o.Peer), o.Has, o.All, o.Wants, o.Declined, o.Blamed,
			})
		}
		ends = append(ends, end)
	}
	rates := []rateNote{}
	for _, r := range x.Rates() {
		rates = append(rates, rateNote{short(&n.peers, "p", r.Peer), r.In, r.Out})
	}
	return ends, rates
}

// written is the case of a member that was recorded.
func (r *recorder) written(rule, name string, m *member) traceCase {
	c := traceCase{Rule: rule, Name: name, Piece: m.w.piece, Steps: r.steps}
	c.Ends, c.Rates = r.ends(m.x)
	c.Peers, c.Sets = texts(r.peers), texts(r.sets)
	return c
}

// inputOf is what a note of a case stands for.
func (n *note) inputOf(t *testing.T, c traceCase) input {
	t.Helper()
	if n == nil {
		return input{}
	}
	in := input{
		Do: n.Do, Room: n.Room, Task: n.Task, OK: n.OK, First: n.First, Count: n.Count, Bytes: raw(t, n.Bytes),
		Peer: named(t, c.Peers, n.Peer), Set: named(t, c.Sets, n.Set),
	}
	for _, id := range n.IDs {
		in.IDs = append(in.IDs, protocol.BlockID(raw(t, id)))
	}
	if n.Frame != "" {
		f, err := protocol.ParseBlockFrame(raw(t, n.Frame))
		if err != nil {
			t.Fatal(err)
		}
		in.Frame = f
	}
	return in
}

func raw(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func named(t *testing.T, list []string, name string) (id [32]byte) {
	t.Helper()
	if name == "" {
		return id
	}
	var i int
	if _, err := fmt.Sscanf(name[1:], "%d", &i); err != nil {
		t.Fatal(err)
	}
	return [32]byte(raw(t, list[i]))
}
