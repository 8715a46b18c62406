package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// The budgets of the emulator.
const (
	maxReady      = 100 // milliseconds
	maxResident   = 60  // MiB, after commits and listeners
	fewListeners  = 100
	manyListeners = 1000
)

// What one sample is made of: single commits of a shared machine say little.
const (
	commitsPerRun = 200
	fanoutsPerRun = 20
)

// emulator measures Parley's own Firestore emulator beside the official one: two processes that this one talks to by
// gRPC, in turns.
func (m *measuring) emulator(ctx context.Context) (_ []Row, err error) {
	m.progress("emulator: starting")
	ready, err := m.ready(ctx)
	if err != nil {
		return nil, err
	}
	both, err := m.startBoth(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, both.Close()) }()
	rows := ready
	for _, part := range []func(context.Context, *firestores) ([]Row, error){
		m.commits, m.kept, m.fanout, m.resident, m.queries,
	} {
		more, err := part(ctx, both)
		if err != nil {
			return nil, fmt.Errorf("bench: emulator: %w", err)
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// ready measures from the start of the process to its first answer.
func (m *measuring) ready(ctx context.Context) ([]Row, error) {
	var ours, theirs Samples
	for range m.Runs {
		own, err := m.startOwn(ctx)
		if err == nil {
			ours = append(ours, milliseconds(own.took))
			err = own.Close()
		}
		if err != nil {
			return nil, err
		}
		official, err := m.startOfficial(ctx)
		if err == nil {
			theirs = append(theirs, milliseconds(official.took))
			err = official.Close()
		}
		if err != nil {
			return nil, err
		}
	}
	row := ratioRow("start", "until it answers", "ms", ours, theirs, 0)
	row.Target, row.OK = "≤ "+number(maxReady)+" ms", row.Median <= maxReady
	return []Row{row}, nil
}

// commits measures commits of one document, one after the other, and from several clients at once.
func (m *measuring) commits(ctx context.Context, both *firestores) ([]Row, error) {
	m.progress("emulator: commits")
	return m.commitsOf(ctx, both, "commit of one document")
}

// kept measures the same with a data directory, beside the official emulator, which has none.
func (m *measuring) kept(ctx context.Context, both *firestores) (_ []Row, err error) {
	m.progress("emulator: commits with a data directory")
	dir, err := os.MkdirTemp("", "parley-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	keeps, err := m.startOwn(ctx, "-data", dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, keeps.Close()) }()
	return m.commitsOf(ctx, &firestores{keeps, both.official}, "commit that is kept")
}

func (m *measuring) commitsOf(ctx context.Context, both *firestores, what string) ([]Row, error) {
	var rows []Row
	for _, clients := range []int{1, 16} {
		p50, p99, err := both.inTurns(m.Runs, func(f *firestore) (Samples, error) {
			return f.commitMany(ctx, clients, commitsPerRun/clients)
		})
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("%s, %d at a time", what, clients)
		rows = append(rows, p50.row(name, "p50"), p99.row(name, "p99"))
	}
	return rows, nil
}

// fanout measures from a commit until the last listener of the document has been told.
func (m *measuring) fanout(ctx context.Context, both *firestores) ([]Row, error) {
	var rows []Row
	for _, listeners := range []int{1, fewListeners, manyListeners} {
		m.progress(fmt.Sprintf("emulator: %d listeners on one document", listeners))
		if err := both.each(func(f *firestore) error { return f.listen(ctx, listeners) }); err != nil {
			return nil, err
		}
		p50, p99, err := both.inTurns(m.Runs, func(f *firestore) (Samples, error) {
			return f.commitHeard(ctx, fanoutsPerRun)
		})
		if err = errors.Join(err, both.each((*firestore).hushed)); err != nil {
			return nil, err
		}
		name := fmt.Sprintf("commit, heard by %d", listeners)
		rows = append(rows, p50.row(name, "p50"), p99.row(name, "p99"))
	}
	return rows, nil
}

// quiet is how long nobody asks for anything before it is looked at what a process holds.
const quiet = 6 * time.Second

// resident is what the processes hold after the commits and listeners, when they are idle.
func (m *measuring) resident(ctx context.Context, both *firestores) ([]Row, error) {
	select {
	case <-time.After(quiet):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	row, err := both.residentRow("memory after that, idle")
	row.Target, row.OK = "≤ "+number(maxResident)+" MiB", row.Median <= maxResident
	return []Row{row}, err
}

func (f *firestores) residentRow(name string) (Row, error) {
	ours, err := f.own.residentMiB()
	if err != nil {
		return Row{}, err
	}
	theirs, err := f.official.residentMiB()
	return ratioRow(name, "resident", "MiB", Samples{ours}, Samples{theirs}, 0), err
}

// queries asks for 100 documents by a field, in a collection of 1 000 and in one of 100 000.
func (m *measuring) queries(ctx context.Context, both *firestores) ([]Row, error) {
	m.progress("emulator: 100 000 documents")
	const few, many, found = 1_000, 100_000, 100
	err := both.each(func(f *firestore) error {
		return errors.Join(f.fill(ctx, "few", few, found), f.fill(ctx, "many", many, found))
	})
	if err != nil {
		return nil, err
	}
	ask := func(collection string) (median, slow pairOfSamples, err error) {
		return both.inTurns(m.Runs, func(f *firestore) (Samples, error) {
			return f.query(ctx, collection, found)
		})
	}
	small, _, err := ask("few")
	if err != nil {
		return nil, err
	}
	large, _, err := ask("many")
	if err != nil {
		return nil, err
	}
	memory, err := both.residentRow("memory with 101 000 documents")
	if err != nil {
		return nil, err
	}
	return []Row{
		memory,
		large.row("query: 100 of 100 000 documents", "p50"),
		ratioRow("query: 100 of 100 000, beside 100 of 1 000", "p50", "ms", large.ours, small.ours, 0),
	}, nil
}

// pairOfSamples are those of both emulators, in milliseconds.
type pairOfSamples struct{ ours, theirs Samples }

func (p pairOfSamples) row(name, metric string) Row {
	return ratioRow(name, metric, "ms", p.ours, p.theirs, 1)
}

// firestores are the two that are compared; one goroutine owns them.
type firestores struct{ own, official *firestore }

func (m *measuring) startBoth(ctx context.Context) (*firestores, error) {
	own, err := m.startOwn(ctx)
	if err != nil {
		return nil, err
	}
	official, err := m.startOfficial(ctx)
	if err != nil {
		return nil, errors.Join(err, own.Close())
	}
	return &firestores{own, official}, nil
}

// each does something to both, one after the other.
func (f *firestores) each(do func(*firestore) error) error {
	if err := do(f.own); err != nil {
		return fmt.Errorf("with ours: %w", err)
	}
	if err := do(f.official); err != nil {
		return fmt.Errorf("with the official one: %w", err)
	}
	return nil
}

// inTurns takes runs samples of each, in turns: the median and the 99th percentile of what measure gives. What it
// takes before, to warm up, is thrown away.
func (f *firestores) inTurns(runs int, measure func(*firestore) (Samples, error)) (p50, p99 pairOfSamples, _ error) {
	for run := -warmUps; run < runs; run++ {
		ours, err := measure(f.own)
		if err != nil {
			return p50, p99, fmt.Errorf("with ours: %w", err)
		}
		theirs, err := measure(f.official)
		if err != nil {
			return p50, p99, fmt.Errorf("with the official one: %w", err)
		}
		if run >= 0 {
			p50.ours, p50.theirs = append(p50.ours, ours.Median()), append(p50.theirs, theirs.Median())
			p99.ours, p99.theirs = append(p99.ours, ours.Quantile(0.99)), append(p99.theirs, theirs.Quantile(0.99))
		}
	}
	return p50, p99, nil
}

// Close ends both.
func (f *firestores) Close() error { return errors.Join(f.own.Close(), f.official.Close()) }
