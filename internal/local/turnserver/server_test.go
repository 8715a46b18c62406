package turnserver_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"
	"github.com/pion/webrtc/v4"
	"go.uber.org/goleak"

	"github.com/parley-chat/parley/internal/local"
	"github.com/parley-chat/parley/internal/local/turnserver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, opts *turnserver.Options) *turnserver.Server {
	t.Helper()
	s, err := turnserver.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if s.Allocations() != 0 {
			t.Errorf("%d allocations after Close", s.Allocations())
		}
	})
	return s
}

// relayOnly is a peer that may use nothing but the relay at url.
func relayOnly(t *testing.T, s *turnserver.Server, uid, url string) *webrtc.PeerConnection {
	t.Helper()
	username, credential, err := s.Credentials(uid, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	peer, err := webrtc.NewPeerConnection(webrtc.Configuration{
		ICEServers:         []webrtc.ICEServer{{URLs: []string{url}, Username: username, Credential: credential}},
		ICETransportPolicy: webrtc.ICETransportPolicyRelay,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := peer.GracefulClose(); err != nil {
			t.Error(err)
		}
	})
	return peer
}

// connect lets two peers exchange complete descriptions.
func connect(t *testing.T, caller, callee *webrtc.PeerConnection) {
	t.Helper()
	describe := func(p *webrtc.PeerConnection, d webrtc.SessionDescription, err error) webrtc.SessionDescription {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		gathered := webrtc.GatheringCompletePromise(p)
		if err := p.SetLocalDescription(d); err != nil {
			t.Fatal(err)
		}
		select {
		case <-gathered:
		case <-t.Context().Done():
			t.Fatal("gathering did not end")
		}
		return *p.LocalDescription()
	}
	offer, err := caller.CreateOffer(nil)
	offer = describe(caller, offer, err)
	if err := callee.SetRemoteDescription(offer); err != nil {
		t.Fatal(err)
	}
	answer, err := callee.CreateAnswer(nil)
	answer = describe(callee, answer, err)
	if err := caller.SetRemoteDescription(answer); err != nil {
		t.Fatal(err)
	}
}

func channel(t *testing.T, p *webrtc.PeerConnection) *webrtc.DataChannel {
	t.Helper()
	negotiated, id := true, uint16(0)
	c, err := p.CreateDataChannel("chat", &webrtc.DataChannelInit{Negotiated: &negotiated, ID: &id})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTwoPeersTalkThroughTheRelayAlone(t *testing.T) {
	for name, pick := range map[string]int{"UDP": 0, "TCP": 1} {
		t.Run(name, func(t *testing.T) {
			s := start(t, nil)
			url := s.TURNURLs()[pick]
			caller, callee := relayOnly(t, s, "ada", url), relayOnly(t, s, "bea", url)
			sender, receiver := channel(t, caller), channel(t, callee)
			heard := make(chan string, 1)
			receiver.OnMessage(func(m webrtc.DataChannelMessage) { heard <- string(m.Data) })
			sender.OnOpen(func() {
				if err := sender.SendText("Hello"); err != nil {
					t.Error(err)
				}
			})
			connect(t, caller, callee)
			if got := await(t, heard); got != "Hello" {
				t.Errorf("heard %q", got)
			}
			pair, err := caller.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
			if err != nil || pair.Local.Typ != webrtc.ICECandidateTypeRelay {
				t.Errorf("path %v, %v; want a relayed one", pair, err)
			}
			if s.Allocations() != 2 {
				t.Errorf("%d allocations for two peers", s.Allocations())
			}
		})
	}
}

func await[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	select {
	case v := <-c:
		return v
	case <-ctx.Done():
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// client is a bare TURN client with credentials of its own.
func client(t *testing.T, s *turnserver.Server, username, credential string) *turn.Client {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return clientOver(t, conn, s, username, credential)
}

func clientOver(
	t *testing.T, conn net.PacketConn, s *turnserver.Server, username, credential string,
) *turn.Client {
	t.Helper()
	c, err := turn.NewClient(&turn.ClientConfig{
		TURNServerAddr: s.Addr().String(), STUNServerAddr: s.Addr().String(),
		Conn: conn, Username: username, Password: credential, Realm: turnserver.Realm,
		LoggerFactory: &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled, Writer: t.Output()},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close()
		conn.Close()
	})
	return c
}

func allocate(t *testing.T, s *turnserver.Server, uid string, ttl time.Duration) (net.PacketConn, error) {
	t.Helper()
	username, credential, err := s.Credentials(uid, ttl)
	if err != nil {
		t.Fatal(err)
	}
	relay, err := client(t, s, username, credential).Allocate()
	if err == nil {
		t.Cleanup(func() { relay.Close() })
	}
	return relay, err
}

func TestCredentialsEnd(t *testing.T) {
	s := start(t, nil)
	if _, err := allocate(t, s, "ada", -time.Second); err == nil {
		t.Error("expired credentials were taken")
	}
	username, _, err := s.Credentials("ada", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client(t, s, username, "guess").Allocate(); err == nil {
		t.Error("a guessed credential was taken")
	}
	other := start(t, nil)
	username, credential, err := other.Credentials("ada", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client(t, s, username, credential).Allocate(); err == nil {
		t.Error("credentials of another secret were taken")
	}
}

func TestAllocationsAreBounded(t *testing.T) {
	t.Run("one uid", func(t *testing.T) {
		s := start(t, &turnserver.Options{MaxPerUser: 1})
		first, err := allocate(t, s, "ada", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := allocate(t, s, "ada", time.Minute); err == nil {
			t.Error("a second allocation of one uid was granted")
		}
		if _, err := allocate(t, s, "bea", time.Minute); err != nil {
			t.Errorf("another uid: %v", err)
		}
		first.Close()
		if _, err := allocate(t, s, "ada", time.Minute); err != nil {
			t.Errorf("after the first was given back: %v", err)
		}
	})
	t.Run("all together", func(t *testing.T) {
		s := start(t, &turnserver.Options{MaxAllocations: 1})
		if _, err := allocate(t, s, "ada", time.Minute); err != nil {
			t.Fatal(err)
		}
		if _, err := allocate(t, s, "bea", time.Minute); err == nil {
			t.Error("a second allocation of one allowed was granted")
		}
		if s.Allocations() != 1 {
			t.Errorf("%d allocations", s.Allocations())
		}
	})
	t.Run("TCP connections", func(t *testing.T) {
		s := start(t, &turnserver.Options{MaxTCPConnections: 1})
		dial := func() net.Conn {
			conn, err := net.Dial("tcp4", s.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { conn.Close() })
			return conn
		}
		kept := dial()
		refused := dial()
		if _, err := refused.Read(make([]byte, 1)); err == nil {
			t.Error("a second connection of one allowed was kept")
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if _, err := kept.Read(make([]byte, 1)); err == nil {
			t.Error("a connection outlives the server")
		}
	})
}

func TestRelaysOnlyNearby(t *testing.T) {
	s := start(t, nil)
	relay, err := allocate(t, s, "ada", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	// 203.0.113.0/24 is for documentation (RFC 5737): asking for it sends nothing there.
	far := &net.UDPAddr{IP: net.IPv4(203, 0, 113, 7), Port: 9}
	if _, err := relay.WriteTo([]byte("x"), far); err == nil {
		t.Error("a relay on loopback sends to the internet")
	}
	near, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	if _, err := relay.WriteTo([]byte("x"), near.LocalAddr()); err != nil {
		t.Errorf("to this machine: %v", err)
	}
}

// TestPhonesUseIt is what parley run -lan is for: a client in the network, by UDP or TCP, reaches another through the
// relay, and nothing on this machine's loopback.
func TestPhonesUseIt(t *testing.T) {
	lan, err := local.LANAddr()
	if errors.Is(err, local.ErrNoLAN) {
		lan = netip.MustParseAddr("127.0.0.1") // what can be shown without a network
	} else if err != nil {
		t.Fatal(err)
	}
	s := start(t, &turnserver.Options{Addr: lan})
	other, err := net.ListenPacket("udp", netip.AddrPortFrom(lan, 0).String())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for name, dial := range map[string]func() (net.PacketConn, error){
		"UDP": func() (net.PacketConn, error) { return net.ListenPacket("udp", netip.AddrPortFrom(lan, 0).String()) },
		"TCP": func() (net.PacketConn, error) {
			conn, err := net.Dial("tcp", s.Addr().String())
			if err != nil {
				return nil, err
			}
			return turn.NewSTUNConn(conn), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			username, credential, err := s.Credentials("ada", time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			conn, err := dial()
			if err != nil {
				t.Fatal(err)
			}
			relay, err := clientOver(t, conn, s, username, credential).Allocate()
			if err != nil {
				t.Fatal(err)
			}
			defer relay.Close()
			if _, err := relay.WriteTo([]byte("hello"), other.LocalAddr()); err != nil {
				t.Fatal(err)
			}
			heard := make([]byte, 16)
			if n, from, err := other.ReadFrom(heard); err != nil || string(heard[:n]) != "hello" ||
				from.String() != relay.LocalAddr().String() {
				t.Errorf("heard %q from %v, %v", heard[:n], from, err)
			}
			_, err = relay.WriteTo([]byte("x"), &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9})
			if err == nil && !lan.IsLoopback() {
				t.Error("it relays to this machine's loopback")
			}
		})
	}
}

func TestSTUNTellsTheOwnAddress(t *testing.T) {
	s := start(t, nil)
	if got, want := s.STUNURLs()[0], "stun:"+s.Addr().String(); got != want {
		t.Errorf("URL %q, want %q", got, want)
	}
	addr, err := client(t, s, "", "").SendBindingRequest()
	if err != nil {
		t.Fatal(err)
	}
	if mapped, err := netip.ParseAddrPort(addr.String()); err != nil || !mapped.Addr().IsLoopback() {
		t.Errorf("mapped to %v, %v", addr, err)
	}
}

func TestCloseTwiceAtOnce(t *testing.T) {
	s := start(t, nil)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestPortInUse(t *testing.T) {
	s := start(t, nil)
	if second, err := turnserver.Start(t.Context(), &turnserver.Options{Port: s.Addr().Port()}); err == nil {
		second.Close()
		t.Error("two servers on one port")
	}
}
