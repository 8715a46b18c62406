package hostile_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator-tests/hostile"
)

// While two talk, the store shows the callee the call again by which they met, under its own id and under another one.
// Nothing is interrupted, nobody else comes, and both go on talking.
func TestReplaysWhileTheyTalk(t *testing.T) {
	t.Parallel()
	r := newInRoom(t, hostile.Honest)
	if err := r.meet(t); err != nil {
		t.Fatal(err)
	}
	r.talked(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	call := r.call(t)
	for _, id := range []string{call.ID(), strings.Repeat("B", 26) + call.ID()[26:]} {
		replay := call
		replay.Path = strings.TrimSuffix(call.Path, call.ID()) + id
		gone := func(s hostile.State) bool { return s.Shown[hostile.Left][replay.Path] == nil }
		if err := r.Await(ctx, gone); err != nil {
			t.Fatal(err)
		}
		if err := r.Put(ctx, replay); err != nil {
			t.Fatal(err)
		}
	}
	// The one that is no call of theirs is closed: so both were seen.
	if err := r.Await(ctx, closedOn(hostile.Left)); err != nil {
		t.Fatalf("the replay is not refused: %v", err)
	}
	r.goOn(t)
}

// call is the message by which Bob called Ann.
func (r *inRoom) call(t *testing.T) hostile.Message {
	t.Helper()
	told := r.Told()
	i := slices.IndexFunc(told, func(m hostile.Message) bool { return m.To == hostile.Left && m.Bytes("offer") != nil })
	if i < 0 {
		t.Fatal("nobody has called")
	}
	return told[i]
}

// closedOn tells that a link was closed by who is on that side.
func closedOn(side hostile.Side) func(hostile.State) bool {
	return func(s hostile.State) bool {
		return slices.ContainsFunc(s.Told, func(m hostile.Message) bool {
			return m.To == side.Other() && strings.Contains(m.Path, "/links/") && m.Text("state") == "closed"
		})
	}
}

// goOn checks that the connection by which they met still carries what they say, and was the only one.
func (r *inRoom) goOn(t *testing.T) {
	t.Helper()
	for _, way := range []struct{ from, to *witness }{{r.ann, r.bob}, {r.bob, r.ann}} {
		way.from.mu.Lock()
		conn, met, failures := way.from.met[0], len(way.from.met), len(way.from.failures)
		way.from.mu.Unlock()
		if met != 1 || failures != 0 {
			t.Errorf("%s met %d and was told of %d failures", way.from.name, met, failures)
		}
		text := "still " + way.from.name
		if err := conn.Send(t.Context(), text); err != nil {
			t.Fatalf("%s's connection has ended: %v", way.from.name, err)
		}
		way.to.hears(t, text)
	}
}

// A store that holds a call back and shows it when both talk already, by another call, interrupts nothing.
func TestDelayedCallWhileTheyTalk(t *testing.T) {
	t.Parallel()
	held := make(chan hostile.Message, 1)
	var before string
	r := newInRoom(t, func(m hostile.Message) []hostile.Message {
		switch {
		case m.Bytes("offer") != nil && before == "":
			before = m.Path
			held <- m
			return nil
		case m.Path == before:
			return nil
		}
		return hostile.Honest(m)
	})
	if err := r.meet(t); err != nil {
		t.Fatal(err)
	}
	r.talked(t) // by Bob's second call, after 20 s (SPEC K4)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := r.Put(ctx, <-held); err != nil {
		t.Fatal(err)
	}
	if err := r.Await(ctx, answeredOrClosed(before)); err != nil {
		t.Fatal(err)
	}
	r.goOn(t)
}

func answeredOrClosed(path string) func(hostile.State) bool {
	return func(s hostile.State) bool {
		link := s.Shown[hostile.Left][path]
		return link["answer"] != nil || link["state"].GetStringValue() == "closed"
	}
}
