package namespaces

// Gate is what lies between a person and the middle.
type Gate string

// The gates.
const (
	Open           Gate = "none"
	FullCone       Gate = "full cone"
	AddrRestricted Gate = "address-restricted"
	PortRestricted Gate = "port-restricted"
	Symmetric      Gate = "symmetric"
	NoUDP          Gate = "no UDP"
	OnlyTLS        Gate = "only TLS on 443"
)

// The kernel's masquerading keeps a port and filters by address and port: a port-restricted NAT. What nobody asked for
// must not reach the router itself, or it is remembered, and the port that it came to is taken when somebody inside
// wants it.
const portRestricted = `
	chain post { type nat hook postrouting priority 100; oifname "wan" masquerade; }
	chain inp { type filter hook input priority 0; iifname "wan" ct state new drop; }`

// rules are the table of nftables that makes the gate, for the client CLIENT.
func (g Gate) rules() string {
	switch g {
	case Open:
		return ""
	case FullCone: // whatever comes to a port is for the client
		return `table ip gate {` + portRestricted + `
	chain pre { type nat hook prerouting priority -100; iifname "wan" meta l4proto udp dnat to CLIENT; }
}`
	case AddrRestricted: // likewise, if it comes from where the client has sent to
		return `table ip gate {` + portRestricted + `
	set asked { type ipv4_addr; timeout 1m; flags dynamic; }
	chain fwd1 { type filter hook forward priority 0; iifname "lan" update @asked { ip daddr }; }
	chain pre { type nat hook prerouting priority -100; iifname "wan" ip saddr @asked meta l4proto udp dnat to CLIENT; }
}`
	case PortRestricted:
		return `table ip gate {` + portRestricted + `
}`
	case Symmetric: // each connection has a port by chance
		return `table ip gate {
	chain post { type nat hook postrouting priority 100; oifname "wan" masquerade fully-random; }
	chain inp { type filter hook input priority 0; iifname "wan" ct state new drop; }
}`
	case NoUDP:
		return `table ip gate {` + portRestricted + `
	chain out { type filter hook forward priority 0; meta l4proto udp drop; }
}`
	case OnlyTLS:
		return `table ip gate {` + portRestricted + `
	chain out {
		type filter hook forward priority 0; policy drop;
		ct state established,related accept
		iifname "lan" tcp dport 443 accept
	}
}`
	}
	return ""
}
