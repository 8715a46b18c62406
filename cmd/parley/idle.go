package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// An emulator that has served a test suite would keep what that took for minutes. It goes back to the system at the
// first quiet moment, since whoever runs one locally has other things to run.
const (
	idlePeriod = 2 * time.Second
	idleBytes  = 1 << 20 // a period in which less is allocated is quiet
	worthBytes = 8 << 20 // less than that is not worth a collection
)

// busyGCPercent trades memory for fewer collections while there is something to do: with 1 000 listeners they are what
// the slowest of a hundred commits waits for.
const busyGCPercent = 200

// idleness tells quiet moments by what has been allocated. The zero value is for a process that has just begun.
type idleness struct{ last, released uint64 }

// quiet takes what the process has allocated in all, once in a period, and tells whether to give back memory now.
func (i *idleness) quiet(allocated uint64) bool {
	grown := allocated - i.last
	i.last = allocated
	if grown >= idleBytes || allocated-i.released < worthBytes {
		return false
	}
	i.released = allocated
	return true
}

// releaseWhenIdle gives unused memory back to the system in quiet moments, until something comes from end, or it is
// closed.
func releaseWhenIdle[T any](end <-chan T) {
	debug.SetGCPercent(busyGCPercent)
	ticker := time.NewTicker(idlePeriod)
	defer ticker.Stop()
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	for moments := new(idleness); ; {
		select {
		case <-end:
			return
		case <-ticker.C:
		}
		if metrics.Read(sample); moments.quiet(sample[0].Value.Uint64()) {
			runtime.GC() // pools of buffers let go of theirs only at the second collection in a row
			debug.FreeOSMemory()
		}
	}
}
