// Package webchannel is the server's side of Closure's WebChannel, the transport on which the
// unmodified Firebase web SDK runs the Listen and Write streams of Firestore. It carries JSON messages
// both ways over plain HTTP requests and knows nothing of what they say.
//
//	client                                                server
//	  │ POST ?VER=8&RID=7&database=…                          │ handshake: no SID yet
//	  │   headers=Authorization:…&count=1&ofs=0&req0___data__=│
//	  │ ◄──────────────── 50\n[[0,["c",SID,"",8,14,30000]]] ──│ a Session; accept is called
//	  │                                                       │
//	  │ GET ?SID=…&RID=rpc&AID=0&CI=0&TYPE=xmlhttp            │ back channel: stays open,
//	  │ ◄──────────────── 15\n[[1,[{"n":1}]]] ────────────────│ a chunk for each Send,
//	  │ ◄──────────────── 14\n[[2,["noop"]]] ─────────────────│ a noop when silent too long;
//	  │ ◄──────────────── (end) ──────────────────────────────│ with CI=1 one chunk each GET
//	  │ GET ?SID=…&RID=rpc&AID=2&CI=0                         │ AID: the arrays that it has.
//	  │                                                       │ Later ones are sent again.
//	  │ POST ?SID=…&RID=8&AID=2                               │ forward channel
//	  │   count=2&ofs=1&req0___data__=…&req1___data__=…       │ message N has the id ofs+N:
//	  │ ◄──────────────── 7\n[1,2,0] ─────────────────────────│ repeated ones are dropped
//	  │                                                       │
//	  │ POST ?SID=…&RID=9&TYPE=terminate                      │ or ["close"], ["stop"] from here
//
// # What the client may do wrong
//
// The other side is a browser, or whoever can reach the port. It may send anything, in any order, at any
// speed, and vanish without a word. Malformed requests are answered with a status and a sentence and
// change nothing. Every buffer has a limit, a session's and that of all sessions together, and each
// limit of [Options] says what happens when it is reached. Nobody looks at the headers that a handshake
// brings, and any page may speak to a channel, as with the official emulator: who is let do what is the
// caller's matter. The session id is 128 random bits, and whoever knows it speaks for the session.
//
// # Where it differs from Google's servers
//
//   - One forward request at a time, since the header that allows more is never sent.
//   - No fast handshake ($req in the URL) and no $httpHeaders parameter: the SDK stopped using them.
//   - No host prefixes and no routing: X-HTTP-Session-Id has one value.
//
// Besides package crossorigin the package imports the standard library only.
package webchannel
