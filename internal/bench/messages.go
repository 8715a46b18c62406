package bench

import (
	"context"
	"slices"
	"strconv"
)

// exchanged is what a line of the lab's -messages holds: one exchange of texts, times in milliseconds. The test in
// emulator-tests/lab that writes it says more; so does that of tripped.
type exchanged struct {
	Path      string  `json:"path"`
	RTT       float64 `json:"rtt"`
	Loss      float64 `json:"loss"`
	Trips     Samples `json:"trips"`
	Ways      Samples `json:"ways"`
	BareTrips Samples `json:"bareTrips"`
	BareWays  Samples `json:"bareWays"`
}

// tripped is what a line of the lab's -trips holds: round trips at one distance, by what they went over.
type tripped struct {
	OneWay float64            `json:"oneWay"`
	Took   map[string]Samples `json:"took"`
}

// messages sends many texts over simulated paths, and one over everything that there is.
func (m *measuring) messages(ctx context.Context) ([]Row, error) {
	m.progress("messages: " + strconv.Itoa(m.Runs) + " times 500 texts over each path, in virtual time")
	exchanges, err := runLab[exchanged](ctx, m, "TestMessages", "messages")
	if err != nil {
		return nil, err
	}
	m.progress("messages: " + strconv.Itoa(m.Runs) + " runs of round trips, beside UDP, TCP and a WebSocket relay")
	trips, err := runLab[tripped](ctx, m, "TestTrips", "trips")
	return append(messageRows(exchanges), tripRows(trips)...), err
}

// messageRows has six figures for each path.
func messageRows(all []exchanged) []Row {
	name := func(e exchanged) string {
		if e.Loss == 0 {
			return e.Path + ", " + number(e.RTT) + " ms"
		}
		return e.Path + ", " + number(e.RTT) + " ms, " + number(100*e.Loss) + " % lost"
	}
	var rows []Row
	for _, path := range groupedBy(all, name) {
		target := maxPathRatio
		if path.members[0].Loss > 0 {
			target = 0 // chance decides
		}
		figure := func(metric, unit string, of func(Samples) float64, ours, bare func(exchanged) Samples, target float64) {
			var our, their Samples
			for _, e := range path.members {
				our, their = append(our, of(ours(e))), append(their, of(bare(e)))
			}
			rows = append(rows, ratioRow(path.name, metric, unit, our, their, target))
		}
		p99 := func(s Samples) float64 { return s.Quantile(0.99) }
		total := func(s Samples) float64 { return s.Mean() * float64(len(s)) / 1000 }
		ours, bare := func(e exchanged) Samples { return e.Trips }, func(e exchanged) Samples { return e.BareTrips }
		figure("one by one: mean of a round trip", "ms", Samples.Mean, ours, bare, target)
		figure("one by one: p99", "ms", p99, ours, bare, target)
		figure("one by one: all 500", "s", total, ours, bare, target)
		ours, bare = func(e exchanged) Samples { return e.Ways }, func(e exchanged) Samples { return e.BareWays }
		figure("all at once: mean until one arrives", "ms", Samples.Mean, ours, bare, target)
		figure("all at once: p99", "ms", p99, ours, bare, target)
		figure("all at once: all 500", "ms", slices.Max, ours, bare, target)
	}
	return rows
}

// tripRows hold a text of 100 bytes and its echo beside what else carries bytes.
func tripRows(all []tripped) []Row {
	slices.SortFunc(all, func(a, b tripped) int { return int(b.OneWay - a.OneWay) })
	var rows []Row
	for _, t := range all {
		name, target := "100 bytes and echo, "+number(2*t.OneWay)+" ms", maxPathRatio
		if t.OneWay == 0 {
			name, target = "100 bytes and echo, no distance", 0 // there the relay's second way is none
		}
		rows = append(rows,
			ratioRow(name, "beside UDP", "ms", t.Took["peer"], t.Took["udp"], target),
			ratioRow(name, "beside TCP", "ms", t.Took["peer"], t.Took["tcp"], target),
			ratioRow(name, "beside a relay over WebSocket", "ms", t.Took["peer"], t.Took["relay"], 0))
	}
	return rows
}
