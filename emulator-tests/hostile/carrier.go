package hostile

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator-tests/admin"
)

// Side is one of the two stores.
type Side int

// The sides.
const (
	Left Side = iota
	Right
)

// Other is the other side.
func (s Side) Other() Side { return 1 - s }

// Message is what is carried: a document that is new, fields that have changed, or a document's end.
type Message struct {
	// To is where it goes. It comes from the other side.
	To   Side
	Path string
	// Fields are those that are new or different; nil if the document is gone. They must not be changed.
	Fields admin.Fields
	// New is true when there was no such document.
	New bool
}

// Lie decides what becomes of a message: usually itself, or something else instead, or nothing. One is asked at a time.
type Lie func(Message) []Message

// Honest carries everything as it is.
func Honest(m Message) []Message { return []Message{m} }

// Carrier shows each side the other, as its lie wants it. Its methods are safe for concurrent use.
type Carrier struct {
	stores [2]*admin.Database
	lie    Lie

	mu      sync.Mutex
	state   State                      // guarded by mu
	put     [2]map[string]admin.Fields // guarded by mu: what was carried there and does not come back; nil: a deletion
	changed chan struct{}              // guarded by mu: closed at the next change
}

// NewCarrier makes one that is to be run.
func NewCarrier(left, right *admin.Database, lie Lie) *Carrier {
	c := &Carrier{stores: [2]*admin.Database{left, right}, lie: lie, changed: make(chan struct{})}
	for side := range c.stores {
		c.state.Shown[side], c.put[side] = map[string]admin.Fields{}, map[string]admin.Fields{}
	}
	return c
}

// Run carries until ctx ends, and answers its error, or why it could not go on.
func (c *Carrier) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	var listening sync.WaitGroup
	defer listening.Wait()
	defer stop(nil)
	changes := make(chan told)
	for side, store := range c.stores {
		feed, err := store.Listen(ctx)
		if err != nil {
			return err
		}
		listening.Go(func() {
			for {
				change, err := feed.Next()
				if err != nil {
					stop(err)
					return
				}
				select {
				case changes <- told{Side(side), change}:
				case <-ctx.Done():
					return
				}
			}
		})
	}
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case t := <-changes:
			if err := c.carry(ctx, t); err != nil {
				return err
			}
		}
	}
}

// told is a change and where it was.
type told struct {
	side   Side
	change admin.Change
}

func (c *Carrier) carry(ctx context.Context, t told) error {
	m, news := c.note(t)
	if !news {
		return nil
	}
	for _, lie := range c.lie(m) {
		if err := c.Put(ctx, lie); err != nil {
			return err
		}
	}
	return nil
}

// note keeps what a side has become and tells what of it the carrier has not put there itself.
func (c *Carrier) note(t told) (Message, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	path, now := t.change.Path, t.change.Fields
	before, existed := c.state.Shown[t.side][path]
	put, own := c.put[t.side][path]
	m := Message{To: t.side.Other(), Path: path, New: !existed}
	if now == nil {
		delete(c.state.Shown[t.side], path)
		delete(c.put[t.side], path)
	} else {
		c.state.Shown[t.side][path] = now
		if own && put == nil {
			delete(c.put[t.side], path) // it had been carried away, and somebody made it anew
		}
		m.Fields = admin.Fields{}
		for name, value := range now {
			if !proto.Equal(value, before[name]) && !proto.Equal(value, put[name]) {
				m.Fields[name] = value
			}
		}
	}
	close(c.changed)
	c.changed = make(chan struct{})
	if now == nil && (!existed || own && put == nil) || now != nil && len(m.Fields) == 0 {
		return m, false
	}
	c.state.Told = append(c.state.Told, m)
	return m, true
}

// Put writes a message to where it goes. What it changes there does not come back.
func (c *Carrier) Put(ctx context.Context, m Message) error {
	c.mu.Lock()
	if m.Fields == nil {
		c.put[m.To][m.Path] = nil
	} else {
		put := admin.Fields{}
		if !m.New {
			maps.Copy(put, c.put[m.To][m.Path])
		}
		maps.Copy(put, m.Fields)
		c.put[m.To][m.Path] = put
	}
	c.mu.Unlock()
	err := c.stores[m.To].Write(ctx, admin.Write{
		Path: m.Path, Fields: m.Fields, Whole: m.New, Delete: m.Fields == nil,
	})
	if status.Code(err) == codes.NotFound {
		return nil // the victim has deleted it meanwhile
	}
	if err != nil {
		return fmt.Errorf("hostile: carry %s: %w", m.Path, err)
	}
	return nil
}

// State is what a carrier has seen.
type State struct {
	// Shown are the documents of each side, by path, as they were last told.
	Shown [2]map[string]admin.Fields
	// Told is all that came from either side so far, as it was before the lie.
	Told []Message
}

// Await returns when what the carrier has seen is as the test wants it. ok is asked again after every change; it must
// not change what it is given, keep it, or call the carrier. It fails with ctx's error.
func (c *Carrier) Await(ctx context.Context, ok func(State) bool) error {
	for {
		c.mu.Lock()
		done, changed := ok(c.state), c.changed
		c.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Told gives what came from either side so far, as it was before the lie.
func (c *Carrier) Told() []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.state.Told)
}
