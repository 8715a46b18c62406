package turnserver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"
)

// Defaults of [Options].
const (
	DefaultMaxAllocations    = 256
	DefaultMaxPerUser        = 16
	DefaultMaxTCPConnections = 256
	// Realm is what the server calls itself to its clients (RFC 8489 section 9.2).
	Realm = "parley"
)

// Options are what a [Server] can be told. nil means the defaults.
type Options struct {
	// Addr is the IP address to listen on, and to relay from. Default 127.0.0.1.
	Addr netip.Addr
	// Port is used for UDP and TCP alike. Default 0: one that is free for both.
	Port uint16
	// RelayAddr is the IP address that relay candidates show, where it differs from Addr (a machine
	// behind a port-forwarding NAT). Default Addr.
	RelayAddr netip.Addr
	// Secret makes and checks credentials. Default: random.
	Secret string
	// MaxAllocations is how many relayed addresses there may be. Default [DefaultMaxAllocations].
	MaxAllocations int
	// MaxPerUser is how many of them one uid may hold; about that many, when it asks for several in
	// the same instant. Default [DefaultMaxPerUser].
	MaxPerUser int
	// MaxTCPConnections is how many clients may be connected by TCP. Default [DefaultMaxTCPConnections].
	MaxTCPConnections int
	// PermitPeer tells whether to relay to an address. It is called from several goroutines at once.
	// Default: as the package doc says.
	PermitPeer func(netip.Addr) bool
}

func (o *Options) withDefaults() (Options, error) {
	var filled Options
	if o != nil {
		filled = *o
	}
	if !filled.Addr.IsValid() {
		filled.Addr = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	if !filled.RelayAddr.IsValid() {
		filled.RelayAddr = filled.Addr
	}
	if filled.Secret == "" {
		filled.Secret = rand.Text()
	}
	if filled.MaxAllocations == 0 {
		filled.MaxAllocations = DefaultMaxAllocations
	}
	if filled.MaxPerUser == 0 {
		filled.MaxPerUser = DefaultMaxPerUser
	}
	if filled.MaxTCPConnections == 0 {
		filled.MaxTCPConnections = DefaultMaxTCPConnections
	}
	if filled.PermitPeer == nil {
		permit, err := peersNear(filled.Addr)
		if err != nil {
			return Options{}, err
		}
		filled.PermitPeer = permit
	}
	return filled, nil
}

// Server is a running STUN and TURN server. It is safe for concurrent use.
type Server struct {
	addr      netip.AddrPort
	secret    string
	pion      *turn.Server
	tcp       *trackedListener
	relays    *boundedRelays
	users     *userCounts
	closeOnce sync.Once
	closeErr  error // written by closeOnce
}

// Start listens and serves until Close. ctx bounds the start alone. It fails when the address cannot
// be listened on.
func Start(ctx context.Context, opts *Options) (*Server, error) {
	options, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	packets, listener, err := listenBoth(ctx, options.Addr, options.Port)
	if err != nil {
		return nil, err
	}
	s := &Server{
		addr:   listener.Addr().(*net.TCPAddr).AddrPort(), //nolint:forcetypeassert // a TCP listener's address is one
		secret: options.Secret,
		tcp:    newTrackedListener(listener, options.MaxTCPConnections),
		relays: newBoundedRelays(options.Addr, options.RelayAddr, options.MaxAllocations),
		users:  newUserCounts(options.MaxPerUser),
	}
	permit := func(_ net.Addr, peer net.IP) bool {
		addr, ok := netip.AddrFromSlice(peer)
		return ok && options.PermitPeer(addr.Unmap())
	}
	silent := &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
	s.pion, err = turn.NewServer(turn.ServerConfig{
		Realm:         Realm,
		AuthHandler:   turn.LongTermTURNRESTAuthHandler(options.Secret, silent.NewLogger("turn")),
		QuotaHandler:  s.users.mayAllocate,
		EventHandler:  s.users.events(),
		LoggerFactory: silent,
		PacketConnConfigs: []turn.PacketConnConfig{
			{PacketConn: packets, RelayAddressGenerator: s.relays, PermissionHandler: permit},
		},
		ListenerConfigs: []turn.ListenerConfig{
			{Listener: s.tcp, RelayAddressGenerator: s.relays, PermissionHandler: permit},
		},
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("turnserver: starting: %w", err), packets.Close(), listener.Close())
	}
	return s, nil
}

// listenBoth opens UDP and TCP on the same port.
func listenBoth(ctx context.Context, addr netip.Addr, port uint16) (net.PacketConn, net.Listener, error) {
	const tries = 16 // a port that is free for TCP is hardly ever taken for UDP
	var config net.ListenConfig
	var lastErr error
	for range tries {
		listener, err := config.Listen(ctx, "tcp", netip.AddrPortFrom(addr, port).String())
		if err != nil {
			return nil, nil, fmt.Errorf("turnserver: listening on TCP: %w", err)
		}
		packets, err := config.ListenPacket(ctx, "udp", listener.Addr().String())
		if err == nil {
			return packets, listener, nil
		}
		lastErr = errors.Join(err, listener.Close())
		if port != 0 {
			break
		}
	}
	return nil, nil, fmt.Errorf("turnserver: listening on UDP: %w", lastErr)
}

// Addr is where the server listens, by UDP and by TCP.
func (s *Server) Addr() netip.AddrPort { return s.addr }

// Secret makes credentials; whoever has it can use the relay.
func (s *Server) Secret() string { return s.secret }

// STUNURLs are the addresses to ask for one's own address, as RTCIceServer takes them (RFC 7064).
func (s *Server) STUNURLs() []string {
	return []string{"stun:" + s.hostPort()}
}

// TURNURLs are the addresses of the relay, as RTCIceServer takes them: UDP, then TCP (RFC 7065).
func (s *Server) TURNURLs() []string {
	return []string{"turn:" + s.hostPort() + "?transport=udp", "turn:" + s.hostPort() + "?transport=tcp"}
}

func (s *Server) hostPort() string {
	return net.JoinHostPort(s.addr.Addr().String(), strconv.Itoa(int(s.addr.Port())))
}

// Credentials makes a username and a credential for uid that are good for ttl from now.
func (s *Server) Credentials(uid string, ttl time.Duration) (username, credential string, err error) {
	username, credential, err = turn.GenerateLongTermTURNRESTCredentials(s.secret, uid, ttl)
	if err != nil {
		return "", "", fmt.Errorf("turnserver: making credentials: %w", err)
	}
	return username, credential, nil
}

// Allocations is how many relayed addresses are open now.
func (s *Server) Allocations() int { return s.relays.open() }

// Close ends every relay and connection, and returns when all of them have ended. It is idempotent.
func (s *Server) Close() error {
	s.closeOnce.Do(func() {
		if err := s.pion.Close(); err != nil {
			s.closeErr = fmt.Errorf("turnserver: closing: %w", err)
		}
		s.tcp.closeAll()
		s.relays.wait()
	})
	return s.closeErr
}
