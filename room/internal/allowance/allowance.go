// Package allowance says how much of something may be done in a time.
package allowance

import "time"

// Bucket holds what may still be spent. Make it with [New]; not safe for concurrent use.
type Bucket struct {
	left float64
	at   time.Time
}

// New gives a full one.
func New(full float64, now time.Time) Bucket { return Bucket{left: full, at: now} }

// Spend takes an amount out, and tells whether it was there.
func (b *Bucket) Spend(amount, perSecond, full float64, now time.Time) bool {
	seconds := float64(now.Sub(b.at).Milliseconds()) / 1000
	b.left = min(full, b.left+float64(seconds*perSecond)) // not fused, which would depend on the processor
	b.at = now
	if b.left < amount {
		return false
	}
	b.left -= amount
	return true
}
