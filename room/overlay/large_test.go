//go:build !race

package overlay_test

// large is how many members the largest room of the tests has.
const large = 500
