package bench

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Sizes of a panel of the rooms' plot, in pixels of its own coordinate system.
const (
	panelWidth  = 410
	panelHeight = 220
	panelLeft   = 60 // where the axis of sizes begins
	panelRight  = 20
	panelTop    = 40
	panelBottom = 30
)

// plotRooms draws figures of rooms against how many members they have: medians as a line with points, the 95th
// percentile as a thin one, and the baseline in grey. The axis of sizes is logarithmic.
func plotRooms(r Result) string {
	panels := []string{roomReach, roomHops, roomBytes, roomFrames, roomLinked, roomCrash}
	var b strings.Builder
	height := panelHeight * ((len(panels) + 1) / 2)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" `+
		`font-family="system-ui, sans-serif" font-size="12"><title>%s</title>`+"\n",
		2*panelWidth, height, "Rooms by size: medians, thin the 95th percentile, grey the baseline")
	for i, metric := range panels {
		rows := slices.DeleteFunc(slices.Clone(r.Rows), func(row Row) bool { return row.Metric != metric })
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, `<g transform="translate(%d %d)">`+"\n", panelWidth*(i%2), panelHeight*(i/2))
		plotPanel(&b, metric, rows)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// plotPanel draws one metric.
func plotPanel(b *strings.Builder, metric string, rows []Row) {
	const right, bottom = panelWidth - panelRight, panelHeight - panelBottom
	most := 1.0
	for _, row := range rows {
		most = max(most, row.P95, row.Baseline)
	}
	size := func(row Row) float64 {
		n, err := strconv.ParseFloat(row.Case, 64)
		if err != nil {
			return 1
		}
		return math.Log(n)
	}
	first, last := size(rows[0]), size(rows[len(rows)-1])
	x := func(row Row) float64 { return panelLeft + (size(row)-first)/max(last-first, 1)*(right-panelLeft) }
	y := func(value float64) float64 { return bottom - value/most*(bottom-panelTop) }
	text := func(x, y float64, anchor, s string) {
		fmt.Fprintf(b, `<text x="%.0f" y="%.0f" text-anchor="%s" fill="%s">%s</text>`+"\n",
			x, y, anchor, plotInk, html.EscapeString(s))
	}
	line := func(value func(Row) float64, colour string, width float64) {
		var points []string
		for _, row := range rows {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(row), y(value(row))))
		}
		fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="%.1f"/>`+"\n",
			strings.Join(points, " "), colour, width)
	}
	text(panelLeft, panelTop-16, "start", strings.TrimSuffix(metric+", "+rows[0].Unit, ", "))
	for _, value := range []float64{0, most / 2, most} {
		text(panelLeft-8, y(value)+4, "end", number(value))
		fmt.Fprintf(b, `<path d="M%d %.1fH%d" stroke="%s" stroke-opacity="0.25"/>`+"\n",
			panelLeft, y(value), right, plotInk)
	}
	if rows[0].Baseline > 0 {
		line(func(r Row) float64 { return r.Baseline }, plotTheirs, 2)
	}
	line(func(r Row) float64 { return r.P95 }, plotOurs, 0.7)
	line(func(r Row) float64 { return r.Median }, plotOurs, 2)
	for _, row := range rows {
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", x(row), y(row.Median), plotOurs)
		if row.Case != "11" { // beside 10 there is no room for it
			text(x(row), bottom+18, "middle", row.Case)
		}
	}
}
