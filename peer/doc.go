// Package peer is a Go peer: it meets another peer, in a browser or in Go, and talks with it over a WebRTC
// data channel (SPEC sections 4 to 11). It is a client like the web app: it reaches Firestore through the
// rules and the function through its API, and knows nothing of what is behind them.
//
// There are two ways to talk. Who writes a bot takes [Group] for people who share a link, and [Conn] for strangers:
//
//	a room: its link, or a short code                        whoever comes, one at a time
//
//	CreateGroup, EnterGroup, EnterGroupCode                  QuickMatch
//	      │                                                      │
//	      ▼                                                      ▼
//	    Group ◄── up to a hundred, who come and go             Conn ◄── one other
//	      │ Next: a Notice for all that happens                  │ Receive: a text
//	      │ Say, Reply, React, Edit, Delete, Read …              │ Send, Flush
//	      │ Archive, Device: the same member another day         │ Safety: signs to compare
//	      └ its own attempts, a link to each neighbour           └ attempt ──► transport (pion: ICE, DTLS, SCTP)
//	                  │ documents                                      │ documents, quick-match, ICE servers
//	                  ▼                                                ▼
//	            signaling.Store                                   signaling.Store, API
//
// A [Group] is in the room until Close or the room's end, whoever else is there; what is said are signed events that
// all order alike. Bots answer a [NoticeText] that is not Earlier and not of Member.Self; examples/echo and
// examples/keeper are whole ones. Package site opens the [Services] of a deployment.
//
// A [Room] is neither: it is the meeting place of exactly two that a lost Conn is found again in (SPEC M8), and no link
// room of the app or of a Group, though it is made of the same kind of secret.
//
// A Conn is a conversation, and outlives its transport. When that breaks the other is looked for, in the room where
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
// nothing is sent or received before the other has proved that both have seen the same (section 9). In a room
// that shuts out whoever has not the link. Between strangers the store and the function could still stand in
// the middle: [Safety] has the emoji that tell, when two people compare them. docs/threat-model.md says all of it.
package peer
