package firestoretest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// shared is the emulator of this test binary. A test binary has one TestMain, so it has one of these.
//
//nolint:gochecknoglobals // testing.M gives no way to hand a value from TestMain to the tests
var shared struct {
	mu      sync.Mutex
	mainRan bool      // guarded by mu
	addr    string    // guarded by mu; empty until the first test asked
	err     error     // guarded by mu; why there is none, kept so that every test says so
	process *emulator // guarded by mu; nil if the emulator is not ours
}

// Main runs the tests of m and ends the emulator if one of them started it. It returns the exit code for
// os.Exit. Only TestMain may call it.
func Main(m *testing.M) int {
	shared.mu.Lock()
	shared.mainRan = true
	shared.mu.Unlock()
	code := m.Run()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.process != nil {
		shared.process.close()
	}
	return code
}

// Addr is the emulator's host:port, for gRPC, REST and WebChannel alike. The first call starts the
// emulator if none is given. It fails the test if there is no emulator, or if TestMain does not call
// [Main], since the process would be left behind. Safe to call from parallel tests.
func Addr(tb testing.TB) string {
	tb.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if !shared.mainRan {
		tb.Fatal("firestoretest: write func TestMain(m *testing.M) { os.Exit(firestoretest.Main(m)) }")
	}
	if shared.addr == "" && shared.err == nil {
		shared.addr, shared.err = find()
	}
	if shared.err != nil {
		tb.Fatal(shared.err)
	}
	return shared.addr
}

// find is called with shared.mu held.
func find() (string, error) {
	if addr := given(); addr != "" {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := answers(ctx, addr); err != nil {
			return "", fmt.Errorf("firestoretest: FIRESTORE_EMULATOR_HOST is %s, but: %w", addr, err)
		}
		return addr, nil
	}
	jar, err := findJar()
	if err != nil {
		return "", err
	}
	process, err := start(jar)
	if err != nil {
		return "", err
	}
	shared.process = process
	return process.addr, nil
}

// Project returns a project id that nobody else uses, so that the test has a database of its own. It has
// the prefix demo-, with which no Google tool ever reaches a real project.
func Project(tb testing.TB) string {
	tb.Helper()
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		tb.Fatalf("firestoretest: project id: %v", err)
	}
	project := "demo-" + hex.EncodeToString(id[:])
	if given() != "" {
		SetRules(tb, project, OpenRules) // it may have been started with rules for every project
	}
	return project
}

// given is the address of an emulator that runs already, empty if there is none.
func given() string {
	return os.Getenv("FIRESTORE_EMULATOR_HOST") //nolint:forbidigo // for tests: how a machine says which emulator it has
}

// OpenRules let everybody do everything, like an official emulator that was started without rules.
const OpenRules = `
	rules_version = '2'; service cloud.firestore {
		match /databases/{d}/documents {
			match /{document=**} { allow read, write: if true; } } }`

// SetRules gives the project's database the security rules in source. Without this call everybody may do
// everything in a project of [Project].
func SetRules(tb testing.TB, project, source string) {
	tb.Helper()
	PutRules(tb, Addr(tb), project, source)
}

// PutRules is [SetRules] for any emulator, at addr.
func PutRules(tb testing.TB, addr, project, source string) {
	tb.Helper()
	body, err := json.Marshal(map[string]any{
		"rules": map[string]any{"files": []any{map[string]string{"name": "firestore.rules", "content": source}}},
	})
	if err != nil {
		tb.Fatalf("firestoretest: rules: %v", err)
	}
	url := "http://" + addr + "/emulator/v1/projects/" + project + ":securityRules"
	request, err := http.NewRequestWithContext(tb.Context(), http.MethodPut, url, strings.NewReader(string(body)))
	if err != nil {
		tb.Fatalf("firestoretest: rules: %v", err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := client().Do(request)
	if err != nil {
		tb.Fatalf("firestoretest: rules: %v", err)
	}
	defer answer.Body.Close() //nolint:errcheck // only the error text is read from it
	if answer.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(answer.Body, 4096)) // what can be read of it is said
		tb.Fatalf("firestoretest: the emulator refused the rules: %s\n%s", answer.Status, why)
	}
}
