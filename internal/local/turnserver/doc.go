// Package turnserver is the STUN and TURN server of parley run: pion/turn on UDP and TCP, on one port
// of one address, with ephemeral credentials.
//
//	functions ── secret shared by environment ──► Server
//	    │ username "expiry:uid", credential HMAC-SHA1
//	    ▼
//	browser ═══ allocate, as that username ═════► Server ═══ relayed datagrams ═══► the other peer
//
// Credentials are of the kind that coturn calls use-auth-secret (draft-uberti-behave-turn-rest-00):
// whoever holds the secret makes them, nobody has to be registered.
//
// # Trust
//
// A relay sends datagrams wherever its clients say, from this machine. So a Server relays only to
// where the peers of local tests can be: on loopback to this machine alone, on a LAN address to
// private networks and those this machine is part of, never to loopback. It relays no TCP (RFC 6062).
// Allocations, connections and allocations of one uid are bounded. It logs nothing.
package turnserver
