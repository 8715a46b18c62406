package peertest

import (
	"context"
	"maps"
	"path"
	"reflect"
	"sync"
	"time"

	"github.com/parley-chat/parley/signaling"
)

// Counted is a store that counts what Firestore would bill whoever uses it for: documents that gets and watches
// deliver, a get or a first answer without any as one, and documents that are written or deleted. It is safe for
// concurrent use.
type Counted struct {
	signaling.Store

	mu    sync.Mutex
	count map[string]int // guarded by mu
}

// Counts gives them by what is done to which collection, such as «read members», «write links», «delete links».
func (c *Counted) Counts() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.count)
}

// Reset counts from zero.
func (c *Counted) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count = nil
}

func (c *Counted) add(what, collection string, n int) {
	if n == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count == nil {
		c.count = map[string]int{}
	}
	c.count[what+" "+path.Base(collection)] += n
}

// Get implements [signaling.Store].
func (c *Counted) Get(ctx context.Context, at string) (signaling.Document, error) {
	d, err := c.Store.Get(ctx, at)
	if err == nil {
		c.add("read", path.Dir(at), 1)
	}
	return d, err
}

// Watch implements [signaling.Store].
func (c *Counted) Watch(ctx context.Context, at string, each func(signaling.Document)) error {
	first := true
	return c.Store.Watch(ctx, at, func(d signaling.Document) {
		if first || d.Fields != nil {
			c.add("read", path.Dir(at), 1)
		}
		first = false
		each(d)
	})
}

// WatchQuery implements [signaling.Store].
func (c *Counted) WatchQuery(
	ctx context.Context, q signaling.Query, each func([]signaling.Document, time.Time),
) error {
	first := true
	known := map[string]signaling.Fields{}
	return c.Store.WatchQuery(ctx, q, func(docs []signaling.Document, now time.Time) {
		news := 0
		found := map[string]signaling.Fields{}
		for _, d := range docs {
			if found[d.ID] = d.Fields; !reflect.DeepEqual(known[d.ID], d.Fields) {
				news++
			}
		}
		if first && len(docs) == 0 {
			news = 1
		}
		first, known = false, found
		c.add("read", q.Collection, news)
		each(docs, now)
	})
}

// Commit implements [signaling.Store]. It takes [Delay], so that who waits for it waits already.
func (c *Counted) Commit(ctx context.Context, writes ...signaling.Write) error {
	select {
	case <-time.After(Delay):
	case <-ctx.Done():
		return ctx.Err()
	}
	err := c.Store.Commit(ctx, writes...)
	for _, w := range writes {
		what := "write"
		if w.Op == signaling.Delete {
			what = "delete"
		}
		if err == nil {
			c.add(what, path.Dir(w.Path), 1)
		}
	}
	return err
}
