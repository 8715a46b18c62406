// Package dump searches everything that was ever in a store for what must not be there: SDP, addresses, candidates,
// fingerprints, and whatever secrets the test knows of.
//
//	every version of every document ─► its names and values ─► views: as it is, and decoded ─► patterns and secrets
//	                                                             base64, hex, UTF-16, compressed; one in the other
//
// A [Searcher] is pure; a [Recorder] gives it all that a database tells its administrator.
//
// # Limits
//
// It finds what somebody has left in the clear or packed in a usual way, not what somebody hides on purpose. Patterns
// are long enough for random bytes not to match, so an address such as «::1» is not found by itself.
package dump
