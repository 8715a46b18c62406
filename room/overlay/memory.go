package overlay

import "time"

const (
	// RememberFor is how long an item's id is remembered, and may be asked for.
	RememberFor = 3 * time.Minute
	// recallFor is how old what is announced to a new neighbour may be: younger than what others may have forgotten.
	recallFor = 2 * time.Minute
	// recallPresence is the same for presences: were older ones told, who is gone would stay for who comes.
	recallPresence = presenceEvery + 10*time.Second
	// maxHeard is how many ids are remembered; then the oldest go first.
	maxHeard = 8192
)

// memory is the ids of what was heard.
type memory struct {
	entries map[ID]*entry
	order   []ID // of entries, the oldest first
}

// entry is an item that was heard.
type entry struct {
	at   time.Time
	hops int // 0: of this member
	// author said it; presence: of itself.
	author   Peer
	presence bool
}

func (m *memory) has(id ID) bool { return m.entries[id] != nil }

// add takes note of an item, and tells whether it is new.
func (m *memory) add(item Item, hops int, now time.Time) bool {
	if m.has(item.ID) {
		return false
	}
	m.entries[item.ID] = &entry{at: now, hops: hops, author: item.Author, presence: item.Presence != nil}
	m.order = append(m.order, item.ID)
	if len(m.order) > maxHeard {
		delete(m.entries, m.order[0])
		m.order = m.order[1:]
	}
	return true
}

// forget ends what was heard too long ago.
func (m *memory) forget(now time.Time) {
	for len(m.order) > 0 && now.Sub(m.entries[m.order[0]].at) >= RememberFor {
		delete(m.entries, m.order[0])
		m.order = m.order[1:]
	}
}
