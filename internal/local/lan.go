package local

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// ErrNoLAN is returned by [LANAddr] on a machine that is in no network.
var ErrNoLAN = errors.New("local: this machine has no address in a network")

// LANAddr picks the IPv4 address at which other machines in the network are likely to reach this one:
// of an interface that is up, rather a private address than another, and rather a card's than that of
// a container bridge or a tunnel.
func LANAddr() (netip.Addr, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return netip.Addr{}, fmt.Errorf("local: listing this machine's interfaces: %w", err)
	}
	var found []lanCandidate
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addrs, err := i.Addrs()
		if err != nil {
			continue // it went away
		}
		for _, addr := range addrs {
			if prefix, err := netip.ParsePrefix(addr.String()); err == nil {
				found = append(found, lanCandidate{prefix.Addr(), i.Name, i.Flags&net.FlagPointToPoint != 0})
			}
		}
	}
	return pickLAN(found)
}

type lanCandidate struct {
	addr         netip.Addr
	name         string // of the interface
	pointToPoint bool
}

func pickLAN(found []lanCandidate) (netip.Addr, error) {
	found = slices.DeleteFunc(slices.Clone(found), func(c lanCandidate) bool {
		return !c.addr.Is4() || c.addr.IsLinkLocalUnicast() || c.addr.IsLoopback()
	})
	if len(found) == 0 {
		return netip.Addr{}, ErrNoLAN
	}
	slices.SortStableFunc(found, func(a, b lanCandidate) int { return a.doubt() - b.doubt() })
	return found[0].addr, nil
}

// doubt is how unlikely the address is the one; less is better.
func (c lanCandidate) doubt() int {
	doubt := 0
	if !c.addr.IsPrivate() {
		doubt++
	}
	for _, prefix := range []string{"docker", "br-", "veth", "virbr", "vmnet", "cni", "podman"} {
		if strings.HasPrefix(c.name, prefix) {
			doubt += 2
		}
	}
	if c.pointToPoint {
		doubt += 4
	}
	return doubt
}
