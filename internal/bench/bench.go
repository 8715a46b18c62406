package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/parley-chat/parley/internal/local"
)

// Names are the benchmarks that there are, in the order of docs/evaluation.md.
func Names() []string {
	return []string{
		"setup", "latency", "lab", "namespaces", "messages", "faults", "rooms", "live", "files", "history", "emulator",
		"doctor",
	}
}

// defaultRuns is the design's floor of 20, and a few more.
const defaultRuns = 25

// warmUps are measured and thrown away: the first connections load classes, fill caches and compile.
const warmUps = 5

// Options change how Run measures; nil and the zero value are the defaults.
type Options struct {
	// Runs is how many samples a case has. Default 25.
	Runs int
	// Long makes some benchmarks measure what takes very long: files of gigabytes.
	Long bool
	// Root is the checkout: the app and the browser's script are in it. Default: the working directory or
	// the next above it that is one.
	Root string
	// FunctionCommand runs the function; see local.FunctionOptions.
	FunctionCommand []string
	// EmulatorCommand runs Parley's own emulator, with flags after it. Default: this program with the argument
	// "emulator".
	EmulatorCommand []string
	// Progress is told what is being measured, a line at a time. Default: nobody.
	Progress io.Writer
}

func (o *Options) withDefaults() (Options, error) {
	var out Options
	if o != nil {
		out = *o
	}
	if out.Runs == 0 {
		out.Runs = defaultRuns
	}
	if out.Progress == nil {
		out.Progress = io.Discard
	}
	if out.Root == "" {
		out.Root = "."
	}
	var err error
	out.Root, err = local.FindRoot(out.Root)
	return out, err
}

// Report is what Run found.
type Report struct {
	Results []Result
	Machine Machine
}

// Run runs the named benchmarks, one after the other; those of the app on a stack of their own, on free ports. They
// need what `parley run` needs, and Chromium; the emulator's needs the official one.
func Run(ctx context.Context, names []string, opts *Options) (Report, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return Report{}, fmt.Errorf("bench: %w", err)
	}
	for _, name := range names {
		if !slices.Contains(Names(), name) {
			return Report{}, fmt.Errorf("bench: there is no %q; there are %s", name, strings.Join(Names(), ", "))
		}
	}
	m := measuring{Options: o}
	report := Report{Machine: thisMachine()}
	for _, name := range names {
		measure := map[string]func(context.Context) ([]Row, error){
			"setup":      func(ctx context.Context) ([]Row, error) { return m.onStack(ctx, m.setup) },
			"latency":    func(ctx context.Context) ([]Row, error) { return m.onStack(ctx, m.latency) },
			"lab":        m.lab,
			"namespaces": m.namespaces,
			"messages":   m.messages,
			"rooms":      m.rooms,
			"live":       m.live,
			"files":      m.files,
			"history":    func(ctx context.Context) ([]Row, error) { return m.onStack(ctx, m.history) },
			"faults":     m.faults,
			"emulator":   m.emulator,
			"doctor":     m.doctor,
		}[name]
		rows, err := measure(ctx)
		if errors.Is(err, errNotHere) && len(names) > 1 {
			m.progress(err.Error())
			continue
		}
		if err != nil {
			return Report{}, err
		}
		report.Results = append(report.Results, Result{Name: name, Commit: commit(ctx, o.Root), Rows: rows})
	}
	report.Machine.Chromium = m.browser
	return report, nil
}

// onStack measures on services that are started for it.
func (m *measuring) onStack(ctx context.Context, measure func(context.Context) ([]Row, error)) ([]Row, error) {
	m.progress("starting the services")
	stack, err := local.Start(ctx, &local.Options{Root: m.Root, AnyPort: true, FunctionCommand: m.FunctionCommand})
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	// The figures are taken: what ends it changes none.
	defer func() { _ = stack.Close() }() //nolint:contextcheck // Close bounds itself
	m.url = stack.URL()
	return measure(ctx)
}

// measuring is one Run; one goroutine owns it.
type measuring struct {
	Options
	url     string // of the front, for what is measured on a stack
	browser string // its name and version, once it has run
}

func (m *measuring) progress(doing string) {
	_, _ = fmt.Fprintln(m.Progress, doing)
}

func thisMachine() Machine {
	return Machine{
		CPUs:   runtime.NumCPU(),
		System: runtime.GOOS + "/" + runtime.GOARCH,
		Go:     runtime.Version(),
		Date:   time.Now().Format(time.DateOnly),
	}
}

// commit is the revision of the checkout, with a + if it was changed since; empty without git.
func commit(ctx context.Context, root string) string {
	git := func(args ...string) (string, error) {
		out, err := exec.CommandContext(ctx, "git", append([]string{"-C", root}, args...)...).Output()
		return strings.TrimSpace(string(out)), err
	}
	revision, err := git("rev-parse", "--short", "HEAD")
	if err != nil {
		return ""
	}
	if changed, err := git("status", "--porcelain", "--", ".", ":!docs"); err != nil || changed != "" {
		return revision + "+"
	}
	return revision
}
