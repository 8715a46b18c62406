package peer

import (
	"context"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// received applies the other's batches (SPEC S3). A batch against the rules is left out (P4).
func (a *attempt) received(batches []signaling.Batch) {
	var numbers []int
	for _, b := range batches {
		numbers = append(numbers, b.Number)
		a.t.add(a.neg.Candidates(b.Number, a.opened(b)))
	}
	if a.role == protocol.Caller {
		a.known.Callee = numbers
	} else {
		a.known.Caller = numbers
	}
}

// opened gives the candidates of a batch: none if it is against the rules (P4), or was not sealed for here (L5).
func (a *attempt) opened(b signaling.Batch) []protocol.Candidate {
	content, err := a.seal.open(protocol.KindBatch, b.Number, b.Payload)
	if err != nil {
		return nil
	}
	batch, err := protocol.ParseBatch(content)
	if err != nil {
		return nil
	}
	return batch.Candidates
}

// send writes what was found since, in as few batches as the rules allow, beside the loop: an open channel does not
// wait for it. A batch that cannot be written is left out: the path that it would have opened may not be needed,
// and the attempt tells if it was.
func (a *attempt) send(ctx context.Context) {
	expireAt := a.deadline
	if expireAt.IsZero() {
		expireAt = time.Now().Add(answerWait + connectWait)
	}
	end := closed(a.t.complete)
	first, contents := a.written, encodeBatches(a.t.take(), end, protocol.MaxBatches-a.written)
	a.written += len(contents)
	if a.role == protocol.Caller {
		for n := first; n < a.written; n++ {
			a.known.Caller = append(a.known.Caller, n)
		}
	}
	a.watching.Go(func() {
		for i, content := range contents {
			payload, err := a.seal.seal(protocol.KindBatch, first+i, content)
			if err != nil || a.trickle.WriteBatch(ctx, a.role, first+i, payload, expireAt) != nil {
				return
			}
		}
	})
}

// encodeBatches puts candidates into at most room batches, in their order; end marks the last. A candidate that is
// over the limit by itself is left out.
func encodeBatches(candidates []protocol.Candidate, end bool, room int) [][]byte {
	var contents [][]byte
	for len(candidates) > 0 && len(contents) < room {
		n := min(len(candidates), protocol.MaxBatchCandidates)
		content, err := protocol.Batch{Candidates: candidates[:n], End: end && n == len(candidates)}.Encode()
		for err != nil && n > 1 { // too many bytes: half of them
			n /= 2
			content, err = protocol.Batch{Candidates: candidates[:n]}.Encode()
		}
		candidates = candidates[n:]
		if err == nil {
			contents = append(contents, content)
		}
	}
	return contents
}
