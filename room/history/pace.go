package history

import (
	"time"

	"github.com/parley-chat/parley/protocol"
)

// How many events of one author are taken unasked (SPEC E14).
const (
	MaxPerSecond = 20
	MaxAtOnce    = 200
)

// Pace holds what comes unasked to what is bearable. The zero value is ready; not safe for concurrent use.
type Pace struct{ authors map[protocol.Identity]pace }

type pace struct {
	spent float64 // of MaxAtOnce
	at    time.Time
}

// Take tells whether one more event of an author may be taken at now, and counts it. If not, it stays with who brought
// it.
func (p *Pace) Take(author protocol.Identity, now time.Time) bool {
	one := p.authors[author]
	one.spent = max(0, one.spent-max(0, now.Sub(one.at).Seconds())*MaxPerSecond)
	one.at = now
	if one.spent > MaxAtOnce-1 {
		return false
	}
	one.spent++
	if p.authors == nil {
		p.authors = map[protocol.Identity]pace{}
	}
	p.authors[author] = one
	return true
}

// Forget drops the authors who have been quiet long enough to begin anew at now: to be called now and then.
func (p *Pace) Forget(now time.Time) {
	for author, one := range p.authors {
		if now.Sub(one.at).Seconds()*MaxPerSecond >= one.spent {
			delete(p.authors, author)
		}
	}
}
