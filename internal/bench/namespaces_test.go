package bench

import (
	"strings"
	"testing"
)

// What the page says of a cell: who met, how soon, and what the origin did there.
func TestGateRows(t *testing.T) {
	cells, err := readSamples[gateCell](strings.NewReader(`
{"gate":"symmetric","relayOnly":false,"setup":[20,10],"trips":[1,2,3],"relayed":2,"failures":{},"origin":[]}
{"browser":"Chromium 1","gate":"no UDP","relayOnly":true,"setup":[30],"trips":[1],"failures":{"peer_lost":1}}`))
	if err != nil {
		t.Fatal(err)
	}
	rows := gateRows(cells)
	want := []struct {
		name, metric string
		n            int
		median       float64
		ok           bool
	}{
		{"Go, symmetric on both sides, every path", gateConnected, 2, 100, true},
		{"Go, symmetric on both sides, every path", gateOpen, 2, 10, true},
		{"Go, symmetric on both sides, every path", gateText, 3, 2, true},
		{"Chromium, no UDP on both sides, relays only", gateConnected, 2, 50, false},
		{"Chromium, no UDP on both sides, relays only", gateOpen, 1, 30, true},
		{"Chromium, no UDP on both sides, relays only", gateText, 1, 1, true},
	}
	if len(rows) != len(want) {
		t.Fatalf("%d rows, want %d", len(rows), len(want))
	}
	for i, w := range want {
		r := rows[i]
		if r.Case != w.name || r.Metric != w.metric || r.N != w.n || r.Median != w.median || r.OK != w.ok {
			t.Errorf("row %d is %+v, want %+v", i, r, w)
		}
	}
	if met := compared(rows[0]); met != "0 %" {
		t.Errorf("the origin met in %s, want 0 %%", met)
	}
	if met := compared(rows[3]); met != "–" {
		t.Errorf("the origin met in %s, and was not tried", met)
	}
}
