package bench

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteEvaluation(t *testing.T) {
	page := filepath.Join(t.TempDir(), "evaluation.md")
	results := []Result{
		{Name: "setup", Commit: "abc", Rows: []Row{
			ratioRow("pion ↔ pion", "both open", "ms", Samples{12}, Samples{10}, 2),
			countRow("pion ↔ pion", "writes", Samples{6}, 7),
		}},
		{Name: "latency", Rows: []Row{ratioRow("<b>", "round trip", "µs", Samples{50}, Samples{49}, 1.2)}},
	}
	machine := Machine{CPUs: 2, System: "linux/amd64", Go: "go1.26", Date: "2026-11-20"}
	if err := WriteEvaluation(page, machine, results); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| pion ↔ pion | writes |", "commit abc", "(evaluation-setup.svg)", "≤ 1.2 × baseline ✓",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	again := []Result{{Name: "latency", Commit: "def", Rows: []Row{countRow("later", "texts", Samples{7}, 7)}}}
	if err := WriteEvaluation(page, machine, again); err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for want, times := range map[string]int{
		"| pion ↔ pion | writes |": 1, "| pion ↔ pion | both open |": 1, "commit abc": 1, "commit def": 1,
		"| later | texts |": 1, "round trip": strings.Count(string(text), "round trip") - 1,
	} {
		if n := strings.Count(string(second), want); n != times {
			t.Errorf("measured again, the page has %q %d times, want %d", want, n, times)
		}
	}
	checkXML(t, filepath.Join(filepath.Dir(page), "evaluation-setup.svg"), 2)
}

func checkXML(t *testing.T, path string, bars int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rects := 0
	for dec := xml.NewDecoder(f); ; {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "rect" {
			rects++
		}
	}
	if rects != bars {
		t.Errorf("%s has %d bars, want %d", path, rects, bars)
	}
}
