package lab

import (
	"slices"

	"github.com/pion/transport/v4/vnet"
)

// NAT is how a peer's network hides it.
type NAT string

// The types of NAT. The names are those of RFC 3489; RFC 4787 has what they do.
const (
	NoNAT          NAT = "none"
	FullCone       NAT = "full cone"
	AddrRestricted NAT = "address-restricted"
	PortRestricted NAT = "port-restricted"
	Symmetric      NAT = "symmetric"
)

// NATs lists all types, from the most open to the tightest.
func NATs() []NAT { return []NAT{NoNAT, FullCone, AddrRestricted, PortRestricted, Symmetric} }

// vnet is the router's NAT; nil for none.
func (n NAT) vnet() *vnet.NATType {
	t := &vnet.NATType{
		MappingBehavior: vnet.EndpointIndependent, FilteringBehavior: vnet.EndpointIndependent,
	}
	switch n {
	case NoNAT:
		return nil
	case FullCone:
	case AddrRestricted:
		t.FilteringBehavior = vnet.EndpointAddrDependent
	case PortRestricted:
		t.FilteringBehavior = vnet.EndpointAddrPortDependent
	case Symmetric:
		t.MappingBehavior = vnet.EndpointAddrPortDependent
		t.FilteringBehavior = vnet.EndpointAddrPortDependent
	}
	return t
}

// direct tells whether two peers behind these NATs can reach each other without a relay. A symmetric NAT shows every
// peer another port, which nobody can know beforehand: the other side has to take packets from any port.
func direct(a, b NAT) bool {
	blocked := func(a, b NAT) bool { return a == Symmetric && slices.Contains([]NAT{PortRestricted, Symmetric}, b) }
	return !blocked(a, b) && !blocked(b, a)
}
