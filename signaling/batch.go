package signaling

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// Batch is one document of candidates (SPEC D8).
type Batch struct {
	// Number is 0 to protocol.MaxBatches-1.
	Number int
	// Payload is nil if the document is against the rules; the number is used up all the same.
	Payload []byte
}

// WriteBatch writes batch number n of side, once (SPEC D8). The store refuses an expireAt more than an hour away.
func (l LinkRef) WriteBatch(ctx context.Context, side protocol.Role, n int, payload []byte, expireAt time.Time) error {
	return l.store.Commit(ctx, Write{Op: Create, Path: l.batchPath(side, n), Fields: Fields{
		"batch": payload, "expireAt": expireAt,
	}})
}

// WatchBatches calls each with all batches of side that are there, in the order of their numbers, and again
// after every change. It ends as [Store.WatchQuery] does; once the link is deleted the store may deny it.
func (l LinkRef) WatchBatches(ctx context.Context, side protocol.Role, each func([]Batch)) error {
	q := Query{Collection: l.candidates(side), Limit: protocol.MaxBatches}
	return l.store.WatchQuery(ctx, q, func(docs []Document, now time.Time) {
		batches := make([]Batch, 0, len(docs))
		for _, d := range docs {
			if b, ok := parseBatch(d, now); ok {
				batches = append(batches, b)
			}
		}
		slices.SortFunc(batches, func(a, b Batch) int { return a.Number - b.Number })
		each(batches)
	})
}

// parseBatch answers false for what is not a batch, or not any more.
func parseBatch(d Document, now time.Time) (Batch, bool) {
	n, err := strconv.Atoi(d.ID)
	if err != nil || n < 0 || n >= protocol.MaxBatches || strconv.Itoa(n) != d.ID {
		return Batch{}, false
	}
	r := fieldReader{rule: "D8", fields: d.Fields}
	payload := r.payload("batch", protocol.MaxBatchBytes)
	if expireAt := r.time("expireAt"); r.err == nil && !expireAt.After(now) {
		return Batch{}, false
	}
	if r.err != nil {
		payload = nil
	}
	return Batch{Number: n, Payload: payload}, true
}
