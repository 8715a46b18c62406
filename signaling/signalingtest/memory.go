package signalingtest

import (
	"context"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/parley-chat/parley/signaling"
)

// Memory is a store in this process. Its clock is time.Now, so in a synctest bubble it is virtual. It starts
// no goroutine. The zero value is empty and ready; it is safe for concurrent use.
type Memory struct {
	mu       sync.Mutex
	last     time.Time                   // guarded by mu: the last commit's time
	docs     map[string]signaling.Fields // guarded by mu, by path
	watchers map[chan struct{}]struct{}  // guarded by mu: each has room for one notice
	fault    func(signaling.Write) error // guarded by mu: nil lets everything through
	counts   map[signaling.Op]int        // guarded by mu
}

var _ signaling.Store = (*Memory)(nil)

// SetFault makes Commit ask f for each write first, and fail with what it answers. nil ends that.
func (m *Memory) SetFault(f func(signaling.Write) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fault = f
}

// Count tells how many writes with op were committed.
func (m *Memory) Count(op signaling.Op) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.counts[op]
}

// Paths lists the documents that exist, in no order.
func (m *Memory) Paths() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	paths := make([]string, 0, len(m.docs))
	for p := range m.docs {
		paths = append(paths, p)
	}
	return paths
}

// Get implements [signaling.Store].
func (m *Memory) Get(ctx context.Context, at string) (signaling.Document, error) {
	if err := ctx.Err(); err != nil {
		return signaling.Document{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.document(at), nil
}

// document is called with mu held.
func (m *Memory) document(at string) signaling.Document {
	return signaling.Document{ID: path.Base(at), Fields: maps.Clone(m.docs[at]), ReadAt: time.Now()}
}

// Watch implements [signaling.Store].
func (m *Memory) Watch(ctx context.Context, at string, each func(signaling.Document)) error {
	var before signaling.Document
	first := true
	return m.watch(ctx, func() {
		m.mu.Lock()
		now := m.document(at)
		m.mu.Unlock()
		if first || !reflect.DeepEqual(before.Fields, now.Fields) {
			first, before = false, now
			each(now)
		}
	})
}

// WatchQuery implements [signaling.Store].
func (m *Memory) WatchQuery(
	ctx context.Context, q signaling.Query, each func([]signaling.Document, time.Time),
) error {
	before := map[string]signaling.Fields{}
	first := true
	return m.watch(ctx, func() {
		found, docs := m.query(q)
		if first || !reflect.DeepEqual(before, found) {
			first, before = false, found
			each(docs, time.Now())
		}
	})
}

func (m *Memory) query(q signaling.Query) (map[string]signaling.Fields, []signaling.Document) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var paths []string
	for at, fields := range m.docs {
		_, has := fields[q.Latest].(time.Time)
		if path.Dir(at) == q.Collection && (q.Field == "" || fields[q.Field] == q.Equals) && (has || q.Latest == "") {
			paths = append(paths, at)
		}
	}
	if q.Latest != "" {
		slices.SortFunc(paths, func(a, b string) int {
			return m.docs[b][q.Latest].(time.Time).Compare(m.docs[a][q.Latest].(time.Time))
		})
	}
	found := map[string]signaling.Fields{}
	var docs []signaling.Document
	for _, at := range paths[:min(len(paths), q.Limit)] {
		found[at] = m.docs[at]
		docs = append(docs, m.document(at))
	}
	return found, docs
}

// watch calls look now and after each commit, until ctx ends.
func (m *Memory) watch(ctx context.Context, look func()) error {
	notice := make(chan struct{}, 1)
	m.mu.Lock()
	if m.watchers == nil {
		m.watchers = map[chan struct{}]struct{}{}
	}
	m.watchers[notice] = struct{}{}
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.watchers, notice)
	}()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		look()
		select {
		case <-notice:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Commit implements [signaling.Store].
func (m *Memory) Commit(ctx context.Context, writes ...signaling.Write) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	docs := maps.Clone(m.docs)
	if docs == nil {
		docs = map[string]signaling.Fields{}
	}
	now := time.Now()
	if !now.After(m.last) {
		now = m.last.Add(time.Microsecond) // commits have an order, and members an earlier and a later
	}
	for _, w := range writes {
		if m.fault != nil {
			if err := m.fault(w); err != nil {
				return err
			}
		}
		if err := apply(docs, w, now); err != nil {
			return fmt.Errorf("signalingtest: %s: %w", w.Path, err)
		}
	}
	m.docs, m.last = docs, now
	if m.counts == nil {
		m.counts = map[signaling.Op]int{}
	}
	for _, w := range writes {
		m.counts[w.Op]++
	}
	for notice := range m.watchers {
		select {
		case notice <- struct{}{}:
		default: // it has not yet looked since the last notice, and will see this too
		}
	}
	return nil
}

func apply(docs map[string]signaling.Fields, w signaling.Write, now time.Time) error {
	old, exists := docs[w.Path]
	fields := signaling.Fields{}
	switch w.Op {
	case signaling.Create:
		if exists {
			return signaling.ErrExists
		}
	case signaling.Update:
		if !exists {
			return signaling.ErrNotFound
		}
		maps.Copy(fields, old)
	case signaling.Set:
	case signaling.Delete:
		delete(docs, w.Path)
		return nil
	}
	for name, value := range w.Fields {
		if value == signaling.ServerTime {
			value = now
		}
		fields[name] = value
	}
	docs[w.Path] = fields
	return nil
}
