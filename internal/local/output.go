package local

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

// What is kept of a child's output for the message of its failure: the beginning, where npm says what is
// wrong, and the end, where others do.
const (
	headBytes = 1 << 10
	tailBytes = 2 << 10
	// lineBytes is the longest line that is passed on whole.
	lineBytes = 4 << 10
)

// output takes what a child prints: it keeps the beginning and the end of it, and passes whole lines on
// with a prefix. It is safe for concurrent use.
type output struct {
	prefix string
	to     *lineSink

	mu   sync.Mutex
	head []byte // guarded by mu; at most headBytes
	tail []byte // guarded by mu; what came after head, at most tailBytes
	gap  bool   // guarded by mu; something between head and tail was dropped
	line []byte // guarded by mu; an unfinished line, at most lineBytes
}

// lineSink is a writer that several outputs share, a whole line at a time.
type lineSink struct {
	mu sync.Mutex
	w  io.Writer // used with mu held; nil drops
}

func newOutput(service Service, to *lineSink) *output {
	return &output{prefix: string(service) + " │ ", to: to}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.keep(p)
	o.line = append(o.line, p...)
	for {
		line, rest, found := bytes.Cut(o.line, []byte{'\n'})
		if !found && len(o.line) < lineBytes {
			return len(p), nil
		}
		o.to.writeLine(o.prefix, line)
		o.line = append(o.line[:0], rest...)
	}
}

// keep fills head, then tail, which drops its beginning. o.mu is held.
func (o *output) keep(p []byte) {
	n := min(len(p), headBytes-len(o.head))
	o.head = append(o.head, p[:n]...)
	o.tail = append(o.tail, p[n:]...)
	if over := len(o.tail) - tailBytes; over > 0 {
		o.tail = append(o.tail[:0], o.tail[over:]...)
		o.gap = true
	}
}

// words are what is kept of what the child printed.
func (o *output) words() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := string(o.head)
	if o.gap {
		text += "\n…\n"
	}
	return strings.TrimSpace(text + string(o.tail))
}

func (s *lineSink) writeLine(prefix string, line []byte) {
	if s == nil || s.w == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// A log that cannot be written has nobody to be told.
	_, _ = io.WriteString(s.w, prefix+strings.TrimRight(string(line), "\r")+"\n")
}
