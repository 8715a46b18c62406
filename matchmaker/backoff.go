package matchmaker

import "time"

// The bounds of [Backoff].
const (
	firstBackoff = 20 * time.Millisecond
	maxBackoff   = time.Second
)

// Backoff is how long to pause before the next attempt: some part of 20 ms after the first failed attempt
// (attempt 0), of twice as much after each further one, of at most 1 s. The part is dice, which must lie in
// [0, 1): those who collided once must not collide again.
func Backoff(attempt int, dice float64) time.Duration {
	limit := maxBackoff
	if attempt < 6 { // 20 ms << 6 is over the maximum
		limit = min(firstBackoff<<max(attempt, 0), maxBackoff)
	}
	return time.Duration(dice * float64(limit))
}
