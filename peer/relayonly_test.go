package peer_test

import (
	"testing"
	"time"

	"github.com/parley-chat/parley/internal/local/turnserver"
	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

func hidden(t *testing.T, w *peertest.World, ttl time.Duration) (*goes, func() (*peer.Options, *peertest.Cable)) {
	t.Helper()
	g := &goes{ways: map[[2]string]int{}, relay: w.Relay(t, ttl).Address}
	w.Overhear(g.packet)
	return g, func() (*peer.Options, *peertest.Cable) {
		o, cable := w.Options(t)
		o.RelayOnly = true
		return o, cable
	}
}

// Who hides their address shows it neither in what is sealed nor by a packet, also when the connection breaks and
// another is made.
func TestRelayOnlyMembersTellNoAddress(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		g, options := hidden(t, w, time.Hour)
		o, _ := options()
		host, err := peer.Create(t.Context(), w.Services("host"), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = host.Close() })
		var k told
		k.keep(memory(w), host.Secret())
		o, cable := options()
		guest, err := peer.Enter(t.Context(), w.Services("guest"), host.Secret(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = guest.Close() })
		a, b := next(t, host), next(t, guest)
		first := len(k.check(t, g.relay))
		cable.Cut()
		send(t, a, "kept")
		<-time.After(time.Minute)
		cable.Mend()
		want(t, b, "kept")
		if all := len(k.check(t, g.relay)); first < 2 || all < first+2 {
			t.Errorf("%d candidates, and then %d, want one of each side each time", first, all-first)
		}
		g.check(t)
	})
}

func TestRelayOnlyStrangersSendToTheRelayOnly(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		g, options := hidden(t, w, time.Hour)
		calleeOptions, _ := options()
		callerOptions, cable := options()
		callee, caller := w.PairWith(t, calleeOptions, callerOptions)
		send(t, callee, "Hello")
		want(t, caller, "Hello")
		cable.Cut()
		send(t, callee, "kept")
		<-time.After(time.Minute)
		cable.Mend()
		want(t, caller, "kept")
		g.check(t)
	})
}

// One who hides their address is hidden from one who does not.
func TestRelayOnlyIsEnoughOnOneSide(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		g, options := hidden(t, w, time.Hour)
		open, _ := w.Options(t)
		hiding, _ := options()
		callee, caller := w.PairWith(t, open, hiding)
		send(t, callee, "Hello")
		want(t, caller, "Hello")
		g.check(t)
	})
}

// Where the relay does not answer there is no connection: nothing goes another way.
func TestRelayOnlyWithoutAnAnswerFails(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		g, options := hidden(t, w, -time.Hour) // it refuses whoever comes
		o, _ := options()
		other, _ := w.Options(t)
		waiting, err := peer.Create(t.Context(), w.Services("host"), other)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = waiting.Close() })
		guest, err := peer.Enter(t.Context(), w.Services("guest"), waiting.Secret(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = guest.Close() })
		if _, err := guest.Next(t.Context()); peer.NameOf(err) != peer.ConnectionFailed {
			t.Errorf("failed as %v", err)
		}
		g.check(t)
	})
}

// By TCP pion knows the own address from where it reaches the relay; nobody else shall.
func TestRelayOnlyByTCPTellsNoAddress(t *testing.T) {
	server, err := turnserver.Start(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	name, credential, err := server.Credentials("both", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	store := &signalingtest.Memory{}
	o := &peer.Options{RelayOnly: true, ICEServers: []protocol.ICEServer{{
		URLs: server.TURNURLs()[1:], Username: name, Credential: credential,
	}}}
	as := func(uid string) peer.Services {
		return peer.Services{Store: store, API: (&peertest.Matcher{}).For(uid), UID: uid}
	}
	host, err := peer.Create(t.Context(), as("host"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Close() })
	var k told
	k.keep(store, host.Secret())
	guest, err := peer.Enter(t.Context(), as("guest"), host.Secret(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = guest.Close() })
	a, b := next(t, host), next(t, guest)
	send(t, a, "Hello")
	want(t, b, "Hello")
	if l := b.Line(); l.Carrier != "tcp" || !l.OwnRelay {
		t.Errorf("the line is %+v, want the own relay by TCP", l)
	}
	if n := len(k.check(t, server.Addr().Addr().String())); n < 2 {
		t.Errorf("%d candidates, want one of each side", n)
	}
}
