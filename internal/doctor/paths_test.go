package doctor

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/pion/stun/v4"

	"github.com/parley-chat/parley/protocol/diagnosis"
)

func TestNAT(t *testing.T) {
	own := netip.MustParseAddrPort("0.0.0.0:5000")
	places := strings.NewReplacer("s1", "192.0.2.1", "s2", "192.0.2.2", "own", "127.0.0.1", "a:", "198.51.100.7:")
	addr := func(short string) netip.AddrPort { return netip.MustParseAddrPort(places.Replace(short)) }
	for name, c := range map[string]struct {
		seen map[string]string // by server
		want diagnosis.State
	}{
		"nobody answered":                   {nil, diagnosis.Unlooked},
		"[G6] one server tells nothing":     {map[string]string{"s1:1": "a:900"}, diagnosis.Unlooked},
		"[G6] this machine's own address":   {map[string]string{"s1:1": "own:5000"}, diagnosis.Open},
		"[G6] its address, another port":    {map[string]string{"s1:1": "own:5001"}, diagnosis.Unlooked},
		"[G6] the same towards two":         {map[string]string{"s1:1": "a:9", "s2:1": "a:9"}, diagnosis.Same},
		"[G6] two ports of one tell little": {map[string]string{"s1:1": "a:9", "s1:2": "a:9"}, diagnosis.Unlooked},
		"[G6] another port towards each":    {map[string]string{"s1:1": "a:9", "s2:1": "a:8"}, diagnosis.Differs},
		"[G6] by port of one address":       {map[string]string{"s1:1": "a:9", "s1:2": "a:8"}, diagnosis.Differs},
	} {
		t.Run(name, func(t *testing.T) {
			m := &mappings{towards: make(map[netip.AddrPort]netip.AddrPort)}
			for server, mapped := range c.seen {
				m.add(addr(server), addr(mapped))
			}
			if got := m.nat(own); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestWays(t *testing.T) {
	for raw, want := range map[string]diagnosis.Finding{
		"stun:stun.example":                    diagnosis.STUN,
		"turn:turn.example":                    diagnosis.TURNUDP,
		"turn:turn.example:80?transport=udp":   diagnosis.TURNUDP,
		"turn:[2001:db8::1]:80?transport=tcp":  diagnosis.TURNTCP,
		"turns:turn.example:443?transport=tcp": diagnosis.TURNTLS,
		"turns:turn.example":                   diagnosis.TURNTLS,
	} {
		uri, err := stun.ParseURI(raw)
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		if got := wayOf(uri); got != want {
			t.Errorf("%s: %s, want %s", raw, got, want)
		}
	}
}

// [G1] Of several servers the best state counts.
func TestTheBestCounts(t *testing.T) {
	same := func(s diagnosis.State) diagnosis.State { return s }
	if got := bestOf(nil, same); got != diagnosis.Absent {
		t.Errorf("of none: %s", got)
	}
	for want, states := range map[diagnosis.State][]diagnosis.State{
		diagnosis.Yes:       {diagnosis.Silent, diagnosis.Refused, diagnosis.Yes},
		diagnosis.Refused:   {diagnosis.Full, diagnosis.Refused, diagnosis.Closed},
		diagnosis.Full:      {diagnosis.Full, diagnosis.Untrusted},
		diagnosis.Untrusted: {diagnosis.Untrusted, diagnosis.Closed},
		diagnosis.Closed:    {diagnosis.Silent, diagnosis.Closed},
		diagnosis.Silent:    {diagnosis.Silent},
	} {
		if got := bestOf(states, same); got != want {
			t.Errorf("%v: %s, want %s", states, got, want)
		}
	}
}
