package bench

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func TestQuantile(t *testing.T) {
	s := Samples{9, 1, 5, 3, 7, 2, 8, 4, 6, 10}
	for q, want := range map[float64]float64{0: 1, 0.5: 5, 0.95: 10, 1: 10} {
		if got := s.Quantile(q); got != want {
			t.Errorf("quantile %v = %v, want %v", q, got, want)
		}
	}
	if got := (Samples{}).Median(); !math.IsNaN(got) {
		t.Errorf("median of nothing = %v", got)
	}
	if s[0] != 9 {
		t.Error("the samples were reordered")
	}
}

func TestRows(t *testing.T) {
	met := ratioRow("a", "setup", "ms", Samples{20, 20, 20}, Samples{10, 10, 10}, 2)
	if met.Ratio != 2 || !met.OK || met.N != 3 || met.Target == "" {
		t.Errorf("%+v", met)
	}
	if missed := ratioRow("a", "setup", "ms", Samples{21}, Samples{10}, 2); missed.OK {
		t.Errorf("%+v", missed)
	}
	if missed := countRow("a", "writes", Samples{8}, 7); missed.OK || missed.Baseline != 0 {
		t.Errorf("%+v", missed)
	}
	if free := countRow("a", "reads", Samples{8}, 0); !free.OK || free.Target != "" {
		t.Errorf("%+v", free)
	}
}

func TestWrite(t *testing.T) {
	r := Result{Name: "setup", Commit: "abc", Rows: []Row{
		ratioRow("pion", "both open", "ms", Samples{12.34}, Samples{10}, 2),
		countRow("pion", "writes", Samples{6}, 7),
	}}
	var table, line bytes.Buffer
	if err := r.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	if err := r.WriteJSON(&line); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"12.3 ms", "1.23", "≤ 2 × baseline ✓", "≤ 7 ✓", "–"} {
		if !strings.Contains(table.String(), want) || !strings.Contains(r.Markdown(), want) {
			t.Errorf("%q is not in\n%s\n%s", want, table.String(), r.Markdown())
		}
	}
	var back Result
	if err := json.Unmarshal(line.Bytes(), &back); err != nil || len(back.Rows) != 2 || back.Rows[1].Median != 6 {
		t.Errorf("JSON reads back as %+v, %v", back, err)
	}
}
