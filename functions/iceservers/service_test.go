package iceservers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// provider counts what it is asked, and fails or hangs when told to; the real ones are in remote_test.go.
type provider struct {
	asked int
	fails bool
	hangs bool
}

func (*provider) Name() string { return "of the test" }
func (*provider) Remote() bool { return true }

func (p *provider) Grant(ctx context.Context, ask Ask) (Grant, error) {
	p.asked++
	if p.hangs {
		<-ctx.Done()
		return Grant{}, ctx.Err()
	}
	if p.fails {
		return Grant{}, errors.New("told to")
	}
	name := fmt.Sprint("name ", p.asked)
	return Grant{
		Relays: []protocol.ICEServer{{URLs: []string{"turn:t.example"}, Username: name, Credential: "c"}}, TTL: ask.TTL,
	}, nil
}

// world is a Service in a bubble of synctest, and its provider.
type world struct {
	*provider
	*Service
	log strings.Builder
}

func newWorld() *world {
	w := &world{provider: &provider{}}
	w.Service = New(Config{Provider: w.provider, TTL: time.Hour}, Options{
		Now: time.Now, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
	})
	return w
}

// expect asks for uid and checks whose credentials come, «» for none, and for how long.
func (w *world) expect(t *testing.T, uid, name string, ttl time.Duration) {
	t.Helper()
	got := w.Servers(t.Context(), uid)
	username := ""
	for _, server := range got.ICEServers {
		username = server.Username
	}
	if username != name || got.TTLSeconds != seconds(ttl) || (got.Relay == protocol.RelayUnavailable) != (name == "") {
		t.Errorf("[A8] %s got %q for %d s, relay %q; want %q for %s",
			uid, username, got.TTLSeconds, got.Relay, name, ttl)
	}
}

func TestKeptForAPerson(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.expect(t, "ann", "name 1", time.Hour)
		w.expect(t, "bob", "name 2", time.Hour)
		time.Sleep(29 * time.Minute) // virtual
		w.expect(t, "ann", "name 1", 31*time.Minute)
		time.Sleep(2 * time.Minute) // virtual
		w.expect(t, "ann", "name 3", time.Hour)
	})
}

func TestKeptWhileTheProviderIsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.expect(t, "ann", "name 1", time.Hour)
		w.fails = true
		time.Sleep(58 * time.Minute) // virtual
		w.expect(t, "ann", "name 1", 2*time.Minute)
		w.expect(t, "bob", "", retryTTL)
		time.Sleep(time.Minute + time.Second) // virtual
		w.expect(t, "ann", "", retryTTL)
	})
}

func TestNobodyWaitsLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.hangs = true
		begun := time.Now()
		w.expect(t, "ann", "", retryTTL)
		if took := time.Since(begun); took != askTimeout {
			t.Errorf("it took %s", took)
		}
	})
}

func TestRestsAfterFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.fails = true
		for range failuresToRest + 3 {
			w.expect(t, "ann", "", retryTTL)
		}
		if w.asked != failuresToRest {
			t.Errorf("asked %d times", w.asked)
		}
		if told := strings.Count(w.log.String(), "told to"); told != failuresToRest {
			t.Errorf("the log tells it %d times", told)
		}
		w.fails = false
		time.Sleep(rest) // virtual
		w.expect(t, "ann", "name 4", time.Hour)
	})
}

func TestAClientThatWentIsNoFailure(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.hangs = true
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range failuresToRest {
		w.Servers(gone, "ann")
	}
	w.hangs = false
	w.expect(t, "ann", "name 4", time.Hour)
	if w.log.Len() > 0 {
		t.Errorf("the log blames the provider: %s", w.log.String())
	}
}

func TestForgets(t *testing.T) {
	t.Parallel()
	k, now := newKept(), time.Unix(0, 0)
	for i := range maxKept {
		k.put(fmt.Sprint(i), Grant{TTL: time.Hour}, now)
	}
	k.put("one more", Grant{TTL: time.Hour}, now)
	if _, found := k.get("one more", now); !found || len(k.grants) != maxKept {
		t.Errorf("%v, %d are kept", found, len(k.grants))
	}
	now = now.Add(time.Hour)
	k.put("later", Grant{TTL: time.Hour}, now)
	if len(k.grants) != 1 {
		t.Errorf("%d are kept, of whom all but one have ended", len(k.grants))
	}
}
