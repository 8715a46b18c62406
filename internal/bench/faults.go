package bench

import (
	"context"
	"strconv"
)

// What rows hold the figures of faults.
const (
	faultLost       = "lost"
	faultDuplicated = "duplicated"
	faultDisordered = "out of order"
	faultRecovered  = "recovered"
)

// faultRun is what a line of the lab's -faults holds: one conversation under one fault, times in milliseconds. The test
// in emulator-tests/lab that writes it says more.
type faultRun struct {
	Fault      string  `json:"fault"`
	Failure    string  `json:"failure"`
	Sent       int     `json:"sent"`
	Lost       int     `json:"lost"`
	Duplicated int     `json:"duplicated"`
	Disordered int     `json:"disordered"`
	Recovered  float64 `json:"recovered"`
	Longest    float64 `json:"longest"`
}

// faults lets things happen to conversations on simulated networks, and counts what arrives.
func (m *measuring) faults(ctx context.Context) ([]Row, error) {
	m.progress("faults: " + strconv.Itoa(m.Runs) + " conversations under each, in virtual time")
	runs, err := runLab[faultRun](ctx, m, "TestFaults", "faults")
	return faultRows(runs), err
}

// faultRows has four figures for each fault, in the order of the lab, and those of all together.
func faultRows(runs []faultRun) []Row {
	var rows []Row
	for _, fault := range groupedBy(runs, func(r faultRun) string { return r.Fault }) {
		var recovered, longest Samples
		for _, r := range fault.members {
			if r.Failure == "" {
				recovered, longest = append(recovered, r.Recovered/1000), append(longest, r.Longest/1000)
			}
		}
		back := countRow(fault.name, faultRecovered, recovered, 0)
		slowest := countRow(fault.name, "longest that a text took", longest, 0)
		back.Unit, slowest.Unit, slowest.Detail = "s", "s", true
		rows = append(rows, textRows(fault.name, fault.members)...)
		rows = append(rows, back, slowest)
	}
	return append(rows, textRows("all", runs)...)
}

// textRows count texts: n were sent, and none may be among the others.
func textRows(name string, runs []faultRun) []Row {
	var sent, lost, duplicated, disordered int
	for _, r := range runs {
		sent, lost = sent+r.Sent, lost+r.Lost
		duplicated, disordered = duplicated+r.Duplicated, disordered+r.Disordered
	}
	none := func(metric string, n int) Row {
		return Row{
			Case: name, Metric: metric, N: sent, Median: float64(n), P95: float64(n),
			Target: "0", OK: n == 0,
		}
	}
	return []Row{none(faultLost, lost), none(faultDuplicated, duplicated), none(faultDisordered, disordered)}
}
