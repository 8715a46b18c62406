package lab

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/vnet"
	"github.com/pion/webrtc/v4"
)

// nearby is how long a packet takes inside one network of people.
const nearby = 250 * time.Microsecond

// network is the middle, the NATs around it and the servers in it.
type network struct {
	middle        *vnet.Router
	weather       *weather
	first, second *vnet.Net
	servers       *servers
}

// building is held while networks are built: vnet numbers its interfaces without a lock.
var building sync.Mutex //nolint:gochecknoglobals // what it guards is global in vnet

// newNetwork builds and starts the network of a cell, and what more builds besides. seed decides what is lost. The
// caller closes it.
func newNetwork(c Cell, seed uint64, more ...func(*network) error) (*network, error) {
	building.Lock()
	defer building.Unlock()
	middle, err := vnet.NewRouter(&vnet.RouterConfig{CIDR: "10.0.0.0/24", MinDelay: c.RTT / 2, LoggerFactory: silent()})
	if err != nil {
		return nil, fmt.Errorf("lab: network: %w", err)
	}
	n := &network{middle: middle}
	if n.weather, err = newWeather(middle, c.Loss, seed); err != nil {
		return nil, err
	}
	if c.Together {
		err = n.together(c.First)
	} else {
		n.first, err = n.place("1", "1", c.First)
		if err == nil {
			n.second, err = n.place("2", "2", c.Second)
		}
	}
	for _, build := range more {
		err = errors.Join(err, build(n))
	}
	if err != nil {
		return nil, err
	}
	host, err := n.attach(middle, serverAddress)
	if err != nil {
		return nil, err
	}
	if err := middle.Start(); err != nil {
		return nil, fmt.Errorf("lab: network: %w", err)
	}
	if n.servers, err = startServers(host, serverAddress); err != nil {
		return nil, errors.Join(err, middle.Stop())
	}
	return n, nil
}

// place puts a person into the middle, or behind a NAT of their own. number is of their network, outside of the address
// that the middle sees.
func (n *network) place(number, outside string, behind NAT) (*vnet.Net, error) {
	if behind == NoNAT {
		return n.attach(n.middle, "10.0.0.1"+outside)
	}
	home, err := n.home(number, outside, behind)
	if err != nil {
		return nil, err
	}
	return n.attach(home, "192.168."+number+".2")
}

func (n *network) together(behind NAT) error {
	home, err := n.home("1", "1", behind)
	if err != nil {
		return err
	}
	if n.first, err = n.attach(home, "192.168.1.2"); err == nil {
		n.second, err = n.attach(home, "192.168.1.3")
	}
	return err
}

// home is a router with a NAT.
func (n *network) home(number, outside string, nat NAT) (*vnet.Router, error) {
	home, err := vnet.NewRouter(&vnet.RouterConfig{
		CIDR: "192.168." + number + ".0/24", StaticIPs: []string{"10.0.0.1" + outside}, NATType: nat.vnet(),
		MinDelay: nearby, LoggerFactory: silent(),
	})
	if err == nil {
		err = n.middle.AddRouter(home)
	}
	if err != nil {
		return nil, fmt.Errorf("lab: router: %w", err)
	}
	return home, nil
}

func (n *network) attach(to *vnet.Router, address string) (*vnet.Net, error) {
	host, err := vnet.NewNet(&vnet.NetConfig{StaticIPs: []string{address}})
	if err == nil {
		err = to.AddNet(host)
	}
	if err != nil {
		return nil, fmt.Errorf("lab: %s: %w", address, err)
	}
	return host, nil
}

func (n *network) close() error {
	return errors.Join(n.servers.close(), n.weather.close(), n.middle.Stop())
}

// on makes pion use host instead of this machine's network.
func on(host transport.Net) func(*webrtc.SettingEngine) {
	return func(s *webrtc.SettingEngine) {
		s.SetNet(host)
		s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled) // it would open a real socket
	}
}

// silent is for pion, which would log addresses.
func silent() logging.LoggerFactory {
	return &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
}
