package bench

import "math"

// labRows makes figures of cells: first those that the page shows, at 50 ms without loss as the origin's table had them
// and for each pair of networks, and all pairs together under each condition; then the whole matrix for programs.
func labRows(cells []labCell) []Row {
	near := func(c labCell) bool { return c.RTT == 50 && c.Loss == 0 && c.Together }
	apart := func(c labCell) bool { return c.RTT == 50 && c.Loss == 0 && !c.Together }
	reachable := func(c labCell) bool { return c.Path != "unknown" }
	every := func(labCell) bool { return true }
	var rows []Row
	for _, view := range []struct {
		name   func(labCell) string
		counts func(labCell) bool
		detail bool
	}{
		{func(c labCell) string { return c.between() + ", " + c.servers() }, near, false},
		{func(c labCell) string { return "different networks, all pairs, " + c.servers() }, apart, false},
		{func(c labCell) string { return c.between() + ", " + c.servers() }, apart, false},
		{func(c labCell) string { return "all with a path, " + c.servers() + ", " + c.conditions() }, reachable, false},
		{func(c labCell) string { return c.between() + ", " + c.servers() + ", " + c.conditions() }, every, true},
	} {
		for _, group := range grouped(cells, view.name, view.counts) {
			for _, row := range group.rows() {
				row.Detail = view.detail
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// labGroup are cells that share a row.
type labGroup group[labCell]

// grouped sorts the cells that count into groups.
func grouped(cells []labCell, name func(labCell) string, counts func(labCell) bool) []*labGroup {
	var counted []labCell
	for _, c := range cells {
		if counts(c) {
			counted = append(counted, c)
		}
	}
	var groups []*labGroup
	for _, g := range groupedBy(counted, name) {
		groups = append(groups, (*labGroup)(g))
	}
	return groups
}

// What rows hold the lab's figures.
const (
	labConnected = "connected"
	labOpen      = "both open"
	labLeast     = "both open, beside the least"
	labText      = "text and echo, beside the path's"
	labAnswered  = "from the answer to both open"
)

// rows are a group's figures: only the first where nobody met.
func (g *labGroup) rows() []Row {
	var open, originOpen, least, originLeast, texts, answered Samples
	for _, c := range g.members {
		for i, took := range c.Setup {
			open, least = append(open, took), append(least, took/c.Floor)
			if !c.Together { // whose round trip is no time at all
				answered = append(answered, (took-c.Applied[i])/c.PathRTT)
			}
		}
		for _, took := range c.Origin {
			originOpen, originLeast = append(originOpen, took), append(originLeast, took/c.Floor)
		}
		for _, took := range c.Trips {
			texts = append(texts, took/c.PathRTT)
		}
	}
	rows := []Row{g.connected()}
	if len(open) == 0 {
		return rows
	}
	rows = append(rows,
		ratioRow(g.name, labOpen, "ms", open, originOpen, 0),
		atMost(ratioRow(g.name, labLeast, "×", least, originLeast, 0), maxFloorRatio),
		atMost(ratioRow(g.name, labText, "×", texts, nil, 0), maxPathRatio))
	if len(answered) > 0 {
		rows = append(rows, atMost(ratioRow(g.name, labAnswered, "RTT", answered, nil, 0), maxAnswered))
	}
	return rows
}

// atMost gives a row a bound of its own.
func atMost(r Row, limit float64) Row {
	r.Target, r.OK = "≤ "+number(limit)+" "+r.Unit, math.Round(100*r.Median) <= 100*limit // as people read it
	return r
}

// connected is the share that met, beside the origin's. Where there is no path nobody shall.
func (g *labGroup) connected() Row {
	met, of, reachable, origin := 0, 0, 0, 0
	for _, c := range g.members {
		m, n := c.met()
		met, of, origin = met+m, of+n, origin+len(c.Origin)
		if c.Path != "unknown" {
			reachable += n
		}
	}
	row := shareRow(g.name, labConnected, met, of)
	row.Baseline = 100 * float64(origin) / float64(of)
	row.OK = met == reachable
	switch reachable {
	case of:
		row.Target = "100 %"
	case 0:
		row.Target = "no path"
	default:
		row.Target = "all with a path"
	}
	return row
}
