package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/signaling/firestorestore"
)

// What the function reads, writes and deletes for one pair on the usual path: its first and its second
// call. firestorequeue's TestCost counts them on the wire.
const (
	functionReads   = 1 + 1
	functionWrites  = 2 + 2
	functionDeletes = 0 + 1
)

// The budgets of the design's section 7.
const (
	maxSetupRatio = 2
	maxReads      = 7
	maxWrites     = 7
)

// setup measures from the second person's request to both channels open.
func (m *measuring) setup(ctx context.Context) ([]Row, error) {
	var rows []Row
	pion, err := m.setupPion(ctx)
	if err != nil {
		return nil, err
	}
	rows = append(rows, pion.rows("pion ↔ pion", 0)...)
	m.progress("setup: Chromium ↔ Chromium")
	run, err := runBrowser(ctx, m.Root, "setup", m.url, m.Runs)
	if err != nil {
		return nil, err
	}
	m.browser = run.Browser
	for _, calls := range run.Samples["calls"] {
		if calls != 2 { // a lease was renewed, or a call was sent again: the function's part is more than usual
			return nil, fmt.Errorf("bench: setup: %v calls of the function for one pair, want 2", calls)
		}
	}
	chromium := setupSamples{
		took: run.Samples["setup"], bare: run.Samples["bareSetup"],
		proved: run.Samples["proved"], work: run.Samples["crypto"],
		reads: run.Samples["reads"], writes: run.Samples["writes"], deletes: run.Samples["deletes"],
	}
	rows = append(rows, chromium.rows("Chromium ↔ Chromium", maxSetupRatio)...)
	return append(rows, stepRows(run.Samples)...), nil
}

// stepRows are what setup in Chromium is made of, one after the other. The last is what two bare connections do, too.
func stepRows(samples map[string]Samples) []Row {
	var rows []Row
	for _, step := range []struct{ name, metric string }{
		{"asking", "of which: the function answers"},
		{"offering", "of which: the offer is written"},
		{"offer", "of which: the other has it"},
		{"answering", "of which: the answer is written"},
		{"answer", "of which: it is there"},
	} {
		rows = append(rows, ratioRow("Chromium ↔ Chromium", step.metric, "ms", samples[step.name], nil, 0))
	}
	return append(rows, ratioRow("Chromium ↔ Chromium", "of which: from the answer to both open", "ms",
		samples["opening"], samples["bareSetup"], maxSetupRatio))
}

// setupSamples are those of one kind of peers. Reads, writes and deletes are the two clients' own.
type setupSamples struct {
	took, bare             Samples // milliseconds
	proved                 Samples // milliseconds to both proofs, from where took begins
	work                   Samples // milliseconds that sealing and proving cost both sides
	reads, writes, deletes Samples
}

func (s setupSamples) rows(name string, maxRatio float64) []Row {
	return []Row{
		ratioRow(name, "both open", "ms", s.took, s.bare, maxRatio),
		ratioRow(name, "both have proved who they are", "ms", s.proved, s.took, 0),
		ratioRow(name, "work of sealing and proving, in both", "ms", s.work, s.took, maxSealingShare),
		countRow(name, "Firestore writes", s.writes.plus(functionWrites), maxWrites),
		countRow(name, "Firestore reads", s.reads.plus(functionReads), maxReads),
		countRow(name, "Firestore deletes", s.deletes.plus(functionDeletes), 0),
	}
}

// plus adds n to each sample.
func (s Samples) plus(n float64) Samples {
	out := make(Samples, len(s))
	for i, v := range s {
		out[i] = v + n
	}
	return out
}

func (m *measuring) setupPion(ctx context.Context) (setupSamples, error) {
	m.progress("setup: pion ↔ pion")
	var s setupSamples
	for run := -warmUps; run < m.Runs; run++ {
		met, counts, err := m.meetPion(ctx)
		if err != nil {
			return s, fmt.Errorf("bench: setup, pion: %w", err)
		}
		start := time.Now()
		pair, err := dialBare(ctx)
		if err != nil {
			return s, err
		}
		bare := time.Since(start)
		pair.Close()
		work, err := sealingWork()
		if err != nil {
			return s, err
		}
		if run < 0 {
			continue
		}
		s.took = append(s.took, milliseconds(met.opened))
		s.proved = append(s.proved, milliseconds(met.proved))
		s.work = append(s.work, milliseconds(work))
		s.bare = append(s.bare, milliseconds(bare))
		s.reads = append(s.reads, float64(counts.Reads))
		s.writes = append(s.writes, float64(counts.Writes))
		s.deletes = append(s.deletes, float64(counts.Deletes))
	}
	return s, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// meetPion connects two strangers that nobody has seen before, and ends the connection.
func (m *measuring) meetPion(ctx context.Context) (meeting, firestorestore.Counts, error) {
	p, err := m.dialPion(ctx)
	if err != nil {
		return meeting{}, firestorestore.Counts{}, err
	}
	counts, err := p.countsAtRest(ctx)
	return p.took, counts, errors.Join(err, p.Close())
}

// meeting is how long two took, from the second's request: until both channels were open, and until both had proved who
// they are.
type meeting struct{ opened, proved time.Duration }

// pionPair is two connected Go peers, each a person of its own.
type pionPair struct {
	first, second *site.Site
	callee        *peer.Conn // the first's: who waits is the callee
	caller        *peer.Conn
	took          meeting
}

// dialPion lets one person wait until its listener is up, and then lets another ask.
func (m *measuring) dialPion(ctx context.Context) (*pionPair, error) {
	p := &pionPair{}
	err := p.dial(ctx, m.url+"/api")
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *pionPair) dial(ctx context.Context, api string) error {
	var err error
	if p.first, err = site.Open(ctx, api, nil); err != nil {
		return err
	}
	if p.second, err = site.Open(ctx, api, nil); err != nil {
		return err
	}
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	type outcome struct {
		conn *peer.Conn
		err  error
	}
	first := make(chan outcome, 1)
	opened := make(chan time.Time, 2)
	options := &peer.Options{OnEvent: func(e peer.Event) {
		if e == peer.EventProving {
			opened <- time.Now()
		}
	}}
	go func() {
		conn, err := peer.QuickMatch(waiting, p.first.Services(), options)
		first <- outcome{conn, err}
	}()
	err = until(ctx, func() bool { return p.first.Counts().Reads > 0 })
	if err == nil {
		start := time.Now()
		p.caller, err = peer.QuickMatch(ctx, p.second.Services(), options)
		if err == nil {
			got := <-first
			p.callee, p.took.proved = got.conn, time.Since(start)
			if got.err != nil {
				return got.err
			}
			<-opened
			p.took.opened = (<-opened).Sub(start)
			return nil
		}
	}
	cancel()
	got := <-first
	p.callee = got.conn
	return err
}

// countsAtRest is what both have been billed once the caller has cleaned up (SPEC D11).
func (p *pionPair) countsAtRest(ctx context.Context) (firestorestore.Counts, error) {
	err := until(ctx, func() bool { return p.second.Counts().Deletes > 0 })
	a, b := p.first.Counts(), p.second.Counts()
	return firestorestore.Counts{
		Reads: a.Reads + b.Reads, Writes: a.Writes + b.Writes, Deletes: a.Deletes + b.Deletes,
	}, err
}

// Close ends both sides, as far as they were opened.
func (p *pionPair) Close() error {
	var errs []error
	for _, conn := range []*peer.Conn{p.caller, p.callee} {
		if conn != nil {
			errs = append(errs, conn.Close())
		}
	}
	for _, s := range []*site.Site{p.first, p.second} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}

// until waits for something that tells nobody when it happens, outside of what is measured.
func until(ctx context.Context, happened func() bool) error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for !happened() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
