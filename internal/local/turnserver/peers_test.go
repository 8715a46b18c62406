package turnserver

import (
	"net/netip"
	"testing"
)

func TestPeersNear(t *testing.T) {
	own := ""
	prefixes, err := interfacePrefixes()
	if err != nil {
		t.Fatal(err)
	}
	for _, prefix := range prefixes {
		if prefix.Addr().Is4() && !prefix.Addr().IsLoopback() {
			own = prefix.Addr().String()
		}
	}
	for _, c := range []struct {
		from, peer string
		want       bool
	}{
		{"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1", own, true},
		{"127.0.0.1", "203.0.113.7", false},
		{"127.0.0.1", "10.255.254.253", false},
		{"10.0.0.1", "127.0.0.1", false},
		{"10.0.0.1", "0.0.0.0", false},
		{"10.0.0.1", "224.0.0.1", false},
		{"10.0.0.1", "169.254.169.254", false},
		{"10.0.0.1", "203.0.113.7", false},
		{"10.0.0.1", "192.168.1.7", true},
		{"10.0.0.1", own, true},
	} {
		if c.peer == "" {
			continue // a machine with loopback alone
		}
		permit, err := peersNear(netip.MustParseAddr(c.from))
		if err != nil {
			t.Fatal(err)
		}
		if got := permit(netip.MustParseAddr(c.peer)); got != c.want {
			t.Errorf("from %s to %s: %v, want %v", c.from, c.peer, got, c.want)
		}
	}
}
