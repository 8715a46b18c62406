package bench

import (
	"strings"
	"testing"
)

// What the lab writes becomes a figure of each exchange, and medians of those.
func TestMessageRows(t *testing.T) {
	const lines = `
{"path":"direct","rtt":50,"trips":[50,60],"ways":[25,75],"bareTrips":[50,50],"bareWays":[25,25]}
{"path":"direct","rtt":50,"trips":[50,70],"ways":[25,95],"bareTrips":[50,50],"bareWays":[25,25]}`
	exchanges, err := readSamples[exchanged](strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	rows := messageRows(exchanges)
	trips, last := rows[0], rows[len(rows)-1]
	if trips.Case != "direct, 50 ms" || trips.N != 2 || trips.Median != 55 || trips.Baseline != 50 || !trips.OK {
		t.Errorf("%+v", trips)
	}
	if last.Median != 75 || last.P95 != 95 || last.Ratio != 3 || last.OK {
		t.Errorf("%+v", last)
	}
}

func TestTripRows(t *testing.T) {
	const lines = `
{"oneWay":0,"took":{"peer":[0.2],"udp":[0.1],"tcp":[0.1],"relay":[0.1]}}
{"oneWay":25,"took":{"peer":[52],"udp":[50],"tcp":[50],"relay":[104]}}`
	trips, err := readSamples[tripped](strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	rows := tripRows(trips)
	far, near := rows[2], rows[3]
	if far.Case != "100 bytes and echo, 50 ms" || far.Ratio != 0.5 {
		t.Errorf("%+v", far)
	}
	if near.Case != "100 bytes and echo, no distance" || near.Ratio != 2 || near.Target != "" {
		t.Errorf("%+v", near)
	}
}
