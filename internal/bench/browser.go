package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// browserRun is what emulator-tests/bench/chromium.mjs prints.
type browserRun struct {
	Browser string             `json:"browser"`
	Samples map[string]Samples `json:"samples"`
}

// runBrowser measures the app in Chromium: name is setup, latency or history, url a running stack's front. Chromium
// is the one that CHROMIUM_PATH names in the environment, or Debian's.
func runBrowser(ctx context.Context, root, name, url string, runs int) (browserRun, error) {
	script := filepath.Join(root, "emulator-tests", "bench", "chromium.mjs")
	cmd := exec.CommandContext(ctx, "node", script, name, url, strconv.Itoa(runs))
	// Chromium may hold the pipe for a moment.
	cmd.WaitDelay = 10 * time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return browserRun{}, fmt.Errorf("bench: chromium %s: %w\n%s", name, err, stderr.String())
	}
	var run browserRun
	if err := json.Unmarshal(out, &run); err != nil {
		return browserRun{}, fmt.Errorf("bench: chromium %s: output: %w", name, err)
	}
	for metric, samples := range run.Samples {
		if len(samples) != runs {
			return browserRun{}, fmt.Errorf("bench: chromium %s: %d samples of %s, want %d", name, len(samples), metric, runs)
		}
	}
	return run, nil
}
