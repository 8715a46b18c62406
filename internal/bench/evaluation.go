package bench

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
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

// WriteEvaluation writes the page, and beside it a plot for each result that has something to draw, named after the
// page: docs/evaluation.md, docs/evaluation-setup.svg and so on. Sections of what was not measured now stay as the
// page has them.
func WriteEvaluation(page string, machine Machine, results []Result) error {
	before, err := os.ReadFile(page)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("bench: evaluation: %w", err)
	}
	byName := make(map[string]Result, len(results))
	for _, r := range results {
		byName[r.Name] = r
		if len(plotted(r)) == 0 {
			continue
		}
		if err := os.WriteFile(plotOf(page, r.Name), []byte(Plot(r)), 0o644); err != nil { //nolint:gosec // for everybody
			return fmt.Errorf("bench: evaluation: %w", err)
		}
	}
	intro, sections := splitSections(evaluationText)
	_, kept := splitSections(string(before))
	var text strings.Builder
	text.WriteString(intro)
	for _, section := range sections {
		name := resultName.FindStringSubmatch(section.text)[1]
		r, measured := byName[name]
		switch old := sectionTitled(kept, section.title); {
		case measured:
			body := strings.ReplaceAll(section.text, resultName.FindString(section.text), tableOf(page, r))
			text.WriteString(section.title + "\n\n" + machine.line(r.Commit) + "\n" + body)
		case old != "":
			text.WriteString(section.title + "\n" + old)
		}
	}
	if err := os.WriteFile(page, []byte(text.String()), 0o644); err != nil { //nolint:gosec // a page for everybody
		return fmt.Errorf("bench: evaluation: %w", err)
	}
	return nil
}

// resultName is where a section of the page has its table.
var resultName = regexp.MustCompile(`{{index \.Results "(\w+)"}}`)

// section is a part of the page below its heading.
type section struct{ title, text string }

// splitSections gives what is before the first heading of the second level, and the parts below each.
func splitSections(page string) (intro string, sections []section) {
	intro, rest, _ := strings.Cut(page, "\n## ")
	for rest != "" {
		var one string
		one, rest, _ = strings.Cut(rest, "\n## ")
		title, text, _ := strings.Cut(one, "\n")
		sections = append(sections, section{title: "\n## " + title, text: strings.TrimRight(text, "\n") + "\n"})
	}
	return intro, sections
}

func sectionTitled(sections []section, title string) string {
	for _, s := range sections {
		if s.title == title {
			return s.text
		}
	}
	return ""
}

// line says what a section's figures were measured on.
func (m Machine) line(commit string) string {
	line := fmt.Sprintf("Measured %s on %d cores, %s, %s", m.Date, m.CPUs, m.System, m.Go)
	if m.Chromium != "" {
		line += ", " + m.Chromium
	}
	if commit != "" {
		line += ", at commit " + commit
	}
	return line + "."
}

// tableOf is a result's table and its plot.
func tableOf(page string, r Result) string {
	if len(plotted(r)) == 0 {
		return r.Markdown()
	}
	plot := filepath.Base(plotOf(page, r.Name))
	return r.Markdown() + fmt.Sprintf("\n![%s](%s)\n", plotTitle(r), plot)
}

func plotOf(page, name string) string { return strings.TrimSuffix(page, ".md") + "-" + name + ".svg" }
