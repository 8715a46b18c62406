package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Result is what one benchmark found: the JSON object of the design's section 7.
type Result struct {
	// Name is the benchmark's, as in `parley bench NAME`.
	Name string `json:"name"`
	// Commit is the revision measured, empty if it is not known.
	Commit string `json:"commit"`
	Rows   []Row  `json:"rows"`
}

// Row is one figure of a benchmark.
type Row struct {
	Case   string  `json:"case"`
	Metric string  `json:"metric"`
	Unit   string  `json:"unit"`
	N      int     `json:"n"`
	Median float64 `json:"median"`
	P95    float64 `json:"p95"`
	// Low and High are the 95 % confidence interval of Median; both 0 where nothing was sampled more than once.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Baseline is the median of what the same run measured for the thing compared with; 0 if nothing is.
	Baseline float64 `json:"baseline"`
	// Ratio is Median over Baseline; 0 without a baseline.
	Ratio float64 `json:"ratio"`
	// Target is the bound from the design's budgets, in words; empty if there is none.
	Target string `json:"target"`
	// OK tells whether the target is met; true without one.
	OK bool `json:"ok"`
	// Detail marks a row that is for programs: tables and plots leave it out.
	Detail bool `json:"detail,omitempty"`

	alone bool // nothing is compared with: a baseline of 0 % is none
}

// Samples are the measurements of one case, in the row's unit.
type Samples []float64

// Quantile is the q-quantile (0 to 1) of the samples by the nearest rank, NaN without samples.
func (s Samples) Quantile(q float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(s))
	rank := int(math.Ceil(q*float64(len(sorted)))) - 1
	return sorted[min(max(rank, 0), len(sorted)-1)]
}

// Median is the 0.5-quantile.
func (s Samples) Median() float64 { return s.Quantile(0.5) }

// Mean is the arithmetic mean of the samples, NaN without samples.
func (s Samples) Mean() float64 {
	sum := 0.0
	for _, one := range s {
		sum += one
	}
	return sum / float64(len(s))
}

// ratioRow compares samples with a baseline, if that has any. maxRatio 0 means that there is no target.
func ratioRow(name, metric, unit string, ours, baseline Samples, maxRatio float64) Row {
	r := Row{
		Case: name, Metric: metric, Unit: unit, N: len(ours),
		Median: ours.Median(), P95: ours.Quantile(0.95), OK: true,
	}
	r.Low, r.High = ours.MedianInterval()
	if r.Baseline = baseline.Median(); len(baseline) == 0 {
		r.Baseline = 0
		return r
	}
	r.Ratio = r.Median / r.Baseline
	if maxRatio > 0 {
		r.Target = "≤ " + number(maxRatio) + " × baseline"
		r.OK = r.Ratio <= maxRatio
	}
	return r
}

// countRow holds counted things against a bound of their own. limit 0 means that there is no target.
func countRow(name, metric string, ours Samples, limit float64) Row {
	r := Row{
		Case: name, Metric: metric, N: len(ours),
		Median: ours.Median(), P95: ours.Quantile(0.95), OK: true,
	}
	r.Low, r.High = ours.MedianInterval()
	if limit > 0 {
		r.Target = "≤ " + number(limit)
		r.OK = r.Median <= limit
	}
	return r
}

// WriteJSON writes the result as one line of JSON.
func (r Result) WriteJSON(w io.Writer) error {
	return json.NewEncoder(w).Encode(r)
}

// WriteTable writes the result as a table for people.
func (r Result) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range r.table() {
		_, _ = fmt.Fprintln(t, strings.Join(line, "\t")+"\t")
	}
	return t.Flush()
}

// Markdown is the result as a table for docs/evaluation.md.
func (r Result) Markdown() string {
	var b strings.Builder
	for i, line := range r.table() {
		b.WriteString("| " + strings.Join(line, " | ") + " |\n")
		if i == 0 {
			b.WriteString(strings.Repeat("|---", len(line)) + "|\n")
		}
	}
	return b.String()
}

// shown are the rows for people.
func (r Result) shown() []Row {
	return slices.DeleteFunc(slices.Clone(r.Rows), func(row Row) bool { return row.Detail })
}

// value is a figure with the row's unit.
func (row Row) value(f float64) string { return strings.TrimSpace(number(f) + " " + row.Unit) }

// cells are a row of a table that has one for each figure.
func (row Row) cells() []string {
	ratio, target := "–", "–"
	if row.Ratio > 0 {
		ratio = number(row.Ratio)
	}
	if row.Target != "" {
		target = row.Target + mark(row)
	}
	return []string{
		row.Case, row.Metric, strconv.Itoa(row.N), middle(row), interval(row), late(row), compared(row), ratio, target,
	}
}

// number writes f with three digits that mean something.
func number(f float64) string {
	switch {
	case math.IsNaN(f):
		return "–"
	case math.Abs(f) >= 100:
		return strconv.FormatFloat(f, 'f', 0, 64)
	case math.Abs(f) >= 10:
		return strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0")
	}
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(f, 'f', 2, 64), "0"), ".")
}
