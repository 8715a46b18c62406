// Package archtest holds the shape of the project as tests: who may import whom, which modules are
// depended on directly and why, that every package has a doc, and that nothing weakens a rule quietly.
// It has no code of its own.
package archtest
