package turnserver

import (
	"fmt"
	"net"
	"net/netip"
)

// peersNear tells where a relay on addr may send: from loopback to this machine, from another address
// to private networks and to those that this machine is part of, but not to loopback.
func peersNear(addr netip.Addr) (func(netip.Addr) bool, error) {
	prefixes, err := interfacePrefixes()
	if err != nil {
		return nil, err
	}
	if addr.IsLoopback() {
		return func(peer netip.Addr) bool {
			return peer.IsLoopback() || isOwn(prefixes, peer)
		}, nil
	}
	return func(peer netip.Addr) bool {
		return !peer.IsLoopback() && !peer.IsUnspecified() && !peer.IsMulticast() &&
			(peer.IsPrivate() || isNeighbour(prefixes, peer))
	}, nil
}

// interfacePrefixes are the addresses of this machine's interfaces, each with its network.
func interfacePrefixes() ([]netip.Prefix, error) {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil, fmt.Errorf("turnserver: listing this machine's addresses: %w", err)
	}
	prefixes := make([]netip.Prefix, 0, len(addrs))
	for _, addr := range addrs {
		if prefix, err := netip.ParsePrefix(addr.String()); err == nil {
			prefixes = append(prefixes, prefix)
		}
	}
	return prefixes, nil
}

func isOwn(prefixes []netip.Prefix, peer netip.Addr) bool {
	for _, prefix := range prefixes {
		if prefix.Addr() == peer {
			return true
		}
	}
	return false
}

func isNeighbour(prefixes []netip.Prefix, peer netip.Addr) bool {
	for _, prefix := range prefixes {
		if prefix.Contains(peer) {
			return true
		}
	}
	return false
}
