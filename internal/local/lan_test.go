package local

import (
	"errors"
	"net/netip"
	"testing"
)

func TestPickLAN(t *testing.T) {
	at := func(addr, name string) lanCandidate {
		return lanCandidate{addr: netip.MustParseAddr(addr), name: name}
	}
	tunnel := at("10.8.0.2", "tun0")
	tunnel.pointToPoint = true
	wlan := at("192.168.1.5", "wlan0")
	for name, c := range map[string]struct {
		found []lanCandidate
		want  string
	}{
		"a card before a bridge":       {[]lanCandidate{at("172.17.0.1", "docker0"), wlan}, "192.168.1.5"},
		"a card before a tunnel":       {[]lanCandidate{tunnel, wlan}, "192.168.1.5"},
		"private before public":        {[]lanCandidate{at("203.0.113.5", "eth0"), at("10.0.0.5", "eth1")}, "10.0.0.5"},
		"a public one if that is all":  {[]lanCandidate{at("203.0.113.5", "eth0"), at("fe80::1", "eth0")}, "203.0.113.5"},
		"the first of two that are so": {[]lanCandidate{at("10.0.0.5", "eth0"), at("10.0.0.6", "eth1")}, "10.0.0.5"},
	} {
		if got, err := pickLAN(c.found); err != nil || got.String() != c.want {
			t.Errorf("%s: %v, %v; want %s", name, got, err, c.want)
		}
	}
	if _, err := pickLAN([]lanCandidate{at("169.254.1.1", "eth0"), at("fd00::1", "eth0")}); !errors.Is(err, ErrNoLAN) {
		t.Errorf("%v, want ErrNoLAN", err)
	}
}
