package bench

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

//go:embed evaluation.md.tmpl
var evaluationText string

// Machine is what the figures were measured on, as far as a reader needs it to judge them.
type Machine struct {
	CPUs     int
	System   string // operating system and architecture
	Go       string // version of Go
	Chromium string // version of Chromium, empty if it was not used
	Date     string // day of the run, 2006-01-02
}

// WriteEvaluation writes the page and one plot for each result beside it, named after the page's
// folder: docs/evaluation.md, docs/evaluation-setup.svg and so on.
func WriteEvaluation(page string, machine Machine, results []Result) error {
	tmpl, err := template.New("evaluation").Parse(evaluationText)
	if err != nil {
		return fmt.Errorf("bench: evaluation: %w", err)
	}
	byName := make(map[string]string, len(results))
	for _, r := range results {
		plot := strings.TrimSuffix(page, ".md") + "-" + r.Name + ".svg"
		if err := os.WriteFile(plot, []byte(Plot(r)), 0o644); err != nil { //nolint:gosec // a page for everybody
			return fmt.Errorf("bench: evaluation: %w", err)
		}
		alt := fmt.Sprintf("Medians of %s beside their baselines", r.Name)
		byName[r.Name] = r.Markdown() + fmt.Sprintf("\n![%s](%s)\n", alt, filepath.Base(plot))
	}
	var b strings.Builder
	commit := ""
	if len(results) > 0 {
		commit = results[0].Commit
	}
	if err := tmpl.Execute(&b, map[string]any{"Machine": machine, "Commit": commit, "Results": byName}); err != nil {
		return fmt.Errorf("bench: evaluation: %w", err)
	}
	if err := os.WriteFile(page, []byte(b.String()), 0o644); err != nil { //nolint:gosec // a page for everybody
		return fmt.Errorf("bench: evaluation: %w", err)
	}
	return nil
}
