package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// terminal writes a line for each fact, and keeps one line alive while something takes time. It is safe
// for concurrent use.
type terminal struct {
	live   bool // a person watches: lines can be written over
	colour bool
	now    func() time.Time

	mu      sync.Mutex
	w       io.Writer     // used with mu held
	pending bool          // guarded by mu; the last line has no end yet
	stop    chan struct{} // guarded by mu; ends the ticking of the pending line
	ticking sync.WaitGroup
}

// newTerminal looks at what w is, and at the environment (no-color.org).
func newTerminal(w io.Writer, getenv func(string) string) *terminal {
	live := isTerminal(w) && getenv("TERM") != "dumb"
	return &terminal{w: w, live: live, colour: live && getenv("NO_COLOR") == "", now: time.Now}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	nothing, err := os.Stat(os.DevNull) // a device too, at which nobody sits
	return err != nil || !os.SameFile(info, nothing)
}

// say writes where a person or a program reads. One that reads no more has nobody to be told.
func say(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(w, format, args...)
}

// style is an ANSI rendition.
type style string

const (
	plain  style = ""
	faint  style = "2"
	strong style = "1"
	alarm  style = "33" // yellow: look here; the words say why
)

func (t *terminal) paint(s style, text string) string {
	if !t.colour || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// line writes a whole line, in place of a pending one.
func (t *terminal) line(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.endPending()
	say(t.w, "%s\n", text)
}

// wait writes a line for something that takes time; on a live terminal it counts the seconds until the
// next line takes its place.
func (t *terminal) wait(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.endPending()
	if !t.live {
		say(t.w, "%s\n", text)
		return
	}
	began := t.now()
	say(t.w, "%s", text)
	t.pending, t.stop = true, make(chan struct{})
	stop := t.stop
	t.ticking.Go(func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-stop:
				return
			case <-ticker.C:
			}
			t.mu.Lock()
			if t.stop == stop {
				seconds := int(t.now().Sub(began).Round(time.Second).Seconds())
				say(t.w, "\r\x1b[K%s %s", text, t.paint(faint, fmt.Sprintf("%d s", seconds)))
			}
			t.mu.Unlock()
		}
	})
}

// show writes a line that the next one takes the place of; nothing where nobody watches.
func (t *terminal) show(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.live {
		t.endPending()
		say(t.w, "%s", text)
		t.pending, t.stop = true, make(chan struct{})
	}
}

// endPending clears a pending line. t.mu is held.
func (t *terminal) endPending() {
	if !t.pending {
		return
	}
	close(t.stop)
	t.pending, t.stop = false, nil
	say(t.w, "\r\x1b[K")
}

// close ends a pending line and returns when nothing is written any more.
func (t *terminal) close() {
	t.mu.Lock()
	t.endPending()
	t.mu.Unlock()
	t.ticking.Wait()
}

// Write makes the terminal a writer of whole lines of others, faint.
func (t *terminal) Write(p []byte) (int, error) {
	text := string(p)
	if n := len(text); n > 0 && text[n-1] == '\n' {
		text = text[:n-1]
	}
	t.line(t.paint(faint, "  "+text))
	return len(p), nil
}
