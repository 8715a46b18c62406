package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// runTest runs a test of a package, which writes what it has measured to the file of a flag, a JSON object a line.
func runTest[T any](ctx context.Context, m *measuring, pkg, test, flag string) (_ []T, err error) {
	dir, err := os.MkdirTemp("", "parley-bench-*")
	if err != nil {
		return nil, fmt.Errorf("bench: %s: %w", test, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "samples.json")
	args := []string{
		"test", "-count=1", "-timeout=1h", "-run=^" + test + "$", pkg,
		"-" + flag + "=" + file, "-runs=" + strconv.Itoa(m.Runs),
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = m.Root
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("bench: %s: %w\n%s", test, err, out)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("bench: %s: %w", test, err)
	}
	return readSamples[T](bytes.NewReader(raw))
}

// readSamples reads JSON objects, a line each.
func readSamples[T any](r io.Reader) ([]T, error) {
	var all []T
	for dec := json.NewDecoder(r); ; {
		var one T
		if err := dec.Decode(&one); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("bench: samples: %w", err)
		}
		all = append(all, one)
	}
}
