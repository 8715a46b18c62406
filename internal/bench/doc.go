// Package bench measures Parley beside what it is compared with, in the same run, and writes the
// figures as a table, as JSON, and as docs/evaluation.md. It is what `parley bench` runs.
//
// Machines are noisy: a benchmark takes its own samples and those of its baseline in turns, so that
// what slows one slows the other, and a figure is a median of at least 15 with its ratio. Nothing here
// is a test: no build fails on a time.
package bench
