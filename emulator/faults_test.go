package emulator_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"cloud.google.com/go/firestore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator"
	"github.com/parley-chat/parley/emulator/internal/sdktest"
)

// clientOf is Google's client for Go with a token; without one nobody has signed in.
func clientOf(t *testing.T, s *emulator.Server, token string) *firestore.Client {
	t.Helper()
	if token != "" {
		token = "Bearer " + token
	}
	return sdktest.Client(t, s.Addr(), "demo-x", token)
}

func setFaults(t *testing.T, s *emulator.Server, all ...emulator.Fault) {
	t.Helper()
	if err := s.SetFaults(emulator.Faults{Seed: 1, Faults: all}); err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, what string, err error, want codes.Code) {
	t.Helper()
	if status.Code(err) != want {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// The answer to a commit is lost, and the client tries again by itself: whoever creates finds that somebody has.
func TestLostAnswer(t *testing.T) {
	s := start(t)
	c := clientOf(t, s, "owner")
	setFaults(t, s, emulator.Fault{Kind: emulator.FaultLose, Methods: []string{"Commit"}, Times: 1})
	_, err := c.Doc("rooms/a").Create(t.Context(), map[string]any{"n": 1})
	wantCode(t, "create", err, codes.AlreadyExists)
	found, err := c.Doc("rooms/a").Get(t.Context())
	if err != nil || found.Data()["n"] != int64(1) {
		t.Errorf("found %v, %v", found, err)
	}
}

// An increment whose answer is lost is made twice by the client's second try.
func TestLostIncrement(t *testing.T) {
	s := start(t)
	c := clientOf(t, s, "owner")
	doc := c.Doc("counters/one")
	if _, err := doc.Set(t.Context(), map[string]any{"n": 0}); err != nil {
		t.Fatal(err)
	}
	setFaults(t, s, emulator.Fault{Kind: emulator.FaultLose, Methods: []string{"Commit"}, Times: 1})
	if _, err := doc.Update(t.Context(), []firestore.Update{{Path: "n", Value: firestore.Increment(1)}}); err != nil {
		t.Fatal(err)
	}
	found, err := doc.Get(t.Context())
	if err != nil || found.Data()["n"] != int64(2) {
		t.Errorf("found %v, %v; want 2", found.Data(), err)
	}
}

// A refused commit does nothing, and the client's second try does it once.
func TestRefusedAndTriedAgain(t *testing.T) {
	s := start(t)
	c := clientOf(t, s, "owner")
	setFaults(t, s, emulator.Fault{Kind: emulator.FaultRefuse, Methods: []string{"Commit"}, Times: 2})
	if _, err := c.Doc("rooms/a").Create(t.Context(), map[string]any{"n": 1}); err != nil {
		t.Error(err)
	}
}

// Transactions begin again when they are aborted.
func TestAbortedTransaction(t *testing.T) {
	s := start(t)
	c := clientOf(t, s, "owner")
	setFaults(t, s, emulator.Fault{
		Kind: emulator.FaultRefuse, Methods: []string{"Commit"}, Code: codes.Aborted, Times: 1,
	})
	tries := 0
	err := c.RunTransaction(t.Context(), func(_ context.Context, tx *firestore.Transaction) error {
		tries++
		return tx.Set(c.Doc("rooms/a"), map[string]any{"n": tries})
	})
	if err != nil || tries != 2 {
		t.Errorf("%d tries, %v; want 2", tries, err)
	}
}

func TestWhomItStrikes(t *testing.T) {
	s, err := emulator.Start(t.Context(), &emulator.Options{Rules: []byte(openRules)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	alice, nobody := clientOf(t, s, token("alice")), clientOf(t, s, "")
	for _, one := range []struct {
		what  string
		fault emulator.Fault
		c     *firestore.Client
		path  string
		want  codes.Code
	}{
		{"everybody", emulator.Fault{}, alice, "rooms/a", codes.PermissionDenied},
		{"a uid", emulator.Fault{Clients: []string{"alice"}}, alice, "rooms/a", codes.PermissionDenied},
		{"another uid", emulator.Fault{Clients: []string{"bob", "owner"}}, alice, "rooms/a", codes.NotFound},
		{"nobody", emulator.Fault{Clients: []string{""}}, nobody, "rooms/a", codes.PermissionDenied},
		{"somebody", emulator.Fault{Clients: []string{""}}, alice, "rooms/a", codes.NotFound},
		{"the document", emulator.Fault{Path: "rooms/a"}, alice, "rooms/a", codes.PermissionDenied},
		{"its neighbour", emulator.Fault{Path: "rooms/a"}, alice, "rooms/ab", codes.NotFound},
		{"the collection", emulator.Fault{Path: "rooms"}, alice, "rooms/a", codes.PermissionDenied},
		{"what is below", emulator.Fault{Path: "rooms/*/links"}, alice, "rooms/a/links/b", codes.PermissionDenied},
		{"what is above", emulator.Fault{Path: "rooms/*/links"}, alice, "rooms/a", codes.NotFound},
		{"another method", emulator.Fault{Methods: []string{"Commit"}}, alice, "rooms/a", codes.NotFound},
	} {
		one.fault.Kind, one.fault.Code = emulator.FaultRefuse, codes.PermissionDenied
		setFaults(t, s, one.fault)
		_, err := one.c.Doc(one.path).Get(t.Context())
		wantCode(t, one.what, err, one.want)
	}
}

// The same seed refuses the same of many calls.
func TestSameSeed(t *testing.T) {
	s := start(t)
	run := func(seed uint64) string {
		if err := s.SetFaults(emulator.Faults{Seed: seed, Faults: []emulator.Fault{
			{Kind: emulator.FaultRefuse, Rate: 0.3, Code: codes.DeadlineExceeded},
		}}); err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for range 50 {
			code, _ := call(t, s, http.MethodGet, documents+"/a/1", "")
			fmt.Fprintf(&all, "%d ", code)
		}
		return all.String()
	}
	first, again, other := run(1), run(1), run(2)
	if first != again || first == other || !strings.Contains(first, "504") || !strings.Contains(first, "404") {
		t.Errorf("seed 1: %s\nagain:  %s\nseed 2: %s", first, again, other)
	}
}

func TestPause(t *testing.T) {
	s := start(t)
	c := clientOf(t, s, "owner")
	heard := c.Doc("rooms/a").Snapshots(t.Context())
	defer heard.Stop()
	if _, err := heard.Next(); err != nil {
		t.Fatal(err)
	}
	s.Pause()
	s.Pause()
	gone, cancel := context.WithCancel(t.Context())
	waiting := make(chan error, 1)
	go func() {
		_, err := c.Doc("rooms/b").Get(gone)
		waiting <- err
	}()
	written := make(chan error, 1)
	go func() {
		_, err := c.Doc("rooms/a").Set(t.Context(), map[string]any{"n": 1})
		written <- err
	}()
	cancel()
	wantCode(t, "a call that is given up", <-waiting, codes.Canceled)
	select {
	case err := <-written:
		t.Errorf("written in a pause: %v", err)
	default:
	}
	s.Resume()
	s.Resume()
	if err := <-written; err != nil {
		t.Error(err)
	}
	if seen, err := heard.Next(); err != nil || seen.Data()["n"] != int64(1) {
		t.Errorf("heard %v, %v", seen, err)
	}
}

// Close ends what waits.
func TestCloseInAPause(t *testing.T) {
	s := start(t)
	c := clientOf(t, s, "owner")
	s.Pause()
	ctx, cancel := context.WithCancel(t.Context())
	written := make(chan error, 1)
	go func() {
		_, err := c.Doc("rooms/a").Create(ctx, map[string]any{"n": 1})
		written <- err
	}()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	cancel() // it would try again for a minute
	if err := <-written; err == nil {
		t.Error("written by a server that has closed")
	}
}
