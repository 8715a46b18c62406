package local_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parley-chat/parley/internal/local"
)

// webLock is the lock file of an app that depends on a folder beside it, so that npm asks no registry.
const webLock = `{"name":"app","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{
"":{"name":"app","version":"1.0.0","dependencies":{"part":"file:part"}},
"part":{"version":"1.0.0"},"node_modules/part":{"resolved":"part","link":true}}}`

// webFolder is such an app, with a build of its own.
func webFolder(t *testing.T, build string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "package.json"), `{"name":"app","version":"1.0.0","private":true,`+
		`"scripts":{"build":"`+build+`"},"dependencies":{"part":"file:part"}}`)
	write(t, filepath.Join(dir, "part", "package.json"), `{"name":"part","version":"1.0.0"}`)
	write(t, filepath.Join(dir, "package-lock.json"), webLock)
	write(t, filepath.Join(dir, "src", "main.ts"), "one")
	return dir
}

// countingBuild copies the source, and notes in the folder above that it was run.
const countingBuild = `mkdir -p dist && cp src/main.ts dist/index.html && echo built >> ../builds`

// age makes everything in a folder as if it were written so long ago.
func age(t *testing.T, root string, by time.Duration) {
	t.Helper()
	then := time.Now().Add(-by)
	err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(path, then, then)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestBuildWebDoesWhatIsNeeded(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "web")
	if err := os.Rename(webFolder(t, countingBuild), dir); err != nil {
		t.Fatal(err)
	}
	run := func() []string {
		t.Helper()
		var steps []string
		dist, err := local.BuildWeb(limit(t), &local.WebOptions{Dir: dir, Log: t.Output(), OnEvent: func(e local.Event) {
			if e.State == local.Working {
				steps = append(steps, e.Detail)
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		if dist != filepath.Join(dir, "dist") {
			t.Errorf("dist is %s", dist)
		}
		return steps
	}
	const install, build = "installing packages: npm ci", "building: npm run build"
	expect := func(what string, want ...string) {
		t.Helper()
		if got := run(); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
		age(t, dir, time.Minute) // so that the next change is later than all of this
	}
	expect("a fresh clone", install, build)
	expect("nothing changed")
	write(t, filepath.Join(dir, "src", "main.ts"), "two")
	expect("a source changed", build)
	if got, err := os.ReadFile(filepath.Join(dir, "dist", "index.html")); string(got) != "two" {
		t.Errorf("built %q, %v", got, err)
	}
	write(t, filepath.Join(dir, "package-lock.json"), webLock)
	expect("the lock file changed", install, build)
	write(t, filepath.Join(dir, "e2e", "x.spec.ts"), "a test")
	expect("a test changed")

	write(t, filepath.Join(dir, "src", "main.ts"), "three")
	before := strings.Count(read(t, filepath.Join(parent, "builds")), "built")
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if _, err := local.BuildWeb(limit(t), &local.WebOptions{Dir: dir}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := strings.Count(read(t, filepath.Join(parent, "builds")), "built") - before; got != 1 {
		t.Errorf("two at once built %d times", got)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestBuildWebFails(t *testing.T) {
	t.Run("with the last words of npm", func(t *testing.T) {
		_, err := local.BuildWeb(limit(t), &local.WebOptions{Dir: webFolder(t, `echo main.ts is wrong; exit 3`)})
		if err == nil || !strings.Contains(err.Error(), "main.ts is wrong") {
			t.Errorf("%v", err)
		}
	})
	t.Run("when it is cancelled, ending npm", func(t *testing.T) {
		ctx, cancel := context.WithCancel(limit(t))
		defer cancel()
		dir := webFolder(t, `sleep 600`)
		began := time.Now()
		_, err := local.BuildWeb(ctx, &local.WebOptions{Dir: dir, OnEvent: func(e local.Event) {
			if strings.Contains(e.Detail, "build") {
				cancel()
			}
		}})
		if !errors.Is(err, context.Canceled) || time.Since(began) > 30*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
	t.Run("without Node", func(t *testing.T) {
		t.Setenv("PATH", "")
		_, err := local.BuildWeb(limit(t), &local.WebOptions{Dir: webFolder(t, "true")})
		if missing := new(local.MissingError); !errors.As(err, &missing) || missing.What != "Node" {
			t.Errorf("%v", err)
		}
	})
	t.Run("without a web app", func(t *testing.T) {
		if _, err := local.BuildWeb(limit(t), &local.WebOptions{Dir: t.TempDir()}); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v", err)
		}
	})
}
