package main

import (
	"strings"
	"testing"
	"time"
)

func TestTroublesAreShown(t *testing.T) {
	var out strings.Builder
	for _, line := range []string{
		"firestore │ INFO: Detected HTTP/2 connection.\n",
		`function │ {"severity":"INFO","message":"request"}` + "\n",
		`function │ {"severity":"ERROR","message":"no Firestore"}` + "\n",
		"function │ panic: {}\n",
	} {
		if n, err := (troubles{&out}).Write([]byte(line)); n != len(line) || err != nil {
			t.Errorf("%q: %d, %v", line, n, err)
		}
	}
	want := `function │ {"severity":"ERROR","message":"no Firestore"}` + "\nfunction │ panic: {}\n"
	if out.String() != want {
		t.Errorf("showed %q, want %q", out.String(), want)
	}
}

func TestTerminalWritesOverWhatIsPending(t *testing.T) {
	var out strings.Builder
	live := &terminal{w: &out, live: true, colour: true, now: time.Now}
	live.wait("building …")
	live.line(live.paint(strong, "built"))
	live.wait("ending …")
	live.close()
	if got, want := out.String(), "building …\r\x1b[K\x1b[1mbuilt\x1b[0m\nending …\r\x1b[K"; got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}

	out.Reset()
	piped := newTerminal(&out, func(string) string { return "" })
	piped.wait("building …")
	piped.line(piped.paint(strong, "built"))
	piped.Write([]byte("function │ hello\n"))
	piped.close()
	if got, want := out.String(), "building …\nbuilt\n  function │ hello\n"; got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
}
