package lab

import (
	"fmt"
	"time"

	"github.com/parley-chat/parley/peer"
)

// Cell is one world that two people meet in.
type Cell struct {
	// First and Second are the NATs of who waits and of who comes.
	First, Second NAT
	// Together puts both behind the same NAT, First, in one network of their own.
	Together bool
	// TURN offers a relay beside STUN.
	TURN bool
	// RTT is the round trip between any two places in the middle.
	RTT time.Duration
	// Loss is the share of packets that a crossing of the middle loses, 0 to 1.
	Loss float64
}

// Matrix is every cell of the issue: both ways around each pair of NATs, and one network for both.
func Matrix() []Cell {
	var cells []Cell
	for _, rtt := range []time.Duration{10 * time.Millisecond, 50 * time.Millisecond, 150 * time.Millisecond} {
		for _, loss := range []float64{0, 0.02, 0.1} {
			for _, turn := range []bool{false, true} {
				at := Cell{TURN: turn, RTT: rtt, Loss: loss}
				for _, first := range NATs() {
					for _, second := range NATs() {
						at.First, at.Second = first, second
						cells = append(cells, at)
					}
				}
				at.First, at.Second, at.Together = PortRestricted, PortRestricted, true
				cells = append(cells, at)
			}
		}
	}
	return cells
}

// Path is what can connect the two: [peer.PathUnknown] if nothing can.
func (c Cell) Path() peer.Path {
	switch {
	case c.Together || direct(c.First, c.Second):
		return peer.PathDirect
	case c.TURN:
		return peer.PathRelayed
	}
	return peer.PathUnknown
}

// PathRTT is the round trip of the packets between the two over p.
func (c Cell) PathRTT(p peer.Path) time.Duration {
	if c.Together {
		return 2 * nearby
	}
	rtt := c.RTT
	if p == peer.PathRelayed {
		rtt += c.RTT // to the relay, and on
	}
	for _, home := range []NAT{c.First, c.Second} {
		if home != NoNAT {
			rtt += 2 * nearby
		}
	}
	return rtt
}

// Floor is the sum of the round trips that a meeting needs one after the other, from the second's request to both
// channels open: the function's answer, the offer's way, the answer's way (one RTT each: a write, and its way to the
// listener); then over the path one for ICE and two for DTLS 1.2. SCTP needs none where its parameters went with the
// descriptions. A relay has to be told of the peer before, which takes an RTT more. Gathering is beside it: whoever
// waits can have done it, and whoever comes does it while the function is asked.
func (c Cell) Floor() time.Duration {
	floor := 3*c.RTT + 3*c.PathRTT(c.Path())
	if c.Path() == peer.PathRelayed {
		floor += c.RTT
	}
	return floor
}

func (c Cell) String() string {
	servers := "STUN"
	if c.TURN {
		servers = "STUN and TURN"
	}
	between := fmt.Sprintf("%s – %s", c.First, c.Second)
	if c.Together {
		between = "one network"
	}
	return fmt.Sprintf("%s, %s, %v, %v %% lost", between, servers, c.RTT, 100*c.Loss)
}
