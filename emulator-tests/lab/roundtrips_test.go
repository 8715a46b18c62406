package lab

import (
	"testing"
	"time"
)

// What docs/adr/0019 decided is still so, whatever pion's next version does: counted in round trips of virtual time.
func TestRoundTripsFromTheAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cell Cell
		most float64 // ICE and nomination, DTLS without its hello's verification, and nothing for SCTP
	}{
		{Cell{First: NoNAT, Second: NoNAT}, 3.5},
		{Cell{First: PortRestricted, Second: PortRestricted}, 3.5},
		{Cell{First: Symmetric, Second: FullCone}, 3.5},
		{Cell{First: PortRestricted, Second: PortRestricted, TURN: true}, 3.5}, // no relay's permission is waited for
	} {
		c.cell.RTT = 50 * time.Millisecond
		t.Run(c.cell.String(), func(t *testing.T) {
			t.Parallel()
			m := ours(t, c.cell, 1)
			const homes = 0.1 // ways inside the two networks
			if took := float64(m.Opened-m.Applied) / float64(c.cell.RTT); m.Failure != "" || took > c.most+homes {
				t.Errorf("%.2f round trips from the answer to both open, want %.1f; %s", took, c.most, m.Failure)
			}
		})
	}
}
