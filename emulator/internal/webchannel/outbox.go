package webchannel

import (
	"slices"
	"strconv"
)

// outbox numbers what goes to the client, in arrays, and keeps each until the client says that it has
// it. It is owned by its session, whose mutex guards it. The zero value is empty: array 0 is the
// handshake's own, so that the first message is array 1.
type outbox struct {
	arrays    [][]byte // the messages, in order, from id base+1 on
	base      int64    // the arrays up to this id are forgotten
	confirmed int64    // the client said that it has the arrays up to this id; ≤ base
	sent      int64    // the present back channel was given the arrays up to this id; ≥ base
	sentMax   int64    // the same of any back channel; ≥ sent
	cost      int      // bytes of arrays, perMessage included
}

// push appends a message and returns what it costs.
func (b *outbox) push(ascii []byte) int {
	b.arrays = append(b.arrays, ascii)
	cost := len(ascii) + perMessage
	b.cost += cost
	return cost
}

// last is the id of the last array.
func (b *outbox) last() int64 { return b.base + int64(len(b.arrays)) }

// unsent tells whether there is something that the present back channel was not given.
func (b *outbox) unsent() bool { return b.sent < b.last() }

// ack notes that the client has the arrays up to aid, forgets them, and returns what they cost. An aid
// that is behind is old news. One that is ahead of everything sent is refused.
func (b *outbox) ack(aid int64) (int, error) {
	if aid > b.sentMax {
		return 0, malformed("AID is %d, but the last array sent is %d.", aid, b.sentMax)
	}
	b.confirmed = max(b.confirmed, aid)
	if aid <= b.base {
		return 0, nil
	}
	n := int(aid - b.base)
	cost := 0
	for _, array := range b.arrays[:n] {
		cost += len(array) + perMessage
	}
	b.arrays = slices.Delete(b.arrays, 0, n)
	b.base, b.sent = aid, max(b.sent, aid)
	b.cost -= cost
	return cost, nil
}

// rewind makes everything unsent that is not forgotten: a new back channel begins there.
func (b *outbox) rewind() { b.sent = b.base }

// outstanding is the size, in bytes, of the arrays that were sent and not confirmed.
func (b *outbox) outstanding() int {
	size := 0
	for _, array := range b.arrays[:b.sentMax-b.base] {
		size += len(array)
	}
	return size
}

// chunk marks the next arrays as sent and returns them in one chunk, or nil when all are sent:
//
//	<length>\n[[id,[message]],[id,[message]]]
//
// The length is in UTF-16 code units; the messages are ASCII, so that it is in bytes too.
func (b *outbox) chunk() []byte {
	first, length := b.sent, len("]")
	for b.unsent() && length < chunkBytes {
		b.sent++
		length += len("[[,[]]") + decimals(b.sent) + len(b.arrays[b.sent-b.base-1])
	}
	if b.sent == first {
		return nil
	}
	b.sentMax = max(b.sentMax, b.sent)
	chunk := make([]byte, 0, decimals(int64(length))+len("\n")+length)
	chunk = strconv.AppendInt(chunk, int64(length), 10)
	separator := "\n[["
	for id := first + 1; id <= b.sent; id++ {
		chunk = append(chunk, separator...)
		chunk = strconv.AppendInt(chunk, id, 10)
		chunk = append(chunk, ",["...)
		chunk = append(chunk, b.arrays[id-b.base-1]...)
		chunk = append(chunk, "]]"...)
		separator = ",["
	}
	return append(chunk, ']')
}

// decimals is how many digits a positive number has.
func decimals(n int64) int {
	digits := 1
	for ; n >= 10; n /= 10 {
		digits++
	}
	return digits
}

// clear forgets everything and returns what it cost. The ids go on: to the client, the arrays between
// were never there.
func (b *outbox) clear() int {
	cost := b.cost
	last := b.last()
	b.base, b.sent, b.sentMax = last, last, last
	b.arrays, b.cost = nil, 0
	return cost
}
