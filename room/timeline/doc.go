// Package timeline is what people see of a room: texts in the order that all share, with their edits, reactions and
// replies, and who came and went in between (SPEC section 13). It is worked out from package room/history, and follows
// it one change after the other:
//
//	history.Add ──► Change ──► Timeline.Apply ──► which entries to draw anew
//
// A text that comes late goes where it belongs. That costs a search and the moving of what comes after it, never a new
// count: entries are read from the history when somebody looks at them.
//
// What refers to a text that is not there yet waits for it. Deleted texts are forgotten in the history, too.
//
// The package is pure, and a [Timeline] is for one goroutine at a time, the same as its history.
package timeline
