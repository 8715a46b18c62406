package emulatortests

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	_ "github.com/parley-chat/parley/functions" // the child serves Api
	"github.com/parley-chat/parley/internal/local"
	"github.com/parley-chat/parley/internal/local/functionhost"
	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/site"
)

// patience bounds what no rule gives a time to.
const patience = 30 * time.Second

// stack is what all tests share: read-only after TestMain has started it. A test leaves its services
// running, and nobody waiting.
var stack *local.Stack

// withStack runs the tests between the start and the end of the services, which must leave nothing running.
type withStack struct{ tests *testing.M }

// Run implements goleak.TestingM.
func (w withStack) Run() int {
	code, err := w.run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "emulator-tests:", err)
		return 1
	}
	return code
}

func (w withStack) run() (code int, err error) {
	opts, err := local.FromEnv(os.Getenv)
	if err != nil {
		return 0, err
	}
	// The peers find the emulators by the address of the deployment. With the variable set, Google's Firestore client
	// would open a connection more for each of them, and close none.
	if err := os.Unsetenv("FIRESTORE_EMULATOR_HOST"); err != nil {
		return 0, err
	}
	opts.Without = []local.Service{local.WebService}
	opts.AnyPort = true
	if stack, err = local.Start(context.Background(), opts); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, stack.Close()) }()
	return w.tests.Run(), nil
}

func TestMain(m *testing.M) {
	if functionhost.Asked(os.Args) {
		os.Exit(functionhost.Main(os.Getenv, os.Stderr))
	}
	goleak.VerifyTestMain(withStack{m})
}

// someone opens the deployment as a new person.
func someone(t *testing.T) *site.Site {
	t.Helper()
	s, err := site.Open(t.Context(), stack.URL()+"/api", nil)
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

// searching is somebody who looks for a stranger.
type searching struct {
	waiting chan struct{} // closed when nobody was there yet
	found   chan outcome
}

type outcome struct {
	conn *peer.Conn
	err  error
}

// search looks for a stranger in the background, until the test ends.
func search(ctx context.Context, t *testing.T, s *site.Site, o peer.Options) *searching {
	t.Helper()
	this := &searching{waiting: make(chan struct{}), found: make(chan outcome, 1)}
	var once sync.Once
	o.OnEvent = func(e peer.Event) {
		if e == peer.EventWaiting {
			once.Do(func() { close(this.waiting) })
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		conn, err := peer.QuickMatch(ctx, s.Services(), &o)
		this.found <- outcome{conn, err}
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		select {
		case got := <-this.found:
			if got.conn != nil {
				_ = got.conn.Close() // the test did not take it: nobody is left to be told
			}
		default:
		}
	})
	return this
}

// waits returns when it is known that nobody was there.
func (s *searching) waits(t *testing.T) {
	t.Helper()
	select {
	case <-s.waiting:
	case got := <-s.found:
		t.Fatalf("found %v, %v; want to wait", got.conn, got.err)
	case <-time.After(patience):
		t.Fatal("neither waiting nor found")
	}
}

// finds returns the connection.
func (s *searching) finds(t *testing.T) *peer.Conn {
	t.Helper()
	select {
	case got := <-s.found:
		if got.err != nil {
			t.Fatal(got.err)
		}
		t.Cleanup(func() {
			if err := got.conn.Close(); err != nil && !peer.IsEnd(err) {
				t.Error(err)
			}
		})
		return got.conn
	case <-time.After(patience):
		t.Fatal("nobody was found")
	}
	return nil
}

// talk sends a text each way and checks that it arrives.
func talk(t *testing.T, a, b *peer.Conn) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, way := range []struct{ from, to *peer.Conn }{{a, b}, {b, a}} {
		const text = "Hello, שלום, 👩‍👩‍👧"
		if err := way.from.Send(ctx, text); err != nil {
			t.Fatal(err)
		}
		if got, err := way.to.Receive(ctx); err != nil || got != text {
			t.Fatalf("[C6] received %q, %v", got, err)
		}
	}
}
