// Package faults decides what goes wrong: a plan of rules is asked on every occasion, and answers what is to happen.
// It does nothing itself, waits for nothing and knows no transport; package gate carries out what it decides.
//
//	a call, a message ─► Plan ─► Decision: wait · refuse · lose the answer · cut · tell twice, late or anew
//	                      │
//	                      └ each rule: does it apply? past those spared? any left? the rule's own dice
//
// Every rule has dice of its own, made from the seed and its place in the plan. So the same occasions in the same
// order meet the same decisions, and what one rule does changes nothing for another one.
package faults
