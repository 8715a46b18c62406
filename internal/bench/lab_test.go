package bench

import (
	"strings"
	"testing"
)

// What the lab writes becomes rows: who comes first does not matter, the origin's failures count, and pairs without a
// path are held to failing.
func TestLabRows(t *testing.T) {
	const lines = `
{"first":"symmetric","second":"none","rtt":50,"path":"direct","pathRTT":50,"floor":300,
 "setup":[330,340],"applied":[230,240],"trips":[50],"failures":{"connection_failed":1},"origin":[900]}
{"first":"none","second":"symmetric","rtt":50,"path":"direct","pathRTT":50,"floor":300,
 "setup":[350],"applied":[200],"trips":[55],"failures":{},"origin":[1000]}
{"first":"symmetric","second":"symmetric","rtt":50,"path":"unknown","floor":300,
 "failures":{"connection_failed":3},"origin":null}`
	cells, err := readSamples[labCell](strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	find := func(name, metric string) Row {
		for _, row := range labRows(cells) {
			if row.Case == name && row.Metric == metric && !row.Detail {
				return row
			}
		}
		t.Fatalf("there is no %s, %s", name, metric)
		return Row{}
	}
	met := find("none – symmetric, STUN", "connected")
	if met.N != 4 || met.Median != 75 || met.Baseline != 50 || met.OK {
		t.Errorf("%+v", met)
	}
	open := find("none – symmetric, STUN", "both open")
	if open.N != 3 || open.Median != 340 || open.Baseline != 900 {
		t.Errorf("%+v", open)
	}
	trip := find("none – symmetric, STUN", "text and echo, beside the path's")
	if trip.Median != 1 || trip.P95 != 1.1 || !trip.OK {
		t.Errorf("%+v", trip)
	}
	none := find("symmetric – symmetric, STUN", "connected")
	if none.Median != 0 || !none.OK || none.Target != "no path" {
		t.Errorf("%+v", none)
	}
	all := find("all with a path, STUN, 50 ms, 0 % lost", "both open, beside the least")
	if all.N != 3 || all.OK == (all.Median > 1.3) {
		t.Errorf("%+v", all)
	}
	pairs := find("different networks, all pairs, STUN", "connected")
	if pairs.N != 7 || pairs.OK || pairs.Target != "all with a path" {
		t.Errorf("%+v", pairs)
	}
	after := find("all with a path, STUN, 50 ms, 0 % lost", "from the answer to both open")
	if after.Median != 2 || after.P95 != 3 || !after.OK {
		t.Errorf("%+v", after)
	}
}
