package bench

import (
	"context"
	"fmt"
)

const (
	// maxOpening is how long people wait for a room without wondering, maxGap what they do not see between two frames,
	// maxSearch what they take for an answer at once; in milliseconds.
	maxOpening = 2000
	maxGap     = 50
	maxSearch  = 500
)

// history measures the app with a long history in Chromium.
func (m *measuring) history(ctx context.Context) ([]Row, error) {
	m.progress(fmt.Sprintf("history: %d visits of a room of 100 000 texts, and of one of 100", m.Runs))
	run, err := runBrowser(ctx, m.Root, "history", m.url, m.Runs)
	if err != nil {
		return nil, err
	}
	m.browser = run.Browser
	return historyRows(run.Samples), nil
}

// historyRows hold a room of many texts to one of few.
func historyRows(samples map[string]Samples) []Row {
	const name = "100 000 texts"
	var rows []Row
	for _, figure := range []struct {
		metric, sample, unit string
		limit                float64
	}{
		{"opening: the click is answered", "answered", "ms", 0},
		{"opening: what was said last is there", "opened", "ms", maxOpening},
		{"opening: longest task", "opening: longest", "ms", 0},
		{"scrolling by page: between frames, p95", "paging: frames", "ms", maxGap},
		{"scrolling by page: longest task", "paging: longest", "ms", 0},
		{"scrolling by wheel: between frames, p95", "wheeling: frames", "ms", maxGap},
		{"scrolling by wheel: longest task", "wheeling: longest", "ms", 0},
		{"from the end to the beginning", "home", "ms", 0},
		{"searching a rare word", "search", "ms", maxSearch},
		{"searching: longest task", "searching: longest", "ms", 0},
		{"memory of the page's scripts", "heap", "MiB", 0},
	} {
		ours := samples[figure.sample]
		row := ratioRow(name, figure.metric, figure.unit, ours, samples["short "+figure.sample], 0)
		if figure.limit > 0 {
			row.Target, row.OK = "≤ "+number(figure.limit)+" "+figure.unit, row.Median <= figure.limit
		}
		rows = append(rows, row)
	}
	return rows
}
