package webchannel

import "sync/atomic"

// perMessage is what a buffered message costs besides its bytes, roughly. Counting it makes a limit in
// bytes a limit on the number of messages too.
const perMessage = 64

// budget is the memory, in bytes, that all sessions of a server may hold together. It is safe for
// concurrent use.
type budget struct {
	limit int64        // read-only after New
	used  atomic.Int64 // what is taken now
}

// take reserves n bytes and reports whether they were there.
func (b *budget) take(n int) bool {
	if b.used.Add(int64(n)) > b.limit {
		b.used.Add(-int64(n))
		return false
	}
	return true
}

// give returns n bytes that take, or owe, reserved.
func (b *budget) give(n int) { b.used.Add(-int64(n)) }

// owe reserves n bytes even beyond the limit. It is for the few bytes with which a session ends.
func (b *budget) owe(n int) { b.used.Add(int64(n)) }
