package lab

import (
	"fmt"
	"net"
	"time"

	"github.com/pion/transport/v4/vnet"
	"github.com/pion/turn/v5"

	"github.com/parley-chat/parley/protocol"
)

const (
	serverAddress = "10.0.0.9"
	serverSecret  = "simulated"
	serverPort    = ":3478"
)

// servers are STUN and TURN, by UDP, in the middle of a network.
type servers struct {
	turn    *turn.Server
	host    *vnet.Net
	address string
}

func startServers(host *vnet.Net, address string) (*servers, error) {
	packets, err := host.ListenPacket("udp4", address+serverPort)
	if err != nil {
		return nil, fmt.Errorf("lab: servers: %w", err)
	}
	s, err := turn.NewServer(turn.ServerConfig{
		Realm:         "lab",
		AuthHandler:   turn.LongTermTURNRESTAuthHandler(serverSecret, silent().NewLogger("turn")),
		LoggerFactory: silent(),
		PacketConnConfigs: []turn.PacketConnConfig{{
			PacketConn: packets,
			RelayAddressGenerator: &turn.RelayAddressGeneratorStatic{
				RelayAddress: net.ParseIP(address), Address: address, Net: host,
			},
		}},
	})
	if err != nil {
		return nil, fmt.Errorf("lab: servers: %w", err)
	}
	return &servers{turn: s, host: host, address: address}, nil
}

func (s *servers) close() error {
	if err := s.turn.Close(); err != nil {
		return fmt.Errorf("lab: servers: %w", err)
	}
	return nil
}

// given are the servers as the function gives them.
func (s *servers) given(withTURN bool) (protocol.ICEServers, error) {
	const ttl = time.Hour
	given := protocol.ICEServers{
		ICEServers: []protocol.ICEServer{{URLs: []string{"stun:" + s.address + serverPort}}},
		TTLSeconds: int64(ttl / time.Second),
	}
	if !withTURN {
		return given, nil
	}
	username, credential, err := turn.GenerateLongTermTURNRESTCredentials(serverSecret, "peer", ttl)
	if err != nil {
		return given, fmt.Errorf("lab: servers: %w", err)
	}
	given.ICEServers = append(given.ICEServers, protocol.ICEServer{
		URLs: []string{"turn:" + s.address + serverPort + "?transport=udp"}, Username: username, Credential: credential,
	})
	return given, nil
}
