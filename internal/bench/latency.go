package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// maxLatencyRatio is the budget of the design's section 7.
const maxLatencyRatio = 1.2

// tripsPerRun is how many round trips make one sample, which is their mean: a page's clock has steps of
// 100 µs, and single trips of a shared machine say little.
const tripsPerRun = 20

// latency measures a text of 100 bytes and its echo.
func (m *measuring) latency(ctx context.Context) ([]Row, error) {
	ours, bare, err := m.latencyPion(ctx)
	if err != nil {
		return nil, fmt.Errorf("bench: latency, pion: %w", err)
	}
	m.progress("latency: Chromium ↔ Chromium")
	run, err := runBrowser(ctx, m.Root, "latency", m.url, m.Runs)
	if err != nil {
		return nil, err
	}
	m.browser = run.Browser
	return []Row{
		ratioRow("pion ↔ pion", "round trip", "µs", ours, bare, maxLatencyRatio),
		ratioRow("Chromium ↔ Chromium", "round trip", "µs",
			run.Samples["roundTrip"], run.Samples["bareRoundTrip"], maxLatencyRatio),
	}, nil
}

func (m *measuring) latencyPion(ctx context.Context) (ours, bare Samples, err error) {
	m.progress("latency: pion ↔ pion")
	p, err := m.dialPion(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	b, err := dialBare(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer b.Close()
	echoing, stop := context.WithCancel(ctx)
	var echoes sync.WaitGroup
	echoes.Go(func() { b.echo(echoing) })
	echoes.Go(func() { echo(echoing, p.callee) })
	defer echoes.Wait()
	defer stop()

	text := strings.Repeat("parley ", 15)[:100]
	frame, err := protocol.Message{Kind: protocol.KindChat, Text: text}.Encode()
	if err != nil {
		return nil, nil, err
	}
	for run := -warmUps; run < m.Runs; run++ {
		our, err := meanTrip(func() error { return roundTrip(ctx, p.caller, text) })
		if err != nil {
			return nil, nil, err
		}
		their, err := meanTrip(func() error { return b.roundTrip(ctx, string(frame)) })
		if err != nil {
			return nil, nil, err
		}
		if run >= 0 {
			ours, bare = append(ours, our), append(bare, their)
		}
	}
	return ours, bare, nil
}

// meanTrip is the mean of tripsPerRun round trips, in microseconds.
func meanTrip(trip func() error) (float64, error) {
	start := time.Now()
	for range tripsPerRun {
		if err := trip(); err != nil {
			return 0, err
		}
	}
	return float64(time.Since(start)) / float64(time.Microsecond) / tripsPerRun, nil
}

func roundTrip(ctx context.Context, c *peer.Conn, text string) error {
	if err := c.Send(ctx, text); err != nil {
		return err
	}
	_, err := c.Receive(ctx)
	return err
}

// echo answers each text until ctx or the connection ends.
func echo(ctx context.Context, c *peer.Conn) {
	for {
		text, err := c.Receive(ctx)
		if err != nil || c.Send(ctx, text) != nil {
			return
		}
	}
}
