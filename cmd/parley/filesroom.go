package main

import (
	"context"
	"errors"
	"flag"
	"strings"
	"time"

	"github.com/mdp/qrterminal/v3"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/disk"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol"
)

// More exit codes, of send and receive.
const (
	exitNothing = 3 // what was offered was declined, or nobody has sent anything
	exitNoSpace = 8 // the disk is full, or too full for what is to come
)

// showEvery is how often it is shown how far files have come.
const showEvery = 200 * time.Millisecond

// fileFlags are what send and receive have in common.
type fileFlags struct {
	api       string
	name      string
	relayOnly bool
	json      bool
}

func (f *fileFlags) add(set *flag.FlagSet) {
	set.StringVar(&f.api, "api", site.DefaultAPI, "where the API is")
	set.StringVar(&f.name, "name", "", "what to be called in the room")
	set.BoolVar(&f.relayOnly, "relay-only", false, "use a relay only: the others never learn this machine's address")
	set.BoolVar(&f.json, "json", false, "write one JSON object per line, for programs")
}

// parse reads flags that may stand before and after what they are about, of which it gives what is left.
func (f *fileFlags) parse(set *flag.FlagSet, args []string) (rest []string, code int, ok bool) {
	for {
		switch err := set.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			return nil, exitOK, false
		case err != nil:
			return nil, exitUsage, false
		case set.NArg() == 0:
			return rest, exitOK, true
		}
		rest, args = append(rest, set.Arg(0)), set.Args()[1:]
	}
}

// inRoom does something in a room.
func (f *fileFlags) inRoom(
	ctx context.Context, s surroundings, view *fileView,
	enter func(context.Context, peer.Services, *peer.Options) (*peer.Group, error),
	do func(context.Context, *peer.Group) (int, error),
) int {
	at, err := site.Open(ctx, f.api, &site.Options{
		FirestoreAddr: s.getenv("FIRESTORE_EMULATOR_HOST"),
		AuthAddr:      s.getenv("FIREBASE_AUTH_EMULATOR_HOST"),
	})
	if err != nil {
		return view.endedBy(ctx, err)
	}
	defer at.Close()
	group, err := enter(ctx, at.Services(), &peer.Options{
		RelayOnly: f.relayOnly, Loopback: site.IsLocal(f.api), OnEvent: view.event, Name: f.name,
		HideTyping: true, HideReading: true,
	})
	if err != nil {
		return view.endedBy(ctx, err)
	}
	defer group.Close()
	code, err := do(ctx, group)
	if err != nil {
		return view.endedBy(ctx, err)
	}
	return code
}

// fileView tells how it stands with files, to a person or a program.
type fileView struct{ *chatView }

// fileEvent is one line for programs; filesJSONUsage says which there are.
type fileEvent struct {
	Event    string   `json:"event"`
	ID       string   `json:"id,omitempty"`
	From     string   `json:"from,omitempty"`
	Identity string   `json:"identity,omitempty"`
	Text     string   `json:"text,omitempty"`
	Files    []string `json:"files,omitempty"`
	Bytes    int64    `json:"bytes"`
	Total    int64    `json:"total"`
	Rate     int64    `json:"rate,omitempty"`
}

func (v *fileView) tell(e fileEvent, line string) {
	if v.person != nil {
		if line != "" {
			v.person.line(line)
		}
		return
	}
	v.encode(e)
}

// invite shows the link, and what a telephone's camera makes of it.
func (v *fileView) invite(secret protocol.RoomSecret, app string) {
	v.chatView.invite(secret, app)
	if v.person != nil && v.person.live {
		var code strings.Builder
		qrterminal.GenerateHalfBlock(secret.Link(app), qrterminal.L, &code)
		v.person.line("\n" + strings.TrimRight(code.String(), "\n"))
	}
}

// progress shows how far it has come.
func (v *fileView) progress(e fileEvent, what string) {
	if v.person != nil {
		v.person.show(bar(what, e.Bytes, e.Total, e.Rate))
		return
	}
	v.tell(e, "")
}

// endedBy also knows what files meet.
func (v *fileView) endedBy(ctx context.Context, err error) int {
	if ctx.Err() != nil {
		return exitFailed // what was to be done is not done
	}
	var what string
	code := exitFailed
	switch {
	case errors.Is(err, disk.ErrNoSpace):
		what, code = "There is not enough space. What has come stays; make room, and run it again.", exitNoSpace
	case errors.Is(err, peer.ErrFileChanged), errors.Is(err, disk.ErrChanged):
		what = "A file has changed since it was read. Send it again."
	case errors.Is(err, peer.ErrFileDeleted), errors.Is(err, peer.ErrFileUnknown):
		what = "Who sent it has taken it back."
	case errors.Is(err, peer.ErrFileBroken):
		what = "What was sent is broken. Ask for it to be sent again."
	case errors.Is(err, disk.ErrOther):
		what = "The folder has something else where this would be. Name another with -into."
	case peer.NameOf(err) != peer.Internal || nameOf(err) != peer.Internal:
		return v.failed(err)
	default:
		what = err.Error()
	}
	v.chatView.tell(chatEvent{Event: "failed", Failure: peer.Internal, Detail: err.Error()}, what)
	if v.person != nil && what != err.Error() {
		v.person.line(v.person.paint(faint, err.Error()))
	}
	return code
}
