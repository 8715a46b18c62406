package overlay

import "time"

// spread is around d, by a tenth: not everybody at once.
func (n *Node) spread(d time.Duration) time.Duration {
	return d*9/10 + time.Duration(n.random.IntN(int(d/5/time.Millisecond)))*time.Millisecond
}

// happens is true with this probability.
func (n *Node) happens(probability float64) bool {
	const steps = 1 << 20
	return float64(n.random.IntN(steps))/steps < probability
}

// shuffle brings a list into any order (Fisher and Yates).
func shuffle[T any](n *Node, list []T) {
	for i := len(list) - 1; i > 0; i-- {
		j := n.random.IntN(i + 1)
		list[i], list[j] = list[j], list[i]
	}
}
