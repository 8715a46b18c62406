package peertest

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/transport/v4/vnet"
	"github.com/pion/turn/v5"

	"github.com/parley-chat/parley/protocol"
)

const (
	relayPort   = ":3478"
	relaySecret = "simulated"
)

// Relay is a TURN server in a [World], by UDP, whose credentials end as those of a real one do: it prolongs nothing
// that was opened with credentials that have ended. It is safe for concurrent use.
type Relay struct {
	// Address is where it is, and the address of every relayed candidate.
	Address string

	ttl   time.Duration
	given atomic.Int64
}

// Relay puts a TURN server into the world, whose credentials are good for ttl, and lets the function give them to
// whoever asks. It ends with the test.
func (w *World) Relay(tb testing.TB, ttl time.Duration) *Relay {
	tb.Helper()
	host, address := w.attach(tb)
	packets, err := host.ListenPacket("udp4", address+relayPort)
	if err != nil {
		tb.Fatalf("peertest: relay: %v", err)
	}
	silent := &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
	server, err := turn.NewServer(turn.ServerConfig{
		Realm:         "world",
		AuthHandler:   turn.LongTermTURNRESTAuthHandler(relaySecret, silent.NewLogger("turn")),
		LoggerFactory: silent,
		PacketConnConfigs: []turn.PacketConnConfig{{
			PacketConn: packets,
			RelayAddressGenerator: &turn.RelayAddressGeneratorStatic{
				RelayAddress: net.ParseIP(address), Address: address, Net: host,
			},
		}},
	})
	if err != nil {
		tb.Fatalf("peertest: relay: %v", err)
	}
	tb.Cleanup(func() {
		if err := server.Close(); err != nil {
			tb.Errorf("peertest: relay: %v", err)
		}
	})
	r := &Relay{Address: address, ttl: ttl}
	w.Matcher.Relay = r
	return r
}

// Given is how often somebody was given credentials.
func (r *Relay) Given() int { return int(r.given.Load()) }

func (r *Relay) servers() (protocol.ICEServers, error) {
	who := strconv.FormatInt(r.given.Add(1), 10)
	name, credential, err := turn.GenerateLongTermTURNRESTCredentials(relaySecret, who, r.ttl)
	if err != nil {
		return protocol.ICEServers{}, fmt.Errorf("peertest: relay: %w", err)
	}
	return protocol.ICEServers{TTLSeconds: int64(r.ttl / time.Second), ICEServers: []protocol.ICEServer{{
		URLs: []string{"turn:" + r.Address + relayPort + "?transport=udp"}, Username: name, Credential: credential,
	}}}, nil
}

// attach gives a place in the network an address of its own.
func (w *World) attach(tb testing.TB) (*vnet.Net, string) {
	tb.Helper()
	w.mu.Lock()
	w.next++
	address := fmt.Sprintf("10.0.0.%d", w.next)
	w.mu.Unlock()
	network, err := vnet.NewNet(&vnet.NetConfig{StaticIPs: []string{address}})
	if err == nil {
		err = w.router.AddNet(network)
	}
	if err != nil {
		tb.Fatalf("peertest: net: %v", err)
	}
	return network, address
}

// Overhear tells each, from now on, of every packet: the addresses that it goes from and to. each must not wait, and is
// called by one packet after the other.
func (w *World) Overhear(each func(from, to string)) {
	w.router.AddChunkFilter(func(c vnet.Chunk) bool {
		each(host(c.SourceAddr().String()), host(c.DestinationAddr().String()))
		return true
	})
}
