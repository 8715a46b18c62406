package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// errNotHere is of a benchmark that this machine cannot run; among others it is left out.
var errNotHere = errors.New("not measured: this machine cannot")

// The figures of a cell.
const (
	gateConnected = "connected"
	gateOpen      = "both open"
	gateText      = "text and echo"
)

// gateCell is what two people behind gates of the same kind came to, in milliseconds: a line of TestCells in
// emulator-tests/namespaces, and of emulator-tests/bench/gates.mjs.
type gateCell struct {
	Browser   string         `json:"browser"` // empty: Go peers
	Gate      string         `json:"gate"`
	RelayOnly bool           `json:"relayOnly"`
	Setup     Samples        `json:"setup"`
	Trips     Samples        `json:"trips"`
	Relayed   int            `json:"relayed"`
	Failures  map[string]int `json:"failures"`
	Origin    Samples        `json:"origin"`
}

// namespaces measures behind the kernel's own NATs and firewalls.
func (m *measuring) namespaces(ctx context.Context) (_ []Row, err error) {
	dir, err := os.MkdirTemp("", "parley-namespaces-*")
	if err != nil {
		return nil, fmt.Errorf("bench: namespaces: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	middle := filepath.Join(dir, "middle")
	const source = "./emulator-tests/namespaces/middle"
	build := exec.CommandContext(ctx, "go", "build", "-o", middle, source)
	build.Dir = m.Root
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("bench: namespaces: %w: %w\n%s", errNotHere, err, out)
	}
	if out, err := exec.CommandContext(ctx, middle, "-possible").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("bench: namespaces: %w: %s", errNotHere, bytes.TrimSpace(out))
	}
	meetings := strconv.Itoa(m.Runs) + " meetings in each cell"
	m.progress("namespaces: Go peers, " + meetings)
	cells, err := runTest[gateCell](ctx, m, "./emulator-tests/namespaces", "TestCells", "cells")
	if err != nil {
		return nil, err
	}
	m.progress("namespaces: Chromium, " + meetings)
	more, err := m.gatesInChromium(ctx, middle)
	return gateRows(append(cells, more...)), err
}

func (m *measuring) gatesInChromium(ctx context.Context, middle string) ([]gateCell, error) {
	parley, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("bench: namespaces: %w", err)
	}
	if len(m.FunctionCommand) > 0 {
		parley = m.FunctionCommand[0]
	}
	script := filepath.Join(m.Root, "emulator-tests", "bench", "gates.mjs")
	cmd := exec.CommandContext(ctx, "node", script, middle, parley, strconv.Itoa(m.Runs))
	cmd.Dir = m.Root
	cmd.WaitDelay = 10 * time.Second // Chromium may hold the pipe for a moment
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("bench: namespaces: chromium: %w\n%s", err, stderr.String())
	}
	cells, err := readSamples[gateCell](bytes.NewReader(out))
	for _, c := range cells {
		m.browser = c.Browser
	}
	return cells, err
}

// gateRows has three figures for each cell. Where the origin was tried, it is the baseline.
func gateRows(cells []gateCell) []Row {
	var rows []Row
	for _, c := range cells {
		name, failed := c.name(), 0
		for _, n := range c.Failures {
			failed += n
		}
		met := shareRow(name, gateConnected, len(c.Setup), len(c.Setup)+failed)
		met.Target, met.OK = "100 %", failed == 0
		met.alone = c.Browser != "" || c.RelayOnly
		if !met.alone {
			met.Baseline = 100 * float64(len(c.Origin)) / float64(met.N)
		}
		rows = append(rows, met)
		if len(c.Setup) == 0 {
			continue
		}
		rows = append(rows, ratioRow(name, gateOpen, "ms", c.Setup, c.Origin, 0),
			ratioRow(name, gateText, "ms", c.Trips, nil, 0))
	}
	return rows
}

// name tells what is between whom, and what the two allow.
func (c gateCell) name() string {
	who, policy := "Go", "every path"
	if c.Browser != "" {
		who = "Chromium"
	}
	if c.RelayOnly {
		policy = "relays only"
	}
	return who + ", " + c.Gate + " on both sides, " + policy
}
