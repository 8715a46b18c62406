// Package exampletest runs an example as people do, beside services on this machine. A test of an example has
//
//	func TestMain(m *testing.M) { os.Exit(exampletest.Main(m, main)) }
package exampletest

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	_ "github.com/parley-chat/parley/functions" // the function that the services have
	"github.com/parley-chat/parley/internal/local"
	"github.com/parley-chat/parley/internal/local/functionhost"
	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/site"
)

const (
	// asExample in the environment makes a test binary the example.
	asExample = "PARLEY_EXAMPLE"
	patience  = 30 * time.Second
)

// Main is three programs: the example, when [Start] has started it; the function of [Deployment]; and the tests of m,
// whose exit code it returns. Only TestMain may call it.
func Main(m *testing.M, example func()) int {
	switch {
	case functionhost.Asked(os.Args):
		return functionhost.Main(os.Getenv, os.Stderr)
	case os.Getenv(asExample) != "":
		example()
		return 0
	}
	return m.Run()
}

// Deployment starts what the example needs until the test ends, and gives the API's address.
func Deployment(tb testing.TB) string {
	tb.Helper()
	stack, err := local.Start(tb.Context(), &local.Options{
		AnyPort: true, Without: []local.Service{local.WebService, local.TURNService},
	})
	if err != nil {
		tb.Fatalf("exampletest: %v", err)
	}
	tb.Cleanup(func() {
		if err := stack.Close(); err != nil {
			tb.Errorf("exampletest: %v", err)
		}
	})
	return stack.URL() + "/api"
}

// Start starts the example, and gives what it writes. Stop ends it as Ctrl-C does; so does the end of the test.
func Start(tb testing.TB, args ...string) (out *bufio.Reader, stop func()) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env, cmd.Stderr = append(os.Environ(), asExample+"=1"), os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		tb.Fatalf("exampletest: %v", err)
	}
	var once sync.Once
	stop = func() {
		once.Do(func() {
			defer cancel()
			_ = cmd.Process.Signal(os.Interrupt) // it may have ended
			if err := cmd.Wait(); err != nil {
				tb.Errorf("exampletest: %v", err)
			}
		})
	}
	tb.Cleanup(stop)
	return bufio.NewReader(pipe), stop
}

// Somebody opens the deployment as a new person.
func Somebody(tb testing.TB, api string) (peer.Services, *peer.Options) {
	tb.Helper()
	at, err := site.Open(tb.Context(), api, nil)
	if err != nil {
		tb.Fatalf("exampletest: %v", err)
	}
	tb.Cleanup(func() { _ = at.Close() })
	return at.Services(), &peer.Options{Name: "somebody", Loopback: site.IsLocal(api)}
}

// Await gives the first notice that is as wanted.
func Await(tb testing.TB, room *peer.Group, wanted func(peer.Notice) bool) peer.Notice {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	for {
		n, err := room.Next(ctx)
		if err != nil {
			tb.Fatalf("exampletest: %v", err)
		}
		if wanted(n) {
			return n
		}
	}
}
