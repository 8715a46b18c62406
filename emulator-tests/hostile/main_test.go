package hostile_test

import (
	"context"
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/parley-chat/parley/emulator"
	"github.com/parley-chat/parley/emulator-tests/admin"
	"github.com/parley-chat/parley/emulator-tests/hostile"
	"github.com/parley-chat/parley/internal/firestoretest"
	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling/firestorestore"
)

// patience bounds what no rule gives a time to.
const patience = 45 * time.Second

// addr is Parley's own emulator with the real rules, for all tests: each store is a project of its own. It is read-only
// after TestMain.
var addr string

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(withEmulator{m})
}

type withEmulator struct{ tests *testing.M }

// Run implements goleak.TestingM.
func (w withEmulator) Run() int {
	code, err := w.run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
		return 1
	}
	return code
}

func (w withEmulator) run() (int, error) {
	rules, err := os.ReadFile(filepath.Join("..", "..", "firestore.rules"))
	if err != nil {
		return 0, err
	}
	// With the variable set, Google's client would open a connection more for each store, and close none.
	if err := os.Unsetenv("FIRESTORE_EMULATOR_HOST"); err != nil {
		return 0, err
	}
	server, err := emulator.Start(context.Background(), &emulator.Options{Rules: rules})
	if err != nil {
		return 0, err
	}
	addr = server.Addr()
	if err := flag.Set("test.parallel", "40"); err != nil { // they wait more than they compute
		return 0, err
	}
	code := w.tests.Run()
	return code, server.Close()
}

// split is the two stores of a liar: Ann lives in the left one and Bob in the right one.
type split struct {
	projects [2]string
	*hostile.Carrier
}

// newSplit makes two empty stores and carries between them until the test ends.
func newSplit(t *testing.T, lie hostile.Lie) *split {
	t.Helper()
	s := &split{projects: [2]string{firestoretest.Project(t), firestoretest.Project(t)}}
	var stores [2]*admin.Database
	for side, project := range s.projects {
		store, err := admin.Open(t.Context(), addr, project)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { closing(t, store) })
		stores[side] = store
	}
	s.Carrier = hostile.NewCarrier(stores[hostile.Left], stores[hostile.Right], lie)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; ctx.Err() == nil {
			t.Errorf("the carrier: %v", err)
		}
	})
	return s
}

// services are what a peer has there. The function is asked for nothing: tests that need one bring it.
func (s *split) services(t *testing.T, side hostile.Side, uid string) peer.Services {
	t.Helper()
	return peer.Services{Store: open(t, s.projects[side], token(uid)), UID: uid}
}

// open gives the project's store as its users have it.
func open(t *testing.T, project, token string) *firestorestore.Store {
	t.Helper()
	store, err := firestorestore.Open(t.Context(), firestorestore.Options{
		Project: project, EmulatorAddr: addr, Token: func(context.Context) (string, error) { return token, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, store) })
	return store
}

func closing(t *testing.T, c interface{ Close() error }) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// token is one that emulators believe.
func token(uid string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(`{"sub":"`+uid+`"}`)) + "."
}

// nearby are the options of a peer on this machine that needs nobody to find its address.
func nearby(d *peer.Device) *peer.Options {
	return &peer.Options{Loopback: true, ICEServers: []protocol.ICEServer{}, Device: d}
}
