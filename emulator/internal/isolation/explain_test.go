package isolation_test

import (
	"encoding/binary"
	"math"
	"slices"
)

// documents is how many documents all clients share.
const documents = 5

// absent is the value of a document that does not exist.
const absent = math.MinInt64

// high is the value from which the query finds a document.
const high = 1000

// state is the value of each document.
type state [documents]int64

// empty has no document.
func empty() state {
	var s state
	for i := range s {
		s[i] = absent
	}
	return s
}

// found is which documents the query finds, as bits.
func (s state) found() int {
	mask := 0
	for i, v := range s {
		if v >= high {
			mask |= 1 << i
		}
	}
	return mask
}

// never is when an operation was answered whose answer was lost.
const never = math.MaxInt

// operation is what one client did in one step, as it saw it.
type operation struct {
	began, answered int           // moments of the shared clock
	read            map[int]int64 // what it saw, by document
	queried         bool
	found           int           // what its query found
	wrote           map[int]int64 // absent: deleted
	added           map[int]int64 // to what was there, or to nothing
}

// apply is the state after the operation, false if it cannot have seen what it saw.
func (o *operation) apply(s state) (state, bool) {
	for i, v := range o.read {
		if s[i] != v {
			return s, false
		}
	}
	if o.queried && s.found() != o.found {
		return s, false
	}
	for i, v := range o.wrote {
		s[i] = v
	}
	for i, v := range o.added {
		if s[i] == absent {
			s[i] = 0
		}
		s[i] += v
	}
	return s, true
}

// explain looks for an order of the operations that is allowed and explains what each of them saw, from a first state
// on. It gives as many as could be explained at most; all of them are needed but those without an answer.
func explain(from state, history []*operation) (ok bool, most int) {
	e := &explaining{
		history: slices.SortedFunc(slices.Values(history), func(a, b *operation) int { return a.began - b.began }),
		seen:    map[string]struct{}{},
	}
	for _, o := range history {
		if o.answered != never {
			e.needed++
		}
	}
	e.done = make([]byte, (len(history)+7)/8)
	return e.search(from, 0, 0), e.most
}

// explaining is a search through orders. What was tried once is not tried again: the operations that have happened and
// the state that they have left say all about what can follow.
type explaining struct {
	history []*operation // by when they began
	done    []byte       // bits
	needed  int          // how many have an answer
	most    int
	seen    map[string]struct{}
}

func (e *explaining) has(i int) bool { return e.done[i/8]&(1<<(i%8)) != 0 }

// search goes on from a state; all before first have happened, and so many with an answer.
func (e *explaining) search(s state, first, answered int) bool {
	if e.most = max(e.most, answered); answered == e.needed {
		return true
	}
	key := string(e.done)
	for _, v := range s {
		key = string(binary.BigEndian.AppendUint64([]byte(key), uint64(v)))
	}
	if _, again := e.seen[key]; again {
		return false
	}
	e.seen[key] = struct{}{}
	for first < len(e.history) && e.has(first) {
		first++
	}
	// Whatever began after somebody was answered who has not happened yet has to wait.
	until := never
	for i := first; i < len(e.history) && e.history[i].began < until; i++ {
		if !e.has(i) {
			until = min(until, e.history[i].answered)
		}
	}
	return e.step(s, first, answered, until, true) || e.step(s, first, answered, until, false)
}

// step tries what can come next: first what had an answer, since what had none mostly has not happened.
func (e *explaining) step(s state, first, answered, until int, known bool) bool {
	for i := first; i < len(e.history) && e.history[i].began < until; i++ {
		o := e.history[i]
		if e.has(i) || (o.answered != never) != known {
			continue
		}
		next, possible := o.apply(s)
		if !possible || !known && next == s {
			continue
		}
		e.done[i/8] |= 1 << (i % 8)
		count := answered
		if known {
			count++
		}
		if e.search(next, first, count) {
			return true
		}
		e.done[i/8] &^= 1 << (i % 8)
	}
	return false
}
