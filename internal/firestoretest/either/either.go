// Package either gives tests a Firestore that may be Parley's own or the official one: a real server on loopback,
// started at most once per test binary, and only if a test asks for it. Tests of what is built on Firestore should pass
// on both.
//
//	func TestMain(m *testing.M) { os.Exit(either.Main(m)) }
//
//	func TestRoom(t *testing.T) {
//		addr, project := either.Addr(t), either.Project(t)
//		…
//	}
//
// By default it is Parley's own, in this process. PARLEY_FIRESTORE=official asks for the official one, which has to be
// installed, and FIRESTORE_EMULATOR_HOST names one that runs already: see package firestoretest.
//
// # Trust
//
// For tests only. Whoever says «Bearer owner» there is its administrator.
package either

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/parley-chat/parley/emulator"
	"github.com/parley-chat/parley/internal/firestoretest"
)

// shared is Parley's own emulator of this test binary. A test binary has one TestMain, so it has one of these.
//
//nolint:gochecknoglobals // testing.M gives no way to hand a value from TestMain to the tests
var shared struct {
	mu     sync.Mutex
	server *emulator.Server // guarded by mu; nil until the first test asked
}

// Main runs the tests of m and ends what one of them started. It returns the exit code for os.Exit. Only TestMain may
// call it.
func Main(m *testing.M) int {
	code := firestoretest.Main(m)
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.server == nil {
		return code
	}
	if err := shared.server.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "either:", err)
		return max(code, 1)
	}
	return code
}

// Addr is its host:port, for gRPC, REST and WebChannel alike. The first call starts it. Safe to call from parallel
// tests.
func Addr(tb testing.TB) string {
	tb.Helper()
	if official() {
		return firestoretest.Addr(tb)
	}
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.server == nil {
		// It serves later tests too, so it is not bound to this one's context.
		server, err := emulator.Start(context.Background(), &emulator.Options{Rules: []byte(firestoretest.OpenRules)})
		if err != nil {
			tb.Fatalf("either: %v", err)
		}
		shared.server = server
	}
	return shared.server.Addr()
}

// Project is [firestoretest.Project].
func Project(tb testing.TB) string {
	tb.Helper()
	return firestoretest.Project(tb)
}

// SetRules gives the project's database the security rules in source. Without this call everybody may do everything in
// a project of [Project].
func SetRules(tb testing.TB, project, source string) {
	tb.Helper()
	firestoretest.PutRules(tb, Addr(tb), project, source)
}

// official tells which one the environment asks for.
//
//nolint:forbidigo // for tests: how whoever runs them says which emulator they mean
func official() bool {
	return os.Getenv("FIRESTORE_EMULATOR_HOST") != "" || os.Getenv("PARLEY_FIRESTORE") == "official"
}
