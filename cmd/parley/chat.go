package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol"
)

// More exit codes, of chat.
const (
	exitLost        = 4 // the other broke off without a bye
	exitUnreachable = 5 // the deployment, its function or its store cannot be reached
	exitNoRoom      = 6 // there is no such room, it is over or full, or its link or short code leads nowhere
	exitNotThem     = 7 // it was not the device that was expected
)

// chatFlags are what `parley chat` was asked for.
type chatFlags struct {
	api       string
	room      string
	code      string
	pool      string
	create    bool
	aloud     bool
	echo      bool
	relayOnly bool
	json      bool
	name      string
	keep      string
	quiet     bool
	device    string
	expect    *protocol.Identity // nil: anybody
}

func parseChatFlags(s surroundings, args []string) (chatFlags, int, bool) {
	var f chatFlags
	set := flag.NewFlagSet("parley chat", flag.ContinueOnError)
	set.SetOutput(s.stderr)
	set.Usage = func() {
		say(s.stderr, chatUsage)
		set.PrintDefaults()
		say(s.stderr, "%s", chatCommandsUsage+commandsHelp()+chatJSONUsage)
	}
	set.StringVar(&f.api, "api", site.DefaultAPI, "where the API is")
	set.StringVar(&f.room, "room", "", "enter the room of this code or link, as without the flag")
	set.StringVar(&f.code, "code", "", "enter the room of this short code, such as 417-apple-river")
	set.BoolVar(&f.create, "create", false, "create a room and wait in it")
	set.BoolVar(&f.aloud, "aloud", false, "with -create: make a short code too, to be read aloud")
	set.StringVar(&f.pool, "pool", protocol.DefaultPool, "where to look for a stranger")
	set.BoolVar(&f.echo, "echo", false, "answer each text with the same text; go on to the next person when one leaves")
	set.BoolVar(&f.relayOnly, "relay-only", false, "use a relay only: the other never learns this machine's address")
	set.StringVar(&f.device, "device", "", "in rooms, be the device of this file; it is made if there is none")
	set.Func("expect", "in rooms, talk to the device with this `identity` only", func(text string) error {
		identity, err := protocol.ParseIdentity(text)
		f.expect = &identity
		return err
	})
	set.StringVar(&f.name, "name", "", "in rooms: what to be called")
	set.StringVar(&f.keep, "keep", "", "in rooms, with -device: keep what is said in this `file`, or go on with its room")
	set.BoolVar(&f.quiet, "quiet", false, "in rooms: do not tell what was read here, nor that somebody writes")
	set.BoolVar(&f.json, "json", false, "write one JSON object per line, for programs")
	err := set.Parse(args)
	if set.NArg() == 1 && f.room == "" {
		f.room = set.Arg(0)
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		return f, exitOK, false
	case err != nil:
		return f, exitUsage, false
	case set.NArg() > 0 && set.Arg(0) != f.room || set.NArg() > 1:
		say(s.stderr, "parley chat: what is %q? It takes flags and one room\n", set.Arg(set.NArg()-1))
		return f, exitUsage, false
	case f.rooms() > 1:
		say(s.stderr, "parley chat: one of -room, -code and -create\n")
		return f, exitUsage, false
	case f.aloud && !f.create:
		say(s.stderr, "parley chat: -aloud is for a room that you make with -create\n")
		return f, exitUsage, false
	case f.keep != "" && (f.rooms() == 0 || f.device == ""):
		say(s.stderr, "parley chat: -keep is for rooms, with -device: what is kept is that device's\n")
		return f, exitUsage, false
	case f.rooms() == 0 && (f.device != "" || f.expect != nil || f.name != "" || f.quiet):
		say(s.stderr, "parley chat: strangers meet as nobody: -device, -expect, -name and -quiet are for rooms\n")
		return f, exitUsage, false
	}
	return f, exitOK, true
}

// rooms is how many ways into a room were named.
func (f chatFlags) rooms() int {
	n := 0
	for _, named := range []bool{f.room != "", f.code != "", f.create} {
		if named {
			n++
		}
	}
	return n
}

func chatCommand(s surroundings, args []string) int {
	flags, code, ok := parseChatFlags(s, args)
	if !ok {
		return code
	}
	return untilSignal(func(ctx context.Context) int { return chat(ctx, s, os.Stdin, flags) })
}

// untilSignal runs something that the first signal ends in good order, and the second one at once.
func untilSignal(run func(context.Context) int) int {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	ended := make(chan int, 1)
	go func() { ended <- run(ctx) }()
	select {
	case code := <-ended:
		return code
	case <-signals:
		stop()
	}
	select {
	case code := <-ended:
		return code
	case <-signals:
		return exitForced
	}
}

// chat runs until the talk is over, in's end, or ctx's, and returns the exit code.
func chat(ctx context.Context, s surroundings, in io.Reader, flags chatFlags) int {
	view := newChatView(s, flags.json)
	defer view.close()
	enter, err := flags.way()
	if err != nil {
		return view.failed(err)
	}
	device, err := flags.openDevice()
	if err != nil {
		say(s.stderr, "parley chat: %v\n", err)
		return exitFailed
	}
	at, err := site.Open(ctx, flags.api, &site.Options{
		FirestoreAddr: s.getenv("FIRESTORE_EMULATOR_HOST"),
		AuthAddr:      s.getenv("FIREBASE_AUTH_EMULATOR_HOST"),
	})
	if err != nil {
		return view.endedBy(ctx, err)
	}
	defer at.Close()
	t := &talk{
		view: view, services: at.Services(), echo: flags.echo, aloud: flags.aloud,
		options: &peer.Options{
			Pool: flags.pool, RelayOnly: flags.relayOnly, Loopback: site.IsLocal(flags.api), OnEvent: view.event,
			Device: device, Admit: flags.admit, Name: flags.name,
			HideTyping: flags.quiet, HideReading: flags.quiet,
		},
	}
	if !flags.echo {
		t.lines = readLines(ctx, in)
		t.goesOn = !flags.json && isTerminalReader(in)
	}
	if enter == nil {
		return t.withStrangers(ctx)
	}
	stopKeeping, err := flags.keeping(t.options)
	if err != nil {
		say(s.stderr, "parley chat: %v\n", err)
		return exitFailed
	}
	defer stopKeeping()
	return t.inRoom(ctx, flags.api, func(ctx context.Context) (*peer.Group, error) {
		return enter(ctx, t.services, t.options)
	})
}

// way is how a room is entered; nil if strangers are looked for.
func (f chatFlags) way() (func(context.Context, peer.Services, *peer.Options) (*peer.Group, error), error) {
	switch {
	case f.create:
		return func(ctx context.Context, s peer.Services, o *peer.Options) (*peer.Group, error) {
			if o.Archive != nil {
				if secret, kept := o.Archive.Secret(); kept {
					return peer.EnterGroup(ctx, s, secret, o)
				}
			}
			return peer.CreateGroup(ctx, s, protocol.RoomSettings{}, o)
		}, nil
	case f.code != "":
		code, err := protocol.ParseShortCode(f.code)
		return func(ctx context.Context, s peer.Services, o *peer.Options) (*peer.Group, error) {
			return peer.EnterGroupCode(ctx, s, code, o)
		}, err
	case f.room != "":
		secret, err := protocol.ParseRoomCode(f.room)
		return func(ctx context.Context, s peer.Services, o *peer.Options) (*peer.Group, error) {
			return peer.EnterGroup(ctx, s, secret, o)
		}, err
	}
	return nil, nil //nolint:nilnil // strangers are no room
}

// openDevice is who this side is: nil for a device of one use.
func (f chatFlags) openDevice() (*peer.Device, error) {
	if f.device == "" {
		return nil, nil //nolint:nilnil // as peer.Options has it
	}
	return peer.LoadDevice(f.device, rand.Reader)
}

// admit is peer.Options.Admit.
func (f chatFlags) admit(s peer.Safety) error {
	if f.expect != nil && s.Identity != *f.expect {
		return errors.New("another device than expected")
	}
	return nil
}

// appOf is the app's address: what an API's address is below.
func appOf(api string) string {
	return strings.TrimSuffix(strings.TrimSuffix(api, "/"), "/api") + "/"
}

func isTerminalReader(in io.Reader) bool {
	file, ok := in.(*os.File)
	return ok && isTerminal(file)
}
