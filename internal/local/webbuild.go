package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// WebOptions are what [BuildWeb] can be told.
type WebOptions struct {
	// Dir is the folder of the web app, with its package.json. Required.
	Dir string
	// Log takes what npm prints, a line at a time. Default: dropped.
	Log io.Writer
	// OnEvent is told of every step, one at a time.
	OnEvent func(Event)
}

// BuildWeb makes the built app new enough and returns its folder: `npm ci` when node_modules is missing
// or older than the lock file, `npm run build` when dist is missing or older than what it is made of.
// When Node is not installed and needed the error is a [*MissingError]. Two programs that build the
// same folder at once take turns. Cancelling ctx ends npm.
func BuildWeb(ctx context.Context, opts *WebOptions) (dist string, err error) {
	return buildWeb(ctx, opts.Dir, &lineSink{w: opts.Log}, newReporter(opts.OnEvent))
}

func buildWeb(ctx context.Context, dir string, log *lineSink, events *reporter) (dist string, err error) {
	unlock, err := lockFolder(ctx, dir)
	if err != nil {
		return "", err
	}
	defer unlock()
	dist = filepath.Join(dir, "dist")
	steps := []struct {
		needed func(string) (bool, error)
		args   []string
		detail string
	}{
		{needsInstall, []string{"ci", "--no-audit", "--no-fund"}, "installing packages: npm ci"},
		{needsBuild, []string{"run", "build"}, "building: npm run build"},
	}
	began, worked := time.Now(), false
	for _, step := range steps {
		needed, err := step.needed(dir)
		if err != nil {
			return "", fmt.Errorf("local: looking at the web app: %w", err)
		}
		if !needed {
			continue
		}
		worked = true
		events.report(Event{Service: WebService, State: Working, Detail: step.detail})
		if err := runNPM(ctx, dir, step.args, log); err != nil {
			return "", err
		}
	}
	detail := "up to date"
	if worked {
		detail = "built in " + time.Since(began).Round(100*time.Millisecond).String()
	}
	events.report(Event{Service: WebService, State: Ready, Detail: detail})
	return dist, nil
}

func runNPM(ctx context.Context, dir string, args []string, log *lineSink) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return &MissingError{
			What:    "Node",
			Install: "The web app is built with it. Install Node 20.19 or newer with npm, from nodejs.org or your system",
		}
	}
	out := newOutput(WebService, log)
	p, err := startProcess(command{args: append([]string{npm}, args...), dir: dir}, out)
	if err != nil {
		return err
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		p.stop(stopGrace)
		return fmt.Errorf("local: npm %s: %w", args[0], ctx.Err())
	}
	if p.err != nil {
		return fmt.Errorf("local: npm %s: %w\n%s", args[0], p.err, out.words())
	}
	return nil
}

// needsInstall compares the lock file with what npm writes at the end of an installation.
func needsInstall(dir string) (bool, error) {
	lock, err := os.Stat(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return false, err
	}
	installed, err := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return installed.ModTime().Before(lock.ModTime()), nil
}

// needsBuild compares dist/index.html with everything in the folder that a build reads.
func needsBuild(dir string) (bool, error) {
	built, err := os.Stat(filepath.Join(dir, "dist", "index.html"))
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	newer := false
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipUnbuilt(dir, path)
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if info.ModTime().After(built.ModTime()) {
			newer = true
			return filepath.SkipAll
		}
		return nil
	})
	return newer, err
}

// skipUnbuilt leaves out the folders below dir that a build does not read.
func skipUnbuilt(dir, path string) error {
	if filepath.Dir(path) != filepath.Clean(dir) {
		return nil
	}
	switch filepath.Base(path) {
	case "node_modules", "dist", "e2e", "coverage":
		return filepath.SkipDir
	}
	return nil
}
