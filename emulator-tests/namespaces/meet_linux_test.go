package namespaces

import (
	"context"
	"errors"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/parley-chat/parley/emulator-tests/lab"
	"github.com/parley-chat/parley/peer"
)

// possible is asked once: what made one namespace makes all, or fails.
var possible = sync.OnceValue(func() error { return Possible(context.Background()) })

// newWorld makes a world that ends with the test.
func newWorld(t *testing.T, first, second Gate) *World {
	t.Helper()
	if err := possible(); errors.Is(err, ErrNotHere) {
		t.Skipf("NOT TESTED: peers behind the kernel's NAT. %v. Package lab has simulated ones.", err)
	} else if err != nil {
		t.Fatal(err)
	}
	w, err := New(t.Context(), first, second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return w
}

// meeting is two places, the relays that people are given, and what shall come of it.
type meeting struct {
	first, second Gate
	turn          []string
	relayOnly     bool
	want          peer.Path // unknown: they cannot meet
}

func (m meeting) check(t *testing.T, start func(*testing.T, *World)) {
	t.Helper()
	t.Parallel()
	w := newWorld(t, m.first, m.second)
	start(t, w)
	servers, err := Servers(m.turn...)
	if err != nil {
		t.Fatal(err)
	}
	got, err := lab.Places{
		First: w.First, Second: w.Second, Servers: servers, Settled: 100 * time.Millisecond, RelayOnly: m.relayOnly,
	}.Meet(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s – %s: %s, both open after %v", m.first, m.second, got.Path, got.Opened)
	if m.want == peer.PathUnknown {
		if got.Failure != peer.ConnectionFailed {
			t.Errorf("there is no path: failure %q over %q", got.Failure, got.Path)
		}
		return
	}
	if got.Failure != "" || got.Path != m.want {
		t.Errorf("failure %q over %q, want %q", got.Failure, got.Path, m.want)
	}
}

// The kernel's NATs let through what the simulated ones do.
func TestDirect(t *testing.T) {
	t.Parallel()
	for _, m := range []meeting{
		{first: Open, second: Symmetric, want: peer.PathDirect},
		{first: FullCone, second: Symmetric, want: peer.PathDirect},
		{first: AddrRestricted, second: Symmetric, want: peer.PathDirect},
		{first: AddrRestricted, second: PortRestricted, want: peer.PathDirect},
		{first: PortRestricted, second: PortRestricted, want: peer.PathDirect},
		{first: Symmetric, second: PortRestricted, want: peer.PathUnknown},
	} {
		t.Run(string(m.first+" – "+m.second), func(t *testing.T) { m.check(t, startOwnTURN) })
	}
}

// Where there is no direct path TURN makes one, ours and coturn, with every path tried and with relays only.
func TestRelayed(t *testing.T) {
	t.Parallel()
	everything := []string{ByUDP, ByTCP, ByTLS}
	for name, start := range map[string]func(*testing.T, *World){"ours": startOwnTURN, "coturn": startCoturn} {
		for _, m := range []meeting{
			{first: Symmetric, second: Symmetric, turn: []string{ByUDP}},
			{first: Symmetric, second: Symmetric, turn: []string{ByUDP}, relayOnly: true},
			{first: NoUDP, second: PortRestricted, turn: []string{ByUDP, ByTCP}},
			{first: NoUDP, second: NoUDP, turn: []string{ByUDP, ByTCP}},
			{first: OnlyTLS, second: PortRestricted, turn: everything},
			{first: OnlyTLS, second: OnlyTLS, turn: everything},
			{first: OnlyTLS, second: OnlyTLS, turn: everything, relayOnly: true},
		} {
			if name == "ours" && (m.first == OnlyTLS || m.second == OnlyTLS) {
				continue // ours has no TLS
			}
			m.want = peer.PathRelayed
			title := name + ", " + string(m.first+" – "+m.second)
			if m.relayOnly {
				title += ", relays only"
			}
			t.Run(title, func(t *testing.T) { m.check(t, start) })
		}
	}
}

// Why docs/turn.md has coturn refuse private addresses: asked to send to one that it has no way to, it gives up the
// allocation, and with it the only path.
func TestCoturnThatMaySendAnywhere(t *testing.T) {
	t.Parallel()
	deny := regexp.MustCompile(`(?m)^denied-peer-ip=.*\n`)
	careless := func(t *testing.T, w *World) {
		t.Helper()
		configuration := documentedCoturn(t)
		if !deny.MatchString(configuration) {
			t.Fatal("docs/turn.md denies nothing")
		}
		startCoturnAs(t, w, deny.ReplaceAllString(configuration, ""))
	}
	m := meeting{first: Symmetric, second: Symmetric, turn: []string{ByUDP}, want: peer.PathUnknown}
	t.Run("every path", func(t *testing.T) { m.check(t, careless) })
	m.relayOnly, m.want = true, peer.PathRelayed
	t.Run("relays only", func(t *testing.T) { m.check(t, careless) })
}
