package bench

// labRows makes figures of cells: first those that the page shows, each pair of networks at 50 ms without loss and all
// pairs together under each condition, then the whole matrix for programs.
func labRows(cells []labCell) []Row {
	var rows []Row
	typical := func(c labCell) bool { return c.RTT == 50 && c.Loss == 0 }
	pair := func(c labCell) string { return c.between() + ", " + c.servers() }
	for _, group := range grouped(cells, pair, typical) {
		rows = append(rows, group.rows()...)
	}
	together := func(c labCell) string { return "all pairs with a path, " + c.servers() + ", " + c.conditions() }
	reachable := func(c labCell) bool { return c.Path != "unknown" }
	for _, group := range grouped(cells, together, reachable) {
		rows = append(rows, group.connected(), group.beside("both open, beside the least"), group.answered())
	}
	whole := func(c labCell) string { return c.between() + ", " + c.servers() + ", " + c.conditions() }
	for _, group := range grouped(cells, whole, func(labCell) bool { return true }) {
		for _, row := range group.rows() {
			row.Detail = true
			rows = append(rows, row)
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

// rows of cells between which nothing differs but who comes first.
func (g *labGroup) rows() []Row {
	rows := []Row{g.connected()}
	var setup, origin, trips Samples
	for _, c := range g.members {
		setup, origin, trips = append(setup, c.Setup...), append(origin, c.Origin...), append(trips, c.Trips...)
	}
	if len(setup) == 0 {
		return rows
	}
	open := ratioRow(g.name, "both open", "ms", setup, origin, 0)
	floor := g.members[0].Floor
	open.Target = "≤ " + number(maxFloorRatio) + " × " + number(floor) + " ms"
	open.OK = open.Median <= maxFloorRatio*floor
	trip := ratioRow(g.name, "text and echo, beside the path's", "ms", trips, Samples{g.members[0].PathRTT}, maxPathRatio)
	return append(rows, open, trip)
}

// connected is the share that met, beside the origin's. Where there is no path nobody shall.
func (g *labGroup) connected() Row {
	met, of, origin := 0, 0, 0
	for _, c := range g.members {
		m, n := c.met()
		met, of, origin = met+m, of+n, origin+len(c.Origin)
	}
	row := shareRow(g.name, "connected", met, of)
	row.Baseline = 100 * float64(origin) / float64(of)
	if g.members[0].Path == "unknown" {
		row.Target, row.OK = "no path", met == 0
		return row
	}
	row.Target, row.OK = "100 %", met == of
	return row
}

// beside is setup as a multiple of what each cell needs at the least, beside the origin's.
func (g *labGroup) beside(metric string) Row {
	var ours, origin Samples
	for _, c := range g.members {
		for _, took := range c.Setup {
			ours = append(ours, took/c.Floor)
		}
		for _, took := range c.Origin {
			origin = append(origin, took/c.Floor)
		}
	}
	row := ratioRow(g.name, metric, "×", ours, origin, 0)
	row.Target, row.OK = "≤ "+number(maxFloorRatio)+" ×", row.Median <= maxFloorRatio
	return row
}

// answered is the time from the answer to both open, in round trips of the path. Two in one network are left out: their
// round trip is no time at all.
func (g *labGroup) answered() Row {
	var ours Samples
	for _, c := range g.members {
		for i, took := range c.Setup {
			if !c.Together {
				ours = append(ours, (took-c.Applied[i])/c.PathRTT)
			}
		}
	}
	row := countRow(g.name, "from the answer to both open", ours, maxAnswered)
	row.Unit = "RTT"
	return row
}
