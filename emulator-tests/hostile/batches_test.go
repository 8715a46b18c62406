package hostile_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/emulator-tests/hostile"
	"github.com/parley-chat/parley/emulator-tests/slowturn"
	"github.com/parley-chat/parley/internal/local/turnserver"
	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// Bob finds his only candidate after he has written his offer, so that it goes into a batch. Whatever
// becomes of that, they meet each other or nobody.
func TestBatches(t *testing.T) {
	t.Parallel()
	lies := hostile.Lies()
	failed := outcome{ann: peer.ConnectionFailed, bob: peer.ConnectionFailed}
	for name, want := range map[string]outcome{
		"honest":                              {talk: true},
		"batches: again under another number": {talk: true},
		"batches: a bit flipped":              failed,
		"batches: moved to another number":    failed,
		"batches: withheld":                   failed,
	} {
		lie, known := lies[name]
		if !known {
			t.Errorf("there is no lie %q", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newInRoom(t, lie)
			server := startTURN(t)
			way, err := slowturn.New(server.Addr())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { closing(t, way) })
			r.annHas = relayedOnly(r.annIs, relay(server, server.TURNURLs()[0], "ann"))
			r.bobHas = relayedOnly(r.bobIs, relay(server, way.URL(), "bob"))
			if err := r.meet(t); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if err := r.Await(ctx, answered); err != nil {
				t.Fatal(err)
			}
			way.Open()
			r.comesTo(t, want)
		})
	}
}

// answered tells that a call was answered.
func answered(s hostile.State) bool {
	for _, m := range s.Told {
		if strings.Contains(m.Path, "/links/") && m.Bytes("answer") != nil {
			return true
		}
	}
	return false
}

// relayedOnly are the options of a peer that finds a relay and nothing else.
func relayedOnly(d *peer.Device, relay protocol.ICEServer) *peer.Options {
	return &peer.Options{RelayOnly: true, ICEServers: []protocol.ICEServer{relay}, Device: d}
}

func startTURN(t *testing.T) *turnserver.Server {
	t.Helper()
	server, err := turnserver.Start(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, server) })
	return server
}

// relay is what the function would give somebody for the server: credentials that are made of its secret.
func relay(server *turnserver.Server, url, uid string) protocol.ICEServer {
	name := strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10) + ":" + uid
	mac := hmac.New(sha1.New, []byte(server.Secret()))
	mac.Write([]byte(name))
	return protocol.ICEServer{
		URLs: []string{url}, Username: name, Credential: base64.StdEncoding.EncodeToString(mac.Sum(nil)),
	}
}
