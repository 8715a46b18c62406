package lab

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/parley-chat/parley/peer"
)

// meet is a meeting in virtual time.
func meet(t *testing.T, c Cell, seed uint64, how func(*testing.T) (Meeting, error)) Meeting {
	t.Helper()
	var m Meeting
	synctest.Test(t, func(t *testing.T) {
		var err error
		if m, err = how(t); err != nil {
			t.Fatalf("%v, seed %d: %v", c, seed, err)
		}
	})
	return m
}

func ours(t *testing.T, c Cell, seed uint64) Meeting {
	t.Helper()
	return meet(t, c, seed, func(t *testing.T) (Meeting, error) { return Meet(t.Context(), c, seed, without()[*undone]) })
}

func origin(t *testing.T, c Cell, seed uint64) Meeting {
	t.Helper()
	return meet(t, c, seed, func(t *testing.T) (Meeting, error) { return Origin(t.Context(), c, seed) })
}

// Where a path exists two people meet over it; where none does they are told that they cannot connect, and wait no
// longer than SPEC S5 says. Nothing here is timed.
func TestEveryPairOfNATs(t *testing.T) {
	t.Parallel()
	for _, c := range Matrix() {
		if c.RTT != 50*time.Millisecond || c.Loss != 0 {
			continue
		}
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			m := ours(t, c, 1)
			switch want := c.Path(); {
			case want == peer.PathUnknown && m.Failure != peer.ConnectionFailed:
				t.Errorf("there is no path: failure %q over %q", m.Failure, m.Path)
			case want != peer.PathUnknown && (m.Failure != "" || m.Path != want):
				t.Errorf("failure %q, path %q, want %q", m.Failure, m.Path, want)
			}
		})
	}
}

// The origin connects where the lab says that a direct path is, and nowhere else: the lab is as hard as it says.
func TestOrigin(t *testing.T) {
	t.Parallel()
	for _, c := range Matrix() {
		if c.RTT != 10*time.Millisecond || c.Loss != 0 || c.TURN {
			continue
		}
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			if m := origin(t, c, 1); (m.Failure == "") != (c.Path() == peer.PathDirect) {
				t.Errorf("failure %q, the path is %q", m.Failure, c.Path())
			}
		})
	}
}

// A tenth of all packets lost is no reason not to connect.
func TestLossyNetworks(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]NAT{{NoNAT, PortRestricted}, {PortRestricted, PortRestricted}, {Symmetric, Symmetric}} {
		c := Cell{First: pair[0], Second: pair[1], TURN: true, RTT: 50 * time.Millisecond, Loss: 0.1}
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(5) {
				if m := ours(t, c, seed); m.Failure != "" {
					t.Errorf("seed %d: %q", seed, m.Failure)
				}
			}
		})
	}
}
