package clinic_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/parley-chat/parley/emulator-tests/dump"
	_ "github.com/parley-chat/parley/functions" // the child serves Api
	"github.com/parley-chat/parley/internal/doctor"
	"github.com/parley-chat/parley/internal/doctor/clinic"
	"github.com/parley-chat/parley/internal/local/functionhost"
	"github.com/parley-chat/parley/protocol/diagnosis"
)

// TestMain is two programs: the tests, and the function that the patients have.
func TestMain(m *testing.M) {
	if functionhost.Asked(os.Args) {
		os.Exit(functionhost.Main(os.Getenv, os.Stderr))
	}
	goleak.VerifyTestMain(m)
}

// The confusion matrix with one examination each: every fault is named.
func TestEveryPatientIsDiagnosed(t *testing.T) {
	c, err := clinic.Open(t.Context(), clinic.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Run("patients", func(t *testing.T) {
		for _, p := range clinic.Patients() {
			t.Run(p.Name, func(t *testing.T) {
				t.Parallel()
				report, err := c.Examine(t.Context(), p)
				if err != nil {
					t.Fatal(err)
				}
				checkReport(t, report)
				if got := report.Findings.Cause(); got != p.Cause {
					t.Errorf("named %s, was %s: %v", got, p.Cause, report.Findings)
				}
			})
		}
	})
}

// [G7] A report is words of the lists and numbers, and the searcher of the store's dumps finds nothing in it.
func checkReport(t *testing.T, report doctor.Report) {
	t.Helper()
	text := report.Text("1.0", "linux/amd64")
	if leaks := new(dump.Searcher).Search([]byte(text)); len(leaks) > 0 {
		t.Errorf("in the report: %v", leaks)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range lines[4:] {
		name, found, _ := strings.Cut(line, ": ")
		state, took, timed := strings.Cut(found, ", ")
		digits, isTime := strings.CutSuffix(took, " ms")
		if !slices.Contains(diagnosis.AllFindings(), diagnosis.Finding(name)) ||
			!slices.Contains(diagnosis.AllStates(), diagnosis.State(state)) ||
			timed && (!isTime || strings.Trim(digits, "0123456789") != "") {
			t.Errorf("the report has the line %q", line)
		}
	}
}
