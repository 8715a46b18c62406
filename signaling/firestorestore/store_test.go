package firestorestore_test

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/parley-chat/parley/internal/firestoretest/either"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
	"github.com/parley-chat/parley/signaling/firestorestore"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

func TestMain(m *testing.M) {
	os.Exit(either.Main(m))
}

// open gives a store of a user that the emulator believes: it takes unsigned tokens.
func open(t *testing.T, project, uid string) *firestorestore.Store {
	t.Helper()
	addr := either.Addr(t)
	t.Setenv("FIRESTORE_EMULATOR_HOST", "") // or the Firestore client opens a connection that nobody closes
	leaks := goleak.IgnoreCurrent()         // the emulator's own
	t.Cleanup(func() { goleak.VerifyNone(t, leaks) })
	encode := base64.RawURLEncoding.EncodeToString
	token := encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(`{"sub":"`+uid+`","aud":"`+project+
		`","iss":"https://securetoken.google.com/`+project+`"}`)) + "."
	s, err := firestorestore.Open(t.Context(), firestorestore.Options{
		Project: project, EmulatorAddr: addr,
		Token: func(context.Context) (string, error) { return token, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func ourRules(t *testing.T, project string) {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("..", "..", "firestore.rules"))
	if err != nil {
		t.Fatal(err)
	}
	either.SetRules(t, project, string(source))
}

func TestContract(t *testing.T) {
	signalingtest.Run(t, func(t *testing.T) signaling.Store {
		return open(t, either.Project(t), "anybody")
	})
}

// The rules must see the user, not the emulator's owner.
func TestRulesApply(t *testing.T) {
	project := either.Project(t)
	ourRules(t, project)
	alice := open(t, project, "alice")
	err := alice.Commit(t.Context(), signaling.Write{
		Op: signaling.Create, Path: "queue/x", Fields: signaling.Fields{"a": "b"},
	})
	if !errors.Is(err, signaling.ErrDenied) {
		t.Errorf("[D10] a client writes the queue: %v", err)
	}
	if _, err := alice.Get(t.Context(), "queue/x"); !errors.Is(err, signaling.ErrDenied) {
		t.Errorf("[D10] a client reads the queue: %v", err)
	}
	q := signaling.Query{Collection: "rooms", Limit: 32}
	if err := alice.WatchQuery(t.Context(), q, nil); !errors.Is(err, signaling.ErrDenied) {
		t.Errorf("[D9] a client lists rooms: %v", err)
	}
}

func TestUnreachable(t *testing.T) {
	t.Setenv("FIRESTORE_EMULATOR_HOST", "")
	s, err := firestorestore.Open(t.Context(), firestorestore.Options{
		Project: "demo-x", EmulatorAddr: "127.0.0.1:1", Timeout: 300 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Get(t.Context(), "rooms/a"); !errors.Is(err, signaling.ErrUnavailable) {
		t.Errorf("get: %v", err)
	}
	if err := s.Watch(t.Context(), "rooms/a", nil); !errors.Is(err, signaling.ErrUnavailable) {
		t.Errorf("watch: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Watch(ctx, "rooms/a", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("watch, given up: %v", err)
	}
}

func TestCounts(t *testing.T) {
	s := open(t, either.Project(t), "anybody")
	link := signaling.PairRoom(s, "room")
	step := func(what string, want firestorestore.Counts, do func() error) {
		t.Helper()
		before := s.Counts()
		if err := do(); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if got := s.Counts().Sub(before); got != want {
			t.Errorf("%s: billed %+v, want %+v", what, got, want)
		}
	}
	get := func() error { _, err := s.Get(t.Context(), "rooms/room"); return err }
	create := signaling.Write{
		Op: signaling.Create, Path: "rooms/room", Fields: signaling.Fields{"a": signaling.ServerTime},
	}
	step("get, absent", firestorestore.Counts{Reads: 1}, get)
	step("create", firestorestore.Counts{Writes: 1}, func() error { return s.Commit(t.Context(), create) })
	step("get", firestorestore.Counts{Reads: 1}, get)
	step("batch", firestorestore.Counts{Writes: 1}, func() error {
		return link.WriteBatch(t.Context(), protocol.Caller, 0, []byte{0}, time.Now().Add(time.Minute))
	})
	step("watch one", firestorestore.Counts{Reads: 1}, func() error { return once(t, s, "rooms/room") })
	step("watch none", firestorestore.Counts{Reads: 1}, func() error { return once(t, s, "rooms/none") })
	step("delete two", firestorestore.Counts{Deletes: 2}, func() error {
		return link.Delete(t.Context(), signaling.Known{Caller: []int{0}})
	})
}

// once watches until the first answer.
func once(t *testing.T, s signaling.Store, path string) error {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := s.Watch(ctx, path, func(signaling.Document) { cancel() }); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
