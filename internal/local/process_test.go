package local

import (
	"bufio"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// stubborn is a child that ignores SIGTERM, and has a child of its own that does too. Its first line says
// that it is so far.
const stubborn = `trap "" TERM; sleep 600 & echo here; wait; sleep 600`

// startStubborn returns when the child has said its line. The reader ends when nobody of its group is left
// to write.
func startStubborn(t *testing.T) (*process, *bufio.Reader) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := startProcess(command{args: []string{"sh", "-c", stubborn}}, w)
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	lines := bufio.NewReader(r)
	t.Cleanup(func() {
		killGroup(p.pid)
		r.Close()
	})
	if line, err := lines.ReadString('\n'); line != "here\n" {
		t.Fatalf("%q, %v", line, err)
	}
	return p, lines
}

func awaitNobodyLeft(t *testing.T, lines io.Reader) {
	t.Helper()
	if rest, err := io.ReadAll(lines); err != nil || len(rest) > 0 {
		t.Errorf("%q, %v", rest, err)
	}
}

func TestStopInsists(t *testing.T) {
	p, lines := startStubborn(t)
	p.stop(10 * time.Millisecond)
	if p.err == nil || !strings.Contains(p.err.Error(), "killed") {
		t.Errorf("ended with %v", p.err)
	}
	awaitNobodyLeft(t, lines) // the grandchild too
}

func TestKillCutsStopShort(t *testing.T) {
	p, lines := startStubborn(t)
	s := &supervisor{service: FunctionService, current: p}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		p.stop(time.Hour)
	}()
	s.kill()
	<-stopped
	awaitNobodyLeft(t, lines)
	s.kill() // of nobody any more: nothing happens
}

func TestStartProcessFails(t *testing.T) {
	if _, err := startProcess(command{args: []string{"/nowhere/parley"}}, io.Discard); err == nil {
		t.Error("a program that is not there was started")
	}
}

func TestOutputKeepsBeginningAndEnd(t *testing.T) {
	var log strings.Builder
	o := newOutput(WebService, &lineSink{w: &log})
	long := strings.Repeat("x", 3*lineBytes)
	for _, part := range []string{"a", "b\nc\r\n", long, "end"} {
		if n, err := o.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
	}
	got := o.words()
	if len(got) != headBytes+len("\n…\n")+tailBytes ||
		!strings.HasPrefix(got, "ab\n") || !strings.HasSuffix(got, "xend") {
		t.Errorf("kept %d bytes: %.20q", len(got), got)
	}
	short := newOutput(WebService, nil)
	if short.Write([]byte("all\nof it\n")); short.words() != "all\nof it" {
		t.Errorf("kept %q", short.words())
	}
	if got := log.String(); !strings.HasPrefix(got, "web │ ab\nweb │ c\nweb │ xxx") {
		t.Errorf("logged %.30q", got)
	}
}
