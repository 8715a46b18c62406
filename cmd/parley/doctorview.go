package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/parley-chat/parley/internal/doctor"
	"github.com/parley-chat/parley/protocol/diagnosis"
)

// doctorView tells a person or a program what is found, as it is found. Its methods are called one at a time.
type doctorView struct {
	person  *terminal // on stderr when stdout is a report's
	program io.Writer // nil for a person
}

func newDoctorView(s surroundings, flags doctorFlags) *doctorView {
	switch {
	case flags.json:
		return &doctorView{program: s.stdout}
	case flags.report:
		return &doctorView{person: newTerminal(s.stderr, s.getenv)}
	}
	return &doctorView{person: newTerminal(s.stdout, s.getenv)}
}

// findingLine and causeLine are what a program reads: a line for each finding, and the cause as the last.
type findingLine struct {
	Finding      diagnosis.Finding `json:"finding"`
	State        diagnosis.State   `json:"state"`
	Milliseconds int64             `json:"milliseconds"`
}

type causeLine struct {
	Cause    diagnosis.Cause   `json:"cause"`
	Outlook  diagnosis.Outlook `json:"outlook"`
	Sentence string            `json:"sentence"`
	Cure     string            `json:"cure"`
}

func (v *doctorView) tell(value any) {
	line, err := json.Marshal(value)
	if err == nil { // both lines are words and a number
		say(v.program, "%s\n", line)
	}
}

// looking shows a person who watches that something goes on.
func (v *doctorView) looking() {
	if v.person != nil && v.person.live {
		v.person.wait("  Looking …")
	}
}

// found is doctor.Options.OnFound.
func (v *doctorView) found(f doctor.Found) {
	if v.program != nil {
		v.tell(findingLine{f.Finding, f.State, f.Took.Milliseconds()})
		return
	}
	line := "  " + v.person.paint(faint, fmt.Sprintf("%-16s", labelOf(f.Finding))) + "  "
	state := stateOf(f.Finding, f.State)
	if f.Took < time.Millisecond {
		v.person.line(line + state)
	} else {
		took := fmt.Sprintf("%6d ms", f.Took.Milliseconds())
		v.person.line(line + fmt.Sprintf("%-26s", state) + v.person.paint(faint, took))
	}
	v.looking()
}

// named tells the cause, in the end.
func (v *doctorView) named(cause diagnosis.Cause) {
	words := cause.Words()
	if v.program != nil {
		v.tell(causeLine{cause, cause.Outlook(), words.Sentence, words.Cure})
		return
	}
	s := strong
	if cause.Outlook() != diagnosis.Works {
		s = alarm
	}
	v.person.line("")
	v.person.line("  " + v.person.paint(s, words.Sentence))
	v.person.line("  " + words.Cure)
}

func (v *doctorView) close() {
	if v.person != nil {
		v.person.close()
	}
}

// labelOf is what a finding is called in the terminal.
func labelOf(f diagnosis.Finding) string {
	return map[diagnosis.Finding]string{
		diagnosis.Network: "network", diagnosis.Site: "Parley's address", diagnosis.Clock: "clock",
		diagnosis.SignIn: "sign-in", diagnosis.Function: "function", diagnosis.Store: "Firestore",
		diagnosis.Relay: "relay's service", diagnosis.RelayOnly: "relay only",
		diagnosis.STUN: "STUN by UDP", diagnosis.NAT: "NAT",
		diagnosis.TURNUDP: "relay by UDP", diagnosis.TURNTCP: "relay by TCP", diagnosis.TURNTLS: "relay by TLS",
		// Those of a browser are not looked at from here.
	}[f]
}

// stateOf says in words what was found.
func stateOf(f diagnosis.Finding, s diagnosis.State) string {
	switch {
	case f == diagnosis.Network && s == diagnosis.Yes:
		return "there is one"
	case f == diagnosis.Network && s == diagnosis.No:
		return "there is none"
	case f == diagnosis.Clock && s == diagnosis.Yes:
		return "right"
	case f == diagnosis.Clock && s == diagnosis.No:
		return "wrong by over a minute"
	case f == diagnosis.Relay && s == diagnosis.No:
		return "does not answer"
	case f == diagnosis.RelayOnly:
		return string(s)
	}
	return map[diagnosis.State]string{
		diagnosis.Unlooked: "not known", diagnosis.Yes: "answers", diagnosis.Absent: "none is offered",
		diagnosis.Refused: "refuses", diagnosis.Full: "is full", diagnosis.Untrusted: "shows a wrong certificate",
		diagnosis.Closed: "nobody is there", diagnosis.Silent: "does not answer", diagnosis.Open: "none",
		diagnosis.Same: "same address for everybody", diagnosis.Differs: "another address for each",
	}[s]
}
