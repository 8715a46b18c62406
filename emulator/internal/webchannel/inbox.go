package webchannel

import "encoding/json"

// inbox puts a client's messages into their order. It is owned by its session, whose mutex guards it.
// The zero value expects message 0.
type inbox struct {
	next  int64                     // the id of the message that is expected
	early map[int64]json.RawMessage // messages that came before their turn
	ready []json.RawMessage         // messages in order that nobody took yet

	earlyCost, readyCost int // bytes of early and ready, perMessage included
}

// inboxLimits are those limits of an inbox that [Options] can change.
type inboxLimits struct {
	ahead int // how far before its turn a message may come
	bytes int // how much may have come before its turn
}

// admit tells which of the messages are new, and what they cost. A repeated message, known by its id,
// is none. It refuses all of them when one is too far ahead, or when there is too much that waits for
// its turn and none of these is next.
func (b *inbox) admit(messages []message, limits inboxLimits) (fresh []message, cost int, err error) {
	hasNext := false
	for _, m := range messages {
		if _, waits := b.early[m.id]; waits || m.id < b.next {
			continue
		}
		if m.id-b.next >= int64(limits.ahead+len(messages)) {
			return nil, 0, malformed("Message %d is too far ahead: %d is next.", m.id, b.next)
		}
		hasNext = hasNext || m.id == b.next
		fresh = append(fresh, m)
		cost += len(m.data) + perMessage
	}
	if len(fresh) > 0 && !hasNext && b.earlyCost+cost > limits.bytes {
		return nil, 0, malformed("Too much was sent before message %d, which is next.", b.next)
	}
	return fresh, cost, nil
}

// put takes what admit found fresh, and moves into ready what is in order now.
func (b *inbox) put(fresh []message) {
	if b.early == nil {
		b.early = make(map[int64]json.RawMessage)
	}
	for _, m := range fresh {
		b.early[m.id] = m.data
		b.earlyCost += len(m.data) + perMessage
	}
	for data, found := b.early[b.next]; found; data, found = b.early[b.next] {
		delete(b.early, b.next)
		b.earlyCost -= len(data) + perMessage
		b.ready = append(b.ready, data)
		b.readyCost += len(data) + perMessage
		b.next++
	}
}

// take returns the next message in order, and what it no longer costs.
func (b *inbox) take() (data json.RawMessage, cost int, found bool) {
	if len(b.ready) == 0 {
		return nil, 0, false
	}
	data = b.ready[0]
	b.ready[0] = nil // the slice keeps its beginning; the message must not live as long
	b.ready = b.ready[1:]
	cost = len(data) + perMessage
	b.readyCost -= cost
	return data, cost, true
}

// clear forgets everything and returns what it cost.
func (b *inbox) clear() int {
	cost := b.earlyCost + b.readyCost
	*b = inbox{next: b.next}
	return cost
}
