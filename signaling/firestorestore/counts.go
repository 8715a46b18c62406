package firestorestore

import (
	"context"
	"sync"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/stats"
)

// Counts is what Firestore bills, as far as a client can see it: the reads that security rules make are
// not in it.
type Counts struct {
	// Reads: documents that gets and watches delivered; a get or a first answer without any counts as one.
	Reads int
	// Writes: documents created, set or updated.
	Writes int
	// Deletes: documents deleted, existing or not.
	Deletes int
}

// Sub is what was billed since before.
func (c Counts) Sub(before Counts) Counts {
	return Counts{c.Reads - before.Reads, c.Writes - before.Writes, c.Deletes - before.Deletes}
}

// counter sees every message of the connection (gRPC stats.Handler).
type counter struct {
	mu  sync.Mutex
	sum Counts // guarded by mu
}

func (c *counter) counts() Counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sum
}

// call is what is known of one RPC. gRPC tells of its messages one after the other, in each direction;
// guarded by counter.mu.
type call struct {
	asked   Counts               // a commit that is not yet answered
	seen    map[string]time.Time // a watch's documents, by name: when they were last changed
	current bool                 // a watch's first answer is complete
}

type callKey struct{}

// TagRPC implements stats.Handler.
func (c *counter) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
	return context.WithValue(ctx, callKey{}, &call{})
}

// HandleRPC implements stats.Handler.
func (c *counter) HandleRPC(ctx context.Context, s stats.RPCStats) {
	this, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch s := s.(type) {
	case *stats.OutPayload:
		if m, ok := s.Payload.(*pb.CommitRequest); ok {
			this.asked = billed(m)
		}
	case *stats.InPayload:
		c.answered(this, s.Payload)
	}
}

func (c *counter) answered(this *call, payload any) {
	switch m := payload.(type) {
	case *pb.CommitResponse:
		c.sum.Writes += this.asked.Writes
		c.sum.Deletes += this.asked.Deletes
	case *pb.BatchGetDocumentsResponse:
		if m.GetFound() != nil || m.GetMissing() != "" {
			c.sum.Reads++
		}
	case *pb.ListenResponse:
		c.listened(this, m)
	}
}

// listened counts what a watch delivers: a document that comes into the result or changes in it. One that was
// deleted is not billed; one that leaves the result by a change is, but none of ours does. The emulator sends the
// whole result of a query again after each change; production sends, and bills, what changed.
func (c *counter) listened(this *call, m *pb.ListenResponse) {
	switch r := m.GetResponseType().(type) {
	case *pb.ListenResponse_DocumentChange:
		doc := r.DocumentChange.GetDocument()
		changed := doc.GetUpdateTime().AsTime()
		if before, again := this.seen[doc.GetName()]; again && before.Equal(changed) {
			return
		}
		if this.seen == nil {
			this.seen = map[string]time.Time{}
		}
		this.seen[doc.GetName()] = changed
		c.sum.Reads++
	case *pb.ListenResponse_TargetChange:
		if r.TargetChange.GetTargetChangeType() == pb.TargetChange_CURRENT && !this.current {
			this.current = true
			if len(this.seen) == 0 {
				c.sum.Reads++
			}
		}
	}
}

func billed(m *pb.CommitRequest) Counts {
	var n Counts
	for _, w := range m.GetWrites() {
		if w.GetDelete() != "" {
			n.Deletes++
		} else {
			n.Writes++
		}
	}
	return n
}

// TagConn implements stats.Handler.
func (c *counter) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn implements stats.Handler.
func (c *counter) HandleConn(context.Context, stats.ConnStats) {}
