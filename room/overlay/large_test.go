//go:build !race

package overlay_test

// large is how many members the largest room of the tests has.
const large = 500

// repaired is how many rooms TestRepaired tries.
const repaired = 25
