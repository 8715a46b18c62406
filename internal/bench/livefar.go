package bench

import (
	"fmt"
	"io"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
	pion "github.com/pion/transport/v4"
	"github.com/pion/transport/v4/vnet"
	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// far is a network in which any two places are as far from each other, in real time. Nil is this machine's
// loopback, where everybody is at the same place. One goroutine owns it.
type far struct {
	router *vnet.Router
	places int
}

func newFar(oneWay time.Duration) (*far, error) {
	router, err := vnet.NewRouter(&vnet.RouterConfig{
		CIDR: "10.0.0.0/24", MinDelay: oneWay,
		LoggerFactory: &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled},
	})
	if err != nil {
		return nil, fmt.Errorf("bench: live: %w", err)
	}
	if err := router.Start(); err != nil {
		return nil, fmt.Errorf("bench: live: %w", err)
	}
	return &far{router: router}, nil
}

// place is another place in the network; nil for one on loopback.
func (f *far) place() (pion.Net, error) {
	if f == nil {
		return nil, nil //nolint:nilnil // pion takes nil for this machine's
	}
	f.places++
	at, err := vnet.NewNet(&vnet.NetConfig{StaticIPs: []string{fmt.Sprintf("10.0.0.%d", f.places)}})
	if err != nil {
		return nil, fmt.Errorf("bench: live: %w", err)
	}
	if err := f.router.AddNet(at); err != nil {
		return nil, fmt.Errorf("bench: live: %w", err)
	}
	return at, nil
}

// options are those of a member somewhere in the network.
func (f *far) options(name string) (*peer.Options, error) {
	o := &peer.Options{Name: name, Loopback: f == nil, ICEServers: []protocol.ICEServer{}}
	if f == nil {
		return o, nil
	}
	o.Settings = withoutNames
	var err error
	o.Net, err = f.place()
	return o, err
}

// close ends it; its peers have ended.
func (f *far) close() {
	if f != nil {
		_ = f.router.Stop() // it only fails where it did not run
	}
}

// withoutNames keeps pion from opening a real socket for names of candidates.
func withoutNames(s *webrtc.SettingEngine) { s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled) }
