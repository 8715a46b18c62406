package bench

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Sizes of a plot, in pixels of its own coordinate system.
const (
	plotWidth   = 820
	plotLabel   = 350 // where bars begin
	plotRow     = 46
	plotBar     = 14
	plotMargin  = 16
	plotNumbers = 90 // room for the figure behind the longest bar
)

// Colours of a plot, to be read on light and on dark paper.
const (
	plotOurs   = "#b4541a"
	plotTheirs = "#8a8a86"
	plotInk    = "#77756f"
)

// plotted are the rows that are drawn: those with a baseline that are no shares, but where a benchmark has one metric
// that says it all, that.
func plotted(r Result) []Row {
	var rows []Row
	for _, row := range r.shown() {
		draw := row.Baseline > 0 && row.Unit != "%"
		switch r.Name {
		case "lab": // pairs of networks, as the origin's table had them; it knew no TURN
			draw = row.Metric == labOpen && strings.HasSuffix(row.Case, ", STUN and TURN")
		case "namespaces":
			draw = row.Metric == gateOpen
		case "faults":
			draw = row.Metric == faultRecovered
		case "rooms":
			draw = true
		}
		if draw {
			rows = append(rows, row)
		}
	}
	return rows
}

// Plot draws a result: for each row our median with a line to the 95th percentile, and below it the baseline, if it has
// one. Bars are to scale within a row's unit, so milliseconds are compared with milliseconds. Rooms are drawn against
// their size.
func Plot(r Result) string {
	if r.Name == "rooms" {
		return plotRooms(r)
	}
	rows := plotted(r)
	largest := map[string]float64{}
	for _, row := range rows {
		largest[row.Unit] = max(largest[row.Unit], row.P95, row.Baseline)
	}
	height := 2*plotMargin + plotRow*len(rows)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" `+
		`font-family="system-ui, sans-serif" font-size="12"><title>%s</title>`+"\n",
		plotWidth, height, html.EscapeString(plotTitle(r)))
	for i, row := range rows {
		scale := (plotWidth - plotLabel - plotNumbers) / largest[row.Unit]
		plotRows(&b, row, plotMargin+plotRow*i, scale)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func plotTitle(r Result) string {
	return "Medians of " + r.Name + " with lines to the 95th percentile, beside their baselines"
}

func plotRows(b *strings.Builder, row Row, top int, scale float64) {
	middle := top + plotBar/2
	pixels := func(value float64) int { return int(math.Round(value * scale)) }
	text := func(x, y int, anchor, s string) {
		fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="%s" fill="%s">%s</text>`+"\n",
			x, y, anchor, plotInk, html.EscapeString(s))
	}
	bar := func(y int, value float64, colour string) {
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" rx="2" fill="%s"/>`+"\n",
			plotLabel, y, pixels(value), plotBar, colour)
	}
	text(plotLabel-10, top+plotBar-3, "end", row.Case)
	text(plotLabel-10, top+2*plotBar-1, "end", row.Metric)
	bar(top, row.Median, plotOurs)
	fmt.Fprintf(b, `<path d="M%d %dH%d" stroke="%s" stroke-width="2"/>`+"\n",
		plotLabel+pixels(row.Median), middle, plotLabel+pixels(row.P95), plotOurs)
	text(plotLabel+pixels(row.P95)+8, top+plotBar-3, "start", row.value(row.Median))
	if row.Baseline > 0 {
		bar(top+plotBar+2, row.Baseline, plotTheirs)
		text(plotLabel+pixels(row.Baseline)+8, top+2*plotBar-1, "start", row.value(row.Baseline))
	}
}
