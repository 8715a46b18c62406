package durable

import (
	"runtime/debug"
)

// guarded calls f, and makes an [ErrDamaged] of its panics: bbolt panics at pages that make no sense. Reading a mapped
// page that the file has lost is a panic here too, and else the end of the process.
func guarded(f func() error) (err error) {
	before := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(before)
	defer func() {
		if p := recover(); p != nil {
			err = damaged("%v", p)
		}
	}()
	return f()
}
