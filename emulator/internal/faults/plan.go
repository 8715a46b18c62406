package faults

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
)

// Kind is what a rule does.
type Kind int

// The kinds of rules. Each is asked about on some occasions only: the first three about calls, Delay and the others
// about messages of a stream.
const (
	Delay     Kind = iota // wait first
	Refuse                // answer with an error, and do nothing
	Lose                  // do it, and answer with an error
	Cut                   // end the stream with an error
	Duplicate             // tell a document twice
	Late                  // tell a document after all others of its moment
	Reset                 // tell a target anew
)

// Rule is one thing that can go wrong.
type Rule struct {
	Kind Kind
	// Applies tells which occasions are the rule's. It must be pure.
	Applies func(Occasion) bool
	// Rate is the probability that an occasion is hit, from 0 to 1.
	Rate float64
	// Skip is how many occasions are spared first: of each stream, where they are messages.
	Skip int
	// Times is how many occasions are hit at most, in all. 0: no bound.
	Times int
	// Delay is how long to wait, and Jitter the most that is added by chance.
	Delay, Jitter time.Duration
	// Code is the error of those kinds that have one.
	Code codes.Code
}

// Occasion is when something may go wrong: a call, or a message of a stream.
type Occasion struct {
	// Method is the protocol's name of the call: Commit.
	Method string
	// Client is who calls, as package metering names them.
	Client string
	// Paths are the documents and collections that it is about, without their database's prefix; none if it is about
	// none, or if that is unknown.
	Paths []string
}

// Decision is what is to happen on an occasion, in the order of its fields. The zero value: what would happen anyway.
type Decision struct {
	// Delay is how long to wait: the sum over all rules that say so.
	Delay time.Duration
	// Refuse, Lose and Cut are the errors of the first rules that say so; OK is none.
	Refuse, Lose, Cut codes.Code
	// Duplicate, Late and Reset are as their kinds.
	Duplicate, Late, Reset bool
}

// Plan is all that goes wrong. It is safe for concurrent use. nil decides that nothing does.
type Plan struct {
	calls Counter

	mu    sync.Mutex
	rules []*rule // the list never changes; mu guards what its entries count
}

// rule is a Rule at work.
type rule struct {
	Rule
	dice *rand.Rand
	hits int
}

// New makes a plan of rules that the caller has checked.
func New(seed uint64, rules []Rule) *Plan {
	p := &Plan{}
	for place, r := range rules {
		// Tests want the same again; nobody must be unable to guess.
		dice := rand.New(rand.NewPCG(seed, uint64(place)))
		p.rules = append(p.rules, &rule{Rule: r, dice: dice})
	}
	return p
}

// Counter counts the occasions of one stream, for [Rule.Skip]. The zero value is ready. It is safe for concurrent use.
type Counter struct {
	mu   sync.Mutex
	plan *Plan // guarded by mu: whose rules were counted for; another plan starts at zero
	met  []int // guarded by mu: by the rule's place in the plan
}

// spares counts an occasion, and tells whether it is one of the first.
func (c *Counter) spares(p *Plan, place int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.plan != p {
		c.plan, c.met = p, make([]int, len(p.rules))
	}
	if c.met[place] == p.rules[place].Skip {
		return false
	}
	c.met[place]++
	return true
}

// Decide asks the rules of these kinds what is to happen. Each counts the occasion, if it applies. c is the stream's;
// nil: the occasion is a call.
func (p *Plan) Decide(o Occasion, c *Counter, kinds ...Kind) Decision {
	var d Decision
	if p == nil {
		return d
	}
	if c == nil {
		c = &p.calls
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for place, r := range p.rules {
		if slices.Contains(kinds, r.Kind) && r.Applies(o) && !c.spares(p, place) && r.hit() {
			r.add(&d)
		}
	}
	return d
}

// hit tells whether the rule strikes now. Called with the plan's mu held.
func (r *rule) hit() bool {
	if r.Times > 0 && r.hits == r.Times {
		return false
	}
	if r.dice.Float64() >= r.Rate { // below 1, so a rate of 1 always hits
		return false
	}
	r.hits++
	return true
}

// add says what the rule does. Called with the plan's mu held.
func (r *rule) add(d *Decision) {
	first := func(to *codes.Code) {
		if *to == codes.OK {
			*to = r.Code
		}
	}
	switch r.Kind {
	case Delay:
		d.Delay += r.Delay
		if r.Jitter > 0 {
			d.Delay += time.Duration(r.dice.Int64N(int64(r.Jitter) + 1))
		}
	case Refuse:
		first(&d.Refuse)
	case Lose:
		first(&d.Lose)
	case Cut:
		first(&d.Cut)
	case Duplicate:
		d.Duplicate = true
	case Late:
		d.Late = true
	case Reset:
		d.Reset = true
	}
}
