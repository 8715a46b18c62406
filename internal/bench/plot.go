package bench

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Sizes of a plot, in pixels of its own coordinate system.
const (
	plotWidth   = 720
	plotLabel   = 250 // where bars begin
	plotRow     = 46
	plotBar     = 14
	plotMargin  = 16
	plotNumbers = 90 // room for the figure behind the longest bar
)

// Plot draws the rows that have a baseline and are no shares: for each, our median with a line to the 95th percentile,
// and the baseline below it. Bars are to scale within a row's unit, so milliseconds are compared with
// milliseconds. The colours read on light and dark paper.
func Plot(r Result) string {
	var rows []Row
	largest := map[string]float64{}
	for _, row := range r.shown() {
		if row.Baseline > 0 && row.Unit != "%" {
			rows = append(rows, row)
			largest[row.Unit] = max(largest[row.Unit], row.P95, row.Baseline)
		}
	}
	height := 2*plotMargin + plotRow*len(rows)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" `+
		`font-family="system-ui, sans-serif" font-size="12"><title>%s</title>`+"\n",
		plotWidth, height, html.EscapeString("Medians of "+r.Name+" beside their baselines"))
	for i, row := range rows {
		scale := (plotWidth - plotLabel - plotNumbers) / largest[row.Unit]
		plotRows(&b, row, plotMargin+plotRow*i, scale)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func plotRows(b *strings.Builder, row Row, top int, scale float64) {
	const ours, theirs, ink = "#b4541a", "#8a8a86", "#77756f"
	middle := top + plotBar/2
	pixels := func(value float64) int { return int(math.Round(value * scale)) }
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="end" fill="%s">%s</text>`+"\n",
		plotLabel-10, top+plotBar+3, ink, html.EscapeString(row.Case+", "+row.Metric))
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" rx="2" fill="%s"/>`,
		plotLabel, top, pixels(row.Median), plotBar, ours)
	fmt.Fprintf(b, `<path d="M%d %dH%d" stroke="%s" stroke-width="2"/>`,
		plotLabel+pixels(row.Median), middle, plotLabel+pixels(row.P95), ours)
	fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s">%s %s</text>`+"\n",
		plotLabel+pixels(row.P95)+8, top+plotBar-3, ink, number(row.Median), html.EscapeString(row.Unit))
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" rx="2" fill="%s"/>`,
		plotLabel, top+plotBar+2, pixels(row.Baseline), plotBar, theirs)
	fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s">%s %s</text>`+"\n",
		plotLabel+pixels(row.Baseline)+8, top+2*plotBar-1, ink, number(row.Baseline), html.EscapeString(row.Unit))
}
