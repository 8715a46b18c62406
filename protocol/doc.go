// Package protocol holds every byte that the Go code and the web app must agree on: ids, HTTP
// bodies, document payloads, room links, the order of negotiation, and messages of the data channel.
// SPEC.md beside this file is the text; doc comments name its rules; vectors/*.json are its examples,
// read by the tests here and by those of the web app.
//
// The package is pure: no I/O, no clock, no goroutine, and randomness only from the reader that is
// passed in. It imports nothing but the standard library.
//
// # Trust
//
// Everything that is parsed here comes from somebody else: a client's HTTP body, a document that the
// store may have forged, a frame from the other peer. Parsers bound every size before they work, accept
// only what the rules allow, and answer anything else with a [*ParseError] that names the rule and the
// place but never repeats the input.
//
//	HTTP body ──► ParseQuickMatchRequest      document ──► ParseDescription, ParseBatch
//	pasted link ─► ParseRoomCode              frame ─────► ParseMessage
package protocol
