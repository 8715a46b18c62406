//go:build race

package overlay_test

// large is less with the race detector, which takes ten times as long and sees one goroutine.
const large = 80

// repaired is how many rooms TestRepaired tries: fewer for the same reason.
const repaired = 2
