package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/mdp/qrterminal/v3"

	"github.com/parley-chat/parley/emulator"
	"github.com/parley-chat/parley/internal/local"
)

// runView tells what happens, to a person or to a program.
type runView struct {
	verbose bool
	person  *terminal // on stdout, or on stderr when a program reads stdout

	mu      sync.Mutex
	program *json.Encoder // on stdout; nil for a person. Used with mu held
}

func newRunView(s surroundings, flags runFlags) *runView {
	if flags.json {
		return &runView{
			verbose: flags.verbose,
			person:  newTerminal(s.stderr, s.getenv),
			program: json.NewEncoder(s.stdout),
		}
	}
	return &runView{verbose: flags.verbose, person: newTerminal(s.stdout, s.getenv)}
}

// serviceLine is what a program reads of a service: once when it is there, and again whenever that
// changes.
type serviceLine struct {
	Service local.Service `json:"service"`
	State   local.State   `json:"state"`
	URL     string        `json:"url,omitempty"`
	PID     int           `json:"pid,omitempty"`
	Detail  string        `json:"detail,omitempty"`
}

// readyLine is the last of them.
type readyLine struct {
	Ready       bool   `json:"ready"`
	URL         string `json:"url"`
	LANURL      string `json:"lanUrl,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
}

// event is local.Options.OnEvent.
func (v *runView) event(e local.Event) {
	if v.program != nil && e.State != local.Working {
		v.tell(serviceLine(e))
		return
	}
	switch e.State {
	case local.Working:
		v.person.wait(v.row(plain, e.Service, e.Detail+" …", ""))
	case local.Lost:
		v.person.line(v.row(alarm, e.Service, "lost: "+firstLine(e.Detail), "starting it again"))
	case local.Ready, local.Given:
		detail := e.Detail
		if e.PID != 0 {
			detail = strings.TrimPrefix(detail+", process "+strconv.Itoa(e.PID), ", ")
		}
		if e.URL == "" {
			v.person.line(v.row(plain, e.Service, detail, ""))
			return
		}
		v.person.line(v.row(plain, e.Service, e.URL, detail))
	}
}

// tell writes a line for the program.
func (v *runView) tell(value any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.program.Encode(value); err != nil {
		v.person.line("  parley run: nobody reads what it writes: " + err.Error())
	}
}

// row is one aligned line: service, what matters, and a faint rest.
func (v *runView) row(s style, service local.Service, text, rest string) string {
	row := "  " + v.person.paint(faint, fmt.Sprintf("%-9s", service)) + "  "
	if rest == "" {
		return row + v.person.paint(s, text)
	}
	return row + v.person.paint(s, fmt.Sprintf("%-30s", text)) + "  " + v.person.paint(faint, rest)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// log takes what the children print.
func (v *runView) log() io.Writer {
	if v.verbose {
		return v.person
	}
	return troubles{v.person}
}

// ready says that everything is there, and what to do now.
func (v *runView) ready(stack *local.Stack) {
	if v.program != nil {
		v.tell(readyLine{
			Ready: true, URL: stack.URL(), LANURL: stack.LANURL(), Fingerprint: stack.Fingerprint(),
		})
		return
	}
	v.person.line("")
	switch {
	case stack.URL() == "":
		v.person.line("  Everything that was asked for is running. Ctrl-C ends it.")
	case stack.LANURL() != "":
		v.openedToLAN(stack)
	default:
		v.person.line("  Open " + v.person.paint(strong, stack.URL()) + " in two windows. Ctrl-C ends everything.")
	}
}

// openedToLAN shows the way for phones, and what is open now.
func (v *runView) openedToLAN(stack *local.Stack) {
	v.person.line("  Open " + v.person.paint(strong, stack.LANURL()) + " on any device in this network, or " +
		v.person.paint(strong, stack.URL()) + " here.")
	if v.person.live {
		var code strings.Builder
		qrterminal.GenerateHalfBlock(stack.LANURL(), qrterminal.L, &code)
		v.person.line("\n" + strings.TrimRight(code.String(), "\n"))
	}
	v.person.line("")
	v.person.line("  The browser will warn: nobody vouches for this certificate but you. Its SHA-256 is")
	half := len(stack.Fingerprint()) / 2
	v.person.line("    " + stack.Fingerprint()[:half])
	v.person.line("    " + strings.TrimPrefix(stack.Fingerprint()[half:], ":"))
	v.person.line("")
	v.person.line(v.person.paint(alarm, "  Everybody in this network can open it now:") +
		" the page, the function, the emulators behind it, the TURN server.")
	v.person.line("  The emulators believe what they are told. Keep nothing private here; Ctrl-C closes it.")
}

func (v *runView) ending() {
	v.person.line("")
	v.person.wait("  Ending everything …")
}

// ended says that nothing is left running.
func (v *runView) ended() { v.person.line("  Everything has ended.") }

// failed says what went wrong and returns the exit code.
func (v *runView) failed(err error) int {
	v.person.line("")
	missing := new(local.MissingError)
	if errors.As(err, &missing) {
		v.person.line(v.person.paint(alarm, "  "+missing.What+" is missing."))
		v.person.line("  " + missing.Install)
		return exitMissing
	}
	v.person.line(v.person.paint(alarm, "  parley run failed:") + " " + err.Error())
	if errors.Is(err, emulator.ErrInUse) {
		v.person.line("  Another parley run has that directory. Begin this one with -memory, or with a -data of its own.")
	}
	return exitFailed
}

func (v *runView) close() { v.person.close() }
