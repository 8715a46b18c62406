// Package doctor looks at what a connection needs from this machine: the deployment, sign-in, function, store, clock,
// STUN, the NAT, and each way to a relay. It is what `parley doctor` runs.
//
//	site ─► sign-in ─┬─► store
//	                 └─► function ─► STUN and NAT │ each TURN URL, side by side
//	                                      └──────────┴──► diagnosis.Findings ─► one cause
//
// Every probe has a time limit of its own, and what it found is told when it is known. The decision is not here: see
// package diagnosis.
//
// # Trust
//
// It asks whom the deployment names, as the app would: as a new anonymous user, with the credentials that the
// function gives. What it tells are words of closed lists and durations (SPEC G7): addresses, ids, tokens and errors'
// texts do not leave it.
package doctor
