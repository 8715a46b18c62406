package peer_test

import (
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
)

// Behind a firewall relays do not answer. pion asks them for eight seconds; whoever looks for somebody, or goes, does
// not wait for that.
func TestRelaysThatDoNotAnswer(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		w.Matcher.Servers = protocol.ICEServers{TTLSeconds: 600, ICEServers: []protocol.ICEServer{{
			URLs:     []string{"turn:10.0.0.250:3478?transport=udp", "turn:10.0.0.250:3478?transport=tcp"},
			Username: "somebody", Credential: "secret",
		}}}
		begun := time.Now()
		s := startSearch(t, w, "me")
		s.await(peer.EventWaiting)
		if took := time.Since(begun); took > time.Second {
			t.Errorf("waiting after %v", took)
		}
		other := startSearch(t, w, "other")
		mine, theirs := s.conn(), other.conn()
		send(t, theirs, "directly")
		want(t, mine, "directly")

		begun = time.Now()
		_ = theirs.Close()
		if took := time.Since(begun); took > 3*time.Second {
			t.Errorf("closed after %v", took)
		}
	})
}
