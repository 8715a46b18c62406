// Package overlaytest is a simulated room: many [overlay.Node]s, the links between them and a store, in virtual time.
// Everything that is left to chance comes from a seed, so a run can be had again. It is for tests and for `parley
// bench rooms`.
//
// What is real: the nodes, and with Options.Wire the frames, which are written and read again. What is simulated: a
// link is reliable and ordered, as a data channel is, with a delay of its own and now and then a hiccup, as when a
// packet is lost; a connection takes three round trips once it has been answered; a crash or a cut is noticed after a
// while. There is no bandwidth, and processors take no time.
package overlaytest
