package bench

import (
	"slices"
	"strconv"
)

// column is a column of a table that has a row for each case, and shows one figure of it.
type column struct {
	head, metric string
	show         func(Row) string
}

// layout is the columns of a benchmark's table; nil for a table that has a row for each figure.
func layout(benchmark string) []column {
	switch benchmark {
	case "lab":
		return []column{
			{"n", labConnected, many},
			{"connected", labConnected, marked},
			{"95 % interval", labConnected, interval},
			{"both open", labOpen, middle},
			{"95 % interval", labOpen, interval},
			{"p95", labOpen, late},
			{"beside the least", labLeast, marked},
			{"from the answer on", labAnswered, marked},
			{"text, beside the path's", labText, marked},
			{"origin: connected", labConnected, compared},
			{"origin: both open", labOpen, compared},
		}
	case "namespaces":
		return []column{
			{"n", gateConnected, many},
			{"connected", gateConnected, marked},
			{"95 % interval", gateConnected, interval},
			{"both open", gateOpen, middle},
			{"95 % interval", gateOpen, interval},
			{"p95", gateOpen, late},
			{"text and echo", gateText, middle},
			{"p95", gateText, late},
			{"origin: connected", gateConnected, compared},
			{"origin: both open", gateOpen, compared},
		}
	case "rooms":
		return []column{
			{"texts", roomLost, many},
			{"lost", roomLost, marked},
			{"doubled", roomDoubled, marked},
			{"reaches all in", roomReach, middle},
			{"p95", roomReach, late},
			{"straight", roomReach, compared},
			{"hops", roomHops, middle},
			{"p95", roomHops, late},
			{"bytes of a text, each", roomBytes, middle},
			{"once", roomBytes, compared},
			{"without texts", roomIdle, middle},
			{"join: store", roomStore, marked},
			{"links", roomLinks, middle},
			{"introductions", roomFrames, middle},
			{"let in after", roomIn, middle},
			{"linked in", roomLinked, middle},
			{"p95", roomLinked, late},
			{"half crash: reaches all in", roomCrash, middle},
			{"p95", roomCrash, late},
		}
	case "faults":
		return []column{
			{"texts", faultLost, many},
			{"lost", faultLost, marked},
			{"duplicated", faultDuplicated, marked},
			{"out of order", faultDisordered, marked},
			{"runs", faultRecovered, many},
			{"recovered in", faultRecovered, middle},
			{"95 % interval", faultRecovered, interval},
			{"p95", faultRecovered, late},
		}
	}
	return nil
}

// table is the result's rows for people, the head first.
func (r Result) table() [][]string {
	columns := layout(r.Name)
	if columns == nil {
		table := [][]string{{"case", "metric", "n", "median", "95 % interval", "p95", "baseline", "ratio", "target"}}
		for _, row := range r.shown() {
			table = append(table, row.cells())
		}
		return table
	}
	head := []string{"case"}
	for _, c := range columns {
		head = append(head, c.head)
	}
	table := [][]string{head}
	var cases []string
	rows := r.shown()
	for _, row := range rows {
		if !slices.Contains(cases, row.Case) {
			cases = append(cases, row.Case)
			table = append(table, wide(row.Case, rows, columns))
		}
	}
	return table
}

// wide is one case's line.
func wide(name string, rows []Row, columns []column) []string {
	line := []string{name}
	for _, c := range columns {
		cell := "–"
		for _, row := range rows {
			if row.Case == name && row.Metric == c.metric {
				cell = c.show(row)
			}
		}
		line = append(line, cell)
	}
	return line
}

func many(r Row) string { return strconv.Itoa(r.N) }

func middle(r Row) string { return r.value(r.Median) }

func marked(r Row) string { return r.value(r.Median) + mark(r) }

func late(r Row) string { return r.value(r.P95) }

func interval(r Row) string {
	if r.High > 0 {
		return number(r.Low) + " – " + number(r.High)
	}
	return "–"
}

func compared(r Row) string {
	if r.Baseline > 0 || r.Unit == "%" && !r.alone { // of none, too
		return r.value(r.Baseline)
	}
	return "–"
}

// mark tells whether the target is met, where there is one.
func mark(r Row) string {
	switch {
	case r.Target == "":
		return ""
	case r.OK:
		return " ✓"
	}
	return " ✗"
}
