package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/parley-chat/parley/internal/doctor/clinic"
	"github.com/parley-chat/parley/protocol/diagnosis"
)

const (
	// atOnce is how many patients are examined at a time: most of an examination is waiting for silence.
	atOnce = 8
	// minRight is the share of examinations, in per cent, that have to name what was made wrong.
	minRight = 95
)

// doctor makes the faults that the doctor should know, one after the other, and counts what it names.
func (m *measuring) doctor(ctx context.Context) (_ []Row, err error) {
	m.progress("doctor: starting the services")
	c, err := clinic.Open(ctx, clinic.Options{Root: m.Root, FunctionCommand: m.FunctionCommand})
	if err != nil {
		return nil, fmt.Errorf("bench: doctor: %w", err)
	}
	defer func() { err = errors.Join(err, c.Close()) }() //nolint:contextcheck // Close bounds itself
	patients := clinic.Patients()
	named := make([]map[diagnosis.Cause]int, len(patients))
	for i := range named {
		named[i] = make(map[diagnosis.Cause]int)
	}
	for run := range m.Runs {
		m.progress(fmt.Sprintf("doctor: round %d of %d", run+1, m.Runs))
		causes, err := examineAll(ctx, c, patients)
		if err != nil {
			return nil, fmt.Errorf("bench: doctor: %w", err)
		}
		for i, cause := range causes {
			named[i][cause]++
		}
	}
	return matrix(patients, named, m.Runs), nil
}

// examineAll examines every patient once, some at a time.
func examineAll(ctx context.Context, c *clinic.Clinic, patients []clinic.Patient) ([]diagnosis.Cause, error) {
	causes, errs := make([]diagnosis.Cause, len(patients)), make([]error, len(patients))
	places := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i, p := range patients {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			report, err := c.Examine(ctx, p)
			causes[i], errs[i] = report.Findings.Cause(), err
		})
	}
	all.Wait()
	return causes, errors.Join(errs...)
}

// matrix has a row for each fault and each cause that was named for it, the right one always, and one for all.
func matrix(patients []clinic.Patient, named []map[diagnosis.Cause]int, runs int) []Row {
	var rows []Row
	right := 0
	for i, p := range patients {
		right += named[i][p.Cause]
		rows = append(rows, rightly(shareRow(p.Name, "named `"+string(p.Cause)+"`", named[i][p.Cause], runs)))
		for _, cause := range diagnosis.AllCauses() {
			if n := named[i][cause]; n > 0 && cause != p.Cause {
				wrong := shareRow(p.Name, "named `"+string(cause)+"`, wrongly", n, runs)
				wrong.alone = true
				rows = append(rows, wrong)
			}
		}
	}
	all := runs * len(patients)
	return append(rows, rightly(shareRow("all", "named rightly", right, all)))
}

// rightly holds a share of right names against the target.
func rightly(r Row) Row {
	r.alone = true
	r.Target, r.OK = fmt.Sprintf("≥ %d %%", minRight), r.Median >= minRight
	return r
}
