// Package namespaces connects peers through the kernel's own NAT: network namespaces of Linux, joined by virtual
// cables, with nftables between. It is what package lab cannot simulate: real sockets, TURN over TCP and TLS, networks
// that let no UDP out, coturn beside our own TURN.
//
//	client 1 ──── nat 1 ──── middle, 203.0.113.1 ──── nat 2 ──── client 2
//	192.168.11.2  .11        STUN, TURN               .12        192.168.12.2
//
// A Go peer is in this process; only its sockets are opened inside a namespace, by a thread that lives there ([Host]).
// The store is in memory, so that no rule of nftables comes between. Browsers are processes in the namespaces: the
// command middle serves the app, the function and the store to them at [Site], and coturn.
//
// The middle knows no way to the clients' private addresses, as a relay on the internet does not. ICE tries all pairs,
// so both peers ask their relays to send to such an address. coturn takes the system's refusal to send for the
// end of the allocation, and with it goes the one path that there is: two behind symmetric NATs never met, unless both
// hid their addresses. It is the same where a firewall on the relay drops what it sends to private networks. With the
// lines «denied-peer-ip» of docs/turn.md coturn refuses before, and nothing is lost; so the tests run coturn as that
// page says, and one shows what becomes of it without.
//
// It needs Linux, root, iproute2, nftables and coturn. Where namespaces cannot be made the tests are left out, and
// `make test` says so at its end; where a program is missing they fail ([Possible]). What is made has the process's
// number in its name, and [World.Close] removes it; nothing outside of the namespaces is changed.
package namespaces
