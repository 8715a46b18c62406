package history

import (
	"crypto/sha256"
	"slices"

	"github.com/parley-chat/parley/protocol"
)

// ChainSummary says how much of a chain somebody has.
type ChainSummary = protocol.ChainSummary

// Tip is the end of a chain.
type Tip = protocol.ChainTip

// Summary tells what is here, for somebody else to compare, see [History.Lacking]. It is in order of author and chain.
func (h *History) Summary() []ChainSummary {
	out := make([]ChainSummary, 0, len(h.chains))
	for _, c := range h.chains {
		out = append(out, c.summary())
	}
	slices.SortFunc(out, func(a, b ChainSummary) int {
		if order := compareIdentities(a.Author, b.Author); order != 0 {
			return order
		}
		return slices.Compare(a.Chain[:], b.Chain[:])
	})
	return out
}

// Digest is the same for two who have the same events, and, as far as anybody knows, for no others.
func (h *History) Digest() protocol.Digest {
	sum := sha256.New()
	for _, c := range h.Summary() {
		sum.Write(c.Digest[:])
	}
	return protocol.Digest(sum.Sum(nil))
}

func (c *chain) summary() ChainSummary {
	if c.told != nil {
		return *c.told
	}
	tips := slices.SortedFunc(slices.Values(c.tips), (*node).compare)
	s := ChainSummary{Author: c.key.author, Chain: c.key.chain}
	sum := sha256.New()
	for i, n := range tips {
		sum.Write(n.id[:])
		if len(tips)-i <= protocol.MaxChainTips {
			s.Tips = append(s.Tips, Tip{N: n.event.N, ID: n.id})
		}
	}
	s.Digest = protocol.Digest(sum.Sum(nil))
	c.told = &s
	return s
}

// Lacking is what somebody with this summary lacks of what is here, parents before children. Two who compare, add what
// they get, and do so again until their digests are the same, get there, also with forks: then some may be sent that
// was there.
func (h *History) Lacking(theirs []ChainSummary) []protocol.EventID {
	known := make(map[chainKey]*ChainSummary, len(theirs))
	for i := range theirs {
		known[chainKey{theirs[i].Author, theirs[i].Chain}] = &theirs[i]
	}
	var lacking []*node
	for key, c := range h.chains {
		lacking = append(lacking, h.lackingOf(c, known[key])...)
	}
	slices.SortFunc(lacking, (*node).compare)
	ids := make([]protocol.EventID, len(lacking))
	for i, n := range lacking {
		ids[i] = n.id
	}
	return ids
}

// lackingOf compares one chain. A tip that is unknown here and beyond all that is here is most likely the same chain
// gone on, so nothing is sent; if it is another branch, its holder sees that and sends it, and the next comparison
// knows the tip.
func (h *History) lackingOf(c *chain, theirs *ChainSummary) []*node {
	if theirs == nil {
		return slices.Collect(c.each)
	}
	if theirs.Digest == c.summary().Digest {
		return nil
	}
	var tips []*node
	ahead := false
	for _, tip := range theirs.Tips {
		if n := h.nodes[tip.ID]; n != nil && n.key() == c.key {
			tips = append(tips, n)
		} else if tip.N > uint64(len(c.line)) {
			ahead = true
		}
	}
	if len(tips) == 1 && len(c.forks) == 0 {
		return c.line[tips[0].event.N:]
	}
	if ahead {
		return nil
	}
	had := map[*node]struct{}{}
	for _, n := range tips {
		for _, there := had[n]; !there; _, there = had[n] {
			had[n] = struct{}{}
			if n.event.N == 1 {
				break
			}
			n = n.parents[0]
		}
	}
	return slices.DeleteFunc(slices.Collect(c.each), func(n *node) bool { _, there := had[n]; return there })
}
