// Package peer is a Go peer: it meets another peer, in a browser or in Go, and talks with it over a WebRTC
// data channel (SPEC sections 4 to 11). It is a client like the web app: it reaches Firestore through the
// rules and the function through its API, and knows nothing of what is behind them.
//
//	QuickMatch ──► Conn              a stranger
//	Create, Enter ──► Room ──Next──► Conn, one after the other
//	EnterCode ──► Room ──Code──► Code, to be read aloud to somebody who enters with it
//	CreateGroup, EnterGroup ──► Group ──Next──► Notice: a room of many, which the app does not speak yet
//
//	          signaling.Store                  API
//	                │ documents                 │ quick-match, ICE servers
//	QuickMatch ─► attempt ──► transport ──► Conn ──► Send, Receive
//	Room ───────►   │             └ pion: ICE, DTLS, SCTP, the channel
//	                └ one goroutine owns protocol.Negotiation
//
// A [Conn] is a conversation, and outlives its transport. When that breaks the other is looked for, in the room where
// both are, or, between strangers, in one whose secret they told each other:
//
//	transport ended ──► keep ──► attempt ──► another transport ──► what was not acknowledged is sent again
//	                      └ five minutes ──► [PeerLost]
//
// It ends in one of four ways, which its Err tells: the other said bye ([ErrPeerLeft]), was not found again
// ([PeerLost]), came with another device ([ErrReplaced]), or Close was called ([ErrClosed]).
//
// # Failures
//
// What a person can meet is a [*FailureError] with a name of SPEC section 8; [NameOf] finds it in any error of
// this package. When a context that the caller gave ends, its error comes back instead.
//
// # Trust
//
// The other peer and the store are not trusted: what they send is parsed by package protocol and bounded in
// size and number. Descriptions and candidates are sealed, so the store reads none of them (SPEC section 4), and
// nothing is sent or received over a Conn before the other has proved that both have seen the same (section 9). In a
// link room that shuts out whoever has not the link. Between strangers the store and the function could still stand in
// the middle: [Safety] has the emoji that tell, when two people compare them. docs/threat-model.md says all of it.
package peer
