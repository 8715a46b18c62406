package bench

import "time"

func liveRows(name string, f liveFigures) []Row {
	rows := []Row{
		ratioRow(name, "a text has reached all", "ms", f.reach, f.bare, 0),
		inUnit("ms", countRow(name, "entering: let in", f.entered, 0)),
		inUnit("ms", countRow(name, "entering: linked", f.linked, 0)),
		countRow(name, "entering: reads", f.reads, 0),
		countRow(name, "entering: writes and deletes", f.writes, 0),
		inUnit("MiB", countRow(name, "memory of a member", Samples{f.memory}, 0)),
		countRow(name, "goroutines of a member", Samples{f.routine}, 0),
	}
	return append(rows, lostRow(name, f))
}

// farRows hold a room to bare channels over the same distance.
func farRows(name string, f liveFigures) []Row {
	name += ", " + number(float64(2*liveAway)/float64(time.Millisecond)) + " ms apart"
	return []Row{ratioRow(name, "a text has reached all", "ms", f.reach, f.bare, maxAwayRatio), lostRow(name, f)}
}

func lostRow(name string, f liveFigures) Row {
	return Row{
		Case: name, Metric: "texts lost", N: len(f.reach) + int(f.lost), Median: f.lost, P95: f.lost, Target: "0",
		OK: f.lost == 0,
	}
}

func inUnit(unit string, r Row) Row {
	r.Unit = unit
	return r
}
