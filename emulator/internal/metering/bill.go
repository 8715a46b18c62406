package metering

import (
	"context"
	"sync"
)

// perRead is how many index entries an aggregation reads for the price of one document.
const perRead = 1000

// Bill is what one request, or one target of a listener, uses. It is safe for concurrent use. All methods of nil do
// nothing.
type Bill struct {
	meter            *Meter
	database, client string

	mu    sync.Mutex
	reads int64                      // guarded by mu: without those of rules
	seen  map[int32]map[string]int64 // guarded by mu: by target, what rules looked up for it, with its version
}

// Bill begins the bill of a request. database is the full name of it; the bill is of use only if there is one.
func (m *Meter) Bill(database, client string) *Bill {
	return &Bill{meter: m, database: database, client: client, seen: map[int32]map[string]int64{}}
}

type billKey struct{}

// With puts a bill into a context.
func With(ctx context.Context, b *Bill) context.Context { return context.WithValue(ctx, billKey{}, b) }

// From is the bill of a context; nil if it has none.
func From(ctx context.Context) *Bill {
	b, _ := ctx.Value(billKey{}).(*Bill)
	return b
}

type targetKey struct{}

// ForTarget says in a context for which target of a listener rules are asked.
func ForTarget(ctx context.Context, id int32) context.Context {
	return context.WithValue(ctx, targetKey{}, id)
}

// LookedUp puts documents that rules have looked up on the bill of a context, if it has one: each once for a request,
// or for a target of a listener, and again if it has another version now.
func LookedUp(ctx context.Context, names []string, version func(name string) int64) {
	target, _ := ctx.Value(targetKey{}).(int32) // 0: the request itself
	From(ctx).lookedUp(target, names, version)
}

// Add counts what was told or done.
func (b *Bill) Add(u Usage) {
	if b == nil {
		return
	}
	b.mu.Lock()
	b.reads += u.Reads
	b.mu.Unlock()
	b.meter.Add(b.database, b.client, u)
}

// AtLeast counts reads up to n, if there were less.
func (b *Bill) AtLeast(n int64) {
	if b == nil {
		return
	}
	b.mu.Lock()
	missing := max(0, n-b.reads)
	b.mu.Unlock()
	b.Add(Usage{Reads: missing})
}

// Entries counts the index entries of an aggregation.
func (b *Bill) Entries(n int) {
	b.Add(Usage{Reads: max(1, (int64(n)+perRead-1)/perRead)})
}

func (b *Bill) lookedUp(target int32, names []string, version func(name string) int64) {
	if b == nil || len(names) == 0 {
		return
	}
	var u Usage
	b.mu.Lock()
	seen := b.seen[target]
	if seen == nil {
		seen = map[string]int64{}
		b.seen[target] = seen
	}
	for _, name := range names {
		now := version(name)
		if before, known := seen[name]; !known || before != now {
			seen[name] = now
			u.Reads++
		}
	}
	b.mu.Unlock()
	b.meter.Add(b.database, b.client, u)
}

// Forget forgets a target that has ended.
func (b *Bill) Forget(target int32) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.seen, target)
}
