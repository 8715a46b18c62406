package site_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/parley-chat/parley/emulator/auth"
	"github.com/parley-chat/parley/internal/firestoretest/either"
	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
	"github.com/parley-chat/parley/signaling/firestorestore"
	"github.com/parley-chat/parley/signaling/identity"
)

func TestMain(m *testing.M) {
	os.Exit(either.Main(m))
}

const patience = 30 * time.Second

// deployment answers as a local one does, with a Firestore emulator, our rules and the Auth emulator. Its
// API is not the function: tests put the pair room there themselves.
type deployment struct {
	url, project, firestore string
}

func deploy(t *testing.T) deployment {
	t.Helper()
	d := deployment{project: either.Project(t), firestore: either.Addr(t)}
	t.Setenv("FIRESTORE_EMULATOR_HOST", "") // or the Firestore client opens a connection that nobody closes
	rules, err := os.ReadFile(filepath.Join("..", "..", "firestore.rules"))
	if err != nil {
		t.Fatal(err)
	}
	either.SetRules(t, d.project, string(rules))
	http.DefaultClient.CloseIdleConnections()
	leaks := goleak.IgnoreCurrent()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.Close()
		goleak.VerifyNone(t, leaks)
	})
	mux.HandleFunc("/__/firebase/init.json", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"projectId":"` + d.project + `","apiKey":"local"}`))
	})
	mux.HandleFunc("/__/parley.json", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"firestore":{"grpc":"` + d.firestore + `"},"auth":{"url":"` + server.URL + `"}}`))
	})
	mux.HandleFunc("POST /api/ice-servers", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"iceServers":[],"ttlSeconds":600}`))
	})
	mux.Handle("/", auth.New(&auth.Options{Project: d.project}))
	d.url = server.URL + "/api"
	return d
}

func (d deployment) open(t *testing.T) *site.Site {
	t.Helper()
	s, err := site.Open(t.Context(), d.url, nil)
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

func exchange(t *testing.T, a, b *peer.Conn) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, way := range [][2]*peer.Conn{{a, b}, {b, a}} {
		if err := way[0].Send(ctx, "Hello"); err != nil {
			t.Fatal(err)
		}
		if got, err := way[1].Receive(ctx); err != nil || got != "Hello" {
			t.Fatalf("received %q, %v", got, err)
		}
	}
}

var local = &peer.Options{Loopback: true}

// A link room on an emulator, through the rules, with what each side is billed.
func TestRoom(t *testing.T) {
	d := deploy(t)
	first, second := d.open(t), d.open(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	host, err := peer.Create(ctx, first.Services(), local)
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	guest, err := peer.Enter(ctx, second.Services(), host.Secret(), local)
	if err != nil {
		t.Fatal(err)
	}
	defer guest.Close()
	atHost, err := host.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	atGuest, err := guest.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	exchange(t, atHost, atGuest)
	third := d.open(t)
	other, err := peer.Enter(ctx, third.Services(), host.Secret(), local)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.Next(ctx); peer.NameOf(err) != peer.RoomFull {
		t.Errorf("[K5] a third gets %v", err)
	}
	t.Logf("link room: host %+v, guest %+v, refused third %+v", first.Counts(), second.Counts(), third.Counts())
}

// A short code on an emulator, through the rules, with what each side is billed.
func TestShortCode(t *testing.T) {
	d := deploy(t)
	first, second := d.open(t), d.open(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	host, err := peer.Create(ctx, first.Services(), local)
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	before := first.Counts()
	code, err := host.Code(ctx)
	if err != nil {
		t.Fatal(err)
	}
	wrong := protocol.ShortCode{Slot: code.Short().Slot, Words: "zoo-zoo"}
	if _, err := peer.EnterCode(ctx, second.Services(), wrong, local); peer.NameOf(err) != peer.CodeWrong {
		t.Errorf("[N6] other words: %v", err)
	}
	guest, err := peer.EnterCode(ctx, second.Services(), code.Short(), local)
	if err != nil {
		t.Fatal(err)
	}
	defer guest.Close()
	<-code.Done()
	if !errors.Is(code.Err(), peer.ErrCodeUsed) || guest.Secret() != host.Secret() {
		t.Errorf("the code ended with %v", code.Err())
	}
	if _, err := peer.EnterCode(ctx, d.open(t).Services(), code.Short(), local); peer.NameOf(err) != peer.CodeOver {
		t.Errorf("[N5] a second time: %v", err)
	}
	t.Logf("short code, two guesses: host %+v, guest %+v", first.Counts().Sub(before), second.Counts())
}

// A pair room on an emulator, through the rules, with what each side is billed.
func TestQuickMatch(t *testing.T) {
	d := deploy(t)
	first, second := d.open(t), d.open(t)
	matcher := &peertest.Matcher{Store: owner{t, d}}
	callee, caller := first.Services(), second.Services()
	callee.API, caller.API = matcher.For(callee.UID), matcher.For(caller.UID)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	waiting := make(chan struct{})
	o := *local
	o.OnEvent = func(e peer.Event) {
		if e == peer.EventWaiting {
			close(waiting)
		}
	}
	var one *peer.Conn
	var oneErr error
	var both sync.WaitGroup
	both.Go(func() { one, oneErr = peer.QuickMatch(ctx, callee, &o) })
	<-waiting
	two, err := peer.QuickMatch(ctx, caller, local)
	both.Wait()
	if err != nil || oneErr != nil {
		t.Fatal(oneErr, err)
	}
	exchange(t, one, two)
	_ = two.Close()
	_ = one.Close()
	t.Logf("quick-match: callee %+v, caller %+v", first.Counts(), second.Counts())
	if got := second.Counts(); got.Writes != 1 || got.Deletes != 1 || got.Reads > 2 {
		t.Errorf("the caller is billed %+v, want 1 write, 1 delete and at most 2 reads", got)
	}
	if got := first.Counts(); got.Writes != 1 || got.Deletes != 0 || got.Reads > 3 {
		t.Errorf("the callee is billed %+v, want 1 write and at most 3 reads", got)
	}
}

// owner writes as the function does: as an administrator, whom the rules do not bind.
type owner struct {
	t *testing.T
	d deployment
}

func (o owner) Commit(ctx context.Context, writes ...signaling.Write) error {
	s, err := firestorestore.Open(ctx, firestorestore.Options{
		Project: o.d.project, EmulatorAddr: o.d.firestore,
		Token: func(context.Context) (string, error) { return "owner", nil },
	})
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Commit(ctx, writes...)
}

func TestUnreachable(t *testing.T) {
	d := deploy(t)
	for name, api := range map[string]string{
		"nobody there": "http://127.0.0.1:1/api", "not an address": "::", "another server": d.url + "x",
	} {
		if name == "another server" {
			server := httptest.NewServer(http.NotFoundHandler())
			defer server.Close()
			api = server.URL
		}
		if _, err := site.Open(t.Context(), api, nil); !errors.Is(err, site.ErrUnreachable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o := &site.Options{AuthAddr: "127.0.0.1:1"}
	if _, err := site.Open(t.Context(), d.url, o); !errors.Is(err, identity.ErrSignIn) {
		t.Errorf("no sign-in: %v", err)
	}
}
