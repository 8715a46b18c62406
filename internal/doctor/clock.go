package doctor

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol/diagnosis"
)

// maxClockError is how far a clock may be off (SPEC G5).
const maxClockError = time.Minute

// clock compares this machine's clock with the Date of the answers that come through it. It is safe for concurrent use.
type clock struct {
	next http.RoundTripper
	now  func() time.Time

	mu    sync.Mutex
	asked bool          // guarded by mu: some answer had a Date
	trip  time.Duration // guarded by mu: the shortest round trip of those
	off   time.Duration // guarded by mu: how far this machine's clock is ahead, by that one
}

// RoundTrip implements http.RoundTripper.
func (c *clock) RoundTrip(r *http.Request) (*http.Response, error) {
	began, sent := time.Now(), c.now()
	response, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	c.note(response.Header, sent, time.Since(began))
	return response, nil
}

func (c *clock) note(h http.Header, sent time.Time, trip time.Duration) {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	// A copy that a cache kept is as old as it says.
	if age, err := strconv.ParseUint(h.Get("Age"), 10, 31); err == nil {
		date = date.Add(time.Duration(age) * time.Second)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.asked || trip < c.trip {
		// Date has no fractions of a second: on average half a one is cut off.
		c.asked, c.trip, c.off = true, trip, sent.Add(trip/2).Sub(date.Add(time.Second/2))
	}
}

func (c *clock) state() diagnosis.State {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.asked {
		return diagnosis.Unlooked
	}
	return yesIf(c.off.Abs() <= maxClockError)
}
