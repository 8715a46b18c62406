package history

import (
	"crypto/ed25519"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// ErrNotLetIn is returned by [Writer.Append] when nothing is known here by which its author may say something: nobody
// has let them in, or they were removed since.
var ErrNotLetIn = errors.New("history: [E5] not let in")

// Writer makes the events of one author. It keeps one chain as long as it may (SPEC E12), and begins another when its
// history does not have the chain's end: what was said there is lost, or still on its way. Not safe for concurrent use.
type Writer struct {
	private ed25519.PrivateKey
	random  io.Reader
	chain   protocol.ChainID
	n       uint64 // of the last event; 0 before the first
}

// NewWriter is for the author with this key. Random must be a cryptographic source.
func NewWriter(private ed25519.PrivateKey, random io.Reader) *Writer {
	return &Writer{private: private, random: random}
}

// Chain is the chain that it writes, and the number of the last event in it: to be kept where the key is, and given to
// Resume.
func (w *Writer) Chain() (protocol.ChainID, uint64) { return w.chain, w.n }

// Resume goes on with a chain that was kept, behind its event n.
func (w *Writer) Resume(chain protocol.ChainID, n uint64) { w.chain, w.n = chain, n }

// Identity is the author's.
func (w *Writer) Identity() protocol.Identity { return protocol.IdentityOf(w.private) }

// Begin writes the first event of a room, and makes its history.
func (w *Writer) Begin(settings protocol.RoomSettings, now time.Time) (*History, protocol.Event, error) {
	var none protocol.Event
	body, err := settings.Encode()
	if err != nil {
		return nil, none, err
	}
	chain, err := protocol.NewChainID(w.random)
	if err != nil {
		return nil, none, err
	}
	header := protocol.EventHeader{Kind: protocol.EventRoom, Chain: chain, N: 1, Lamport: 1, Time: millis(now)}
	e, id, err := protocol.SignEvent(protocol.EventID{}, header, body, w.private)
	if err != nil {
		return nil, none, err
	}
	h, err := New(e, id, now)
	if err != nil {
		return nil, none, err
	}
	w.chain, w.n = chain, 1
	return h, e, nil
}

// Append writes an event behind all that is known here, and adds it. It fails with [ErrNotLetIn], with a *ParseError
// for a body beyond its bounds, or as the random source does; then nothing was written.
func (w *Writer) Append(
	h *History, kind protocol.EventKind, body []byte, now time.Time,
) (protocol.Event, protocol.EventID, Change, error) {
	fail := func(err error) (protocol.Event, protocol.EventID, Change, error) {
		return protocol.Event{}, protocol.EventID{}, Change{}, err
	}
	header := protocol.EventHeader{Kind: kind, Chain: w.chain, N: w.n + 1, Time: millis(now)}
	parents, err := w.place(h, &header)
	if err != nil {
		return fail(err)
	}
	for _, p := range parents {
		header.Lamport = max(header.Lamport, p.event.Lamport+1)
		if p.id != header.Previous {
			header.Seen = append(header.Seen, p.id)
		}
	}
	e, id, err := protocol.SignEvent(h.root.id, header, body, w.private)
	if err != nil {
		return fail(err)
	}
	c, err := h.Add(e, id, now)
	if err != nil {
		return fail(err)
	}
	w.chain, w.n = header.Chain, header.N
	return e, id, c, nil
}

// place finds where the next event goes: its chain, and its parents.
func (w *Writer) place(h *History, header *protocol.EventHeader) ([]*node, error) {
	me := w.Identity()
	if tip := h.tip(chainKey{me, w.chain}, w.n); tip != nil {
		header.Previous = tip.id
		return append([]*node{tip}, h.frontier(tip.key(), nil)...), nil
	}
	letIn := h.current(me)
	if me == h.Founder() {
		letIn = h.root
	}
	if letIn == nil {
		return nil, ErrNotLetIn
	}
	chain, err := protocol.NewChainID(w.random)
	if err != nil {
		return nil, err
	}
	header.Chain, header.N = chain, 1
	return h.frontier(chainKey{me, chain}, letIn), nil
}

// tip is the end of a chain that can go on: it is there, is number n, and its author may still write.
func (h *History) tip(key chainKey, n uint64) *node {
	c := h.chains[key]
	if c == nil || len(c.tips) != 1 || c.tips[0].event.N != n {
		return nil
	}
	tip := c.tips[0]
	if key.author != h.Founder() && !h.author(key.author).lasts(tip.admission) {
		return nil
	}
	return tip
}

// frontier is what a new event of a chain names as seen: at most MaxEventSeen of those that nobody has named yet, one
// of each author; what says who may do what comes first, what says nothing last, and the latest before the others.
// With is among them if it is not nil.
func (h *History) frontier(key chainKey, with *node) []*node {
	last := map[protocol.Identity]*node{}
	for n := range h.heads {
		if other := last[n.event.Author]; n != with && n.key() != key && (other == nil || other.before(n)) {
			last[n.event.Author] = n
		}
	}
	var seen []*node
	for _, n := range last {
		seen = append(seen, n)
	}
	slices.SortFunc(seen, func(a, b *node) int {
		if a.weight() != b.weight() {
			return b.weight() - a.weight()
		}
		return b.compare(a)
	})
	if with != nil {
		seen = append([]*node{with}, seen...)
	}
	return seen[:min(len(seen), protocol.MaxEventSeen)]
}

func (n *node) weight() int {
	switch {
	case n.silent:
		return 0
	case n.rule != nil && n.rule.admits == nil:
		return 2
	}
	return 1
}

func millis(t time.Time) uint64 { return uint64(max(t.UnixMilli(), 0)) }
