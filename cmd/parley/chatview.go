package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling/identity"
)

// chatView tells a person or a program what happens. It is safe for concurrent use.
type chatView struct {
	person *terminal // nil for a program

	mu      sync.Mutex
	program *json.Encoder // nil for a person; used with mu held
	broken  error         // guarded by mu: a program that reads no more is told no more
}

func newChatView(s surroundings, forProgram bool) *chatView {
	if forProgram {
		program := json.NewEncoder(s.stdout)
		program.SetEscapeHTML(false)
		return &chatView{program: program}
	}
	return &chatView{person: newTerminal(s.stdout, s.getenv)}
}

// chatEvent is one line for programs, but for what [roomEvent] has; chatJSONUsage says which there are.
type chatEvent struct {
	Event   string       `json:"event"`
	Path    peer.Path    `json:"path,omitempty"`    // with connected
	Line    *lineView    `json:"line,omitempty"`    // with connected
	Safety  *safetyView  `json:"safety,omitempty"`  // with connected
	Text    string       `json:"text,omitempty"`    // with message
	Code    string       `json:"code,omitempty"`    // with room and code: a secret, for who is invited
	Link    string       `json:"link,omitempty"`    // with room
	Failure peer.Failure `json:"failure,omitempty"` // with failed (SPEC section 8)
	Detail  string       `json:"detail,omitempty"`  // with failed, refused, help and code_over
}

// lineView is what is measured of the path.
type lineView struct {
	Carrier     string  `json:"carrier,omitempty"`       // udp, tcp or tls, from here to the own relay or to the other
	RoundTripMS float64 `json:"round_trip_ms,omitempty"` // there and back
}

func (v lineView) String() string {
	parts := make([]string, 0, 2)
	if v.RoundTripMS > 0 {
		parts = append(parts, fmt.Sprintf("%.1f ms there and back", v.RoundTripMS))
	}
	if v.Carrier != "" {
		parts = append(parts, strings.ToUpper(v.Carrier))
	}
	return strings.Join(parts, ", ")
}

// safetyView is what two programs, or the people behind them, can compare.
type safetyView struct {
	Emoji    []string `json:"emoji"`            // the names of the seven
	Identity string   `json:"identity"`         // what -expect takes
	Number   string   `json:"number,omitempty"` // in a room
}

// tell writes e for a program, or line for a person; an empty line tells a person nothing.
func (v *chatView) tell(e chatEvent, line string) {
	if v.person != nil {
		if line != "" {
			v.person.line(line)
		}
		return
	}
	v.encode(e)
}

// encode writes a line for a program.
func (v *chatView) encode(e any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.broken == nil {
		v.broken = v.program.Encode(e)
	}
}

func (v *chatView) close() {
	if v.person != nil {
		v.person.close()
	}
}

// event is peer.Options.OnEvent.
func (v *chatView) event(e peer.Event) {
	if v.person != nil && e == peer.EventWaiting {
		v.person.wait("Waiting for someone.")
		return
	}
	lines := map[peer.Event]string{
		peer.EventSignaling:    "Found someone.",
		peer.EventConnecting:   "Connecting.",
		peer.EventReconnecting: "The connection broke. Looking for them; what you write is kept.",
		peer.EventReconnected:  "They are here again.",
		peer.EventAgain:        "They did not come. Looking for someone else.",
		peer.EventNoICEServers: "No relay to be had: only a direct connection can work.",
		peer.EventNoRelay:      "The relay is out of order: only a direct connection can work.",
	}
	v.tell(chatEvent{Event: string(e)}, lines[e])
}

func (v *chatView) invite(secret protocol.RoomSecret, app string) {
	link := secret.Link(app)
	v.tell(chatEvent{Event: "room", Code: secret.Code(), Link: link}, "Room   "+link)
}

func (v *chatView) code(code protocol.ShortCode) {
	line := "Code   " + code.String() + "  Read it aloud: it is for one person, and for ten minutes."
	v.tell(chatEvent{Event: "code", Code: code.String()}, line)
}

func (v *chatView) codeOver(why error) {
	line := "The code could not be made."
	switch {
	case errors.Is(why, peer.ErrCodeUsed):
		line = "The code was used."
	case errors.Is(why, peer.ErrCodeTime):
		line = "The code's time is over. The link still holds."
	case errors.Is(why, peer.ErrCodeGuesses):
		line = "Somebody guessed wrong three times: the code is over. The link still holds."
	}
	v.tell(chatEvent{Event: "code_over", Detail: why.Error()}, line)
}

func (v *chatView) connected(way peer.Line, safety peer.Safety) {
	line := "Connected. Not verified."
	switch way.Path {
	case peer.PathDirect:
		line = "Connected directly. Nobody in between. Not verified."
	case peer.PathRelayed:
		line = "Connected through a relay. Still only you two can read it. Not verified."
	case peer.PathUnknown:
	}
	shown := safetyView{Identity: safety.Identity.String(), Number: safety.Number}
	signs := make([]string, 0, len(safety.Emoji))
	for _, s := range safety.Emoji {
		shown.Emoji = append(shown.Emoji, s.Name)
		signs = append(signs, s.Sign+" "+s.Name)
	}
	measured := lineView{Carrier: way.Carrier, RoundTripMS: float64(way.RoundTrip) / float64(time.Millisecond)}
	v.tell(chatEvent{Event: "connected", Path: way.Path, Line: &measured, Safety: &shown}, line)
	if v.person == nil {
		return
	}
	if measured != (lineView{}) {
		v.person.line(v.person.paint(faint, "Line     "+measured.String()))
	}
	v.person.line(v.person.paint(faint, "Compare  "+strings.Join(signs, "  ")))
	if safety.Number != "" {
		v.person.line(v.person.paint(faint, "Number   "+safety.Number))
		v.person.line(v.person.paint(faint, "Device   "+shown.Identity))
	}
}

func (v *chatView) message(text string) {
	if v.program != nil {
		v.tell(chatEvent{Event: "message", Text: text}, "")
		return
	}
	for i, line := range strings.Split(printable(text), "\n") {
		who := "them   "
		if i > 0 {
			who = "       "
		}
		v.person.line(v.person.paint(strong, who) + line)
	}
}

// printable takes out of a stranger's text what a terminal would obey: control characters, and those that turn the
// direction of what follows.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// refused tells why what was written was not sent, or not done.
func (v *chatView) refused(why string) { v.tell(chatEvent{Event: "refused", Detail: why}, why) }

// over tells how a connection ended.
func (v *chatView) over(err error) {
	switch {
	case errors.Is(err, peer.ErrPeerLeft):
		v.tell(chatEvent{Event: "left"}, "They left.")
	case errors.Is(err, peer.ErrReplaced):
		v.tell(chatEvent{Event: "replaced"}, "They came in anew.")
	default:
		v.tell(chatEvent{Event: "lost"}, "The connection to them broke off.")
	}
}

func (v *chatView) askForNext() {
	v.person.line("Enter looks for someone else, Ctrl-D ends.")
}

// endedBy is the end of a search or a room: in good order when ctx ended it.
func (v *chatView) endedBy(ctx context.Context, err error) int {
	if ctx.Err() != nil || errors.Is(err, peer.ErrClosed) || errors.Is(err, errInputEnded) {
		return exitOK
	}
	return v.failed(err)
}

// failed tells a failure by its name and returns its exit code.
func (v *chatView) failed(err error) int {
	name := nameOf(err)
	what := sentence(name)
	if errors.Is(err, peer.ErrNotAdmitted) {
		what = "It is not the device that -expect names. Nothing was shown, and nothing was sent."
	}
	v.tell(chatEvent{Event: "failed", Failure: name, Detail: err.Error()}, what)
	if v.person != nil && name == peer.Internal && !errors.Is(err, peer.ErrNotAdmitted) {
		v.person.line(v.person.paint(faint, err.Error()))
	}
	return codeOf(err)
}

// nameOf also knows what package site meets before there is a peer.
func nameOf(err error) peer.Failure {
	switch {
	case errors.Is(err, site.ErrUnreachable):
		return peer.FunctionUnavailable
	case errors.Is(err, site.ErrNoFirestore):
		return peer.StoreUnavailable
	case errors.Is(err, identity.ErrSignIn):
		return peer.SignInFailed
	}
	return peer.NameOf(err)
}

// sentence says what happened and what to do.
func sentence(name peer.Failure) string {
	switch name {
	case peer.SignInFailed:
		return "Signing in did not work. Try again in a moment."
	case peer.FunctionUnavailable:
		return "Parley cannot be reached there. Is `parley run` running? -api names another address."
	case peer.StoreUnavailable:
		return "Firestore cannot be reached. Try again in a moment."
	case peer.RelayUnavailable:
		return "Only a relay may be used, and there is none to be had. Try again in a minute."
	case peer.LinkBroken:
		return "That link or code is not whole. Ask for it again."
	case peer.RoomNotFound:
		return "There is no such room. Ask for the link again."
	case peer.RoomOver:
		return "This room is over. Create a new one with -create."
	case peer.RoomFull:
		return "The room is full."
	case peer.RoomLocked:
		return "The room is locked: it takes nobody new."
	case peer.Removed:
		return "The founder of the room has removed this device."
	case peer.ConnectionFailed:
		return "No path to them was found. Try again, or from another network."
	case peer.CodeWrong:
		return "The words are not right. Ask for the code again."
	case peer.CodeOver:
		return "That code is used up, or its time is over. Ask for a new one."
	case peer.ProtocolError:
		return "They sent what the rules refuse. Try again."
	case peer.Tampered:
		return "Something came that they did not make. Nothing of it was shown. Try again, and compare the signs."
	case peer.PeerLost:
		return "The connection to them broke off."
	case peer.Internal:
	}
	return "Something is wrong in Parley itself. Please report it."
}

func codeOf(err error) int {
	switch {
	case peer.IsEnd(err):
		return exitOK
	case errors.Is(err, peer.ErrNotAdmitted):
		return exitNotThem
	}
	switch nameOf(err) {
	case peer.PeerLost:
		return exitLost
	case peer.SignInFailed, peer.FunctionUnavailable, peer.StoreUnavailable, peer.RelayUnavailable:
		return exitUnreachable
	case peer.RoomNotFound, peer.RoomOver, peer.RoomFull, peer.RoomLocked, peer.Removed, peer.LinkBroken,
		peer.CodeWrong, peer.CodeOver:
		return exitNoRoom
	case peer.ConnectionFailed, peer.ProtocolError, peer.Tampered, peer.Internal:
	}
	return exitFailed
}
