package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/disk"
	"github.com/parley-chat/parley/protocol"
)

const sendUsage = `parley send [flags] FILE… sends files and folders to whoever has the link that it prints; - is its
input. Links within folders are not followed. It ends when one has all of it, checked on their side; -until says
otherwise.

Exit code: 0 as many as -until says have all of it, 1 it was ended before, or failed, 2 asked wrongly,
5 the services cannot be reached, 6 no such room, 8 no space for what comes from a pipe.

Flags:
`

const sendJSONUsage = `
With -json each line is an object. "event" says what it is, and what else it has:
  room             code, link
  hashing          bytes, total: it is being read
  sent             id, files, total: others can have it
  progress         id, bytes, total: so many bytes have been given to others
  arrived          id, identity: somebody has all of it
  failed           failure, detail
`

// sendFlags are what `parley send` was asked for.
type sendFlags struct {
	fileFlags

	room  string
	text  string
	until int // how many are to have all; 0: for ever
	paths []string
}

func parseSendFlags(s surroundings, args []string) (sendFlags, int, bool) {
	f := sendFlags{until: 1}
	set := flag.NewFlagSet("parley send", flag.ContinueOnError)
	set.SetOutput(s.stderr)
	set.Usage = func() {
		say(s.stderr, sendUsage)
		set.PrintDefaults()
		say(s.stderr, sendJSONUsage)
	}
	f.add(set)
	set.StringVar(&f.room, "room", "", "send into the room of this code or link, instead of a new one")
	set.StringVar(&f.text, "text", "", "what to say with it")
	set.Func("until", "end when so `many` have all of it: a number, or forever (default 1)", func(text string) error {
		if text == "forever" {
			f.until = 0
			return nil
		}
		n, err := strconv.Atoi(text)
		if f.until = n; err != nil || n < 1 {
			return errors.New("want a number from 1 on, or forever")
		}
		return nil
	})
	var code int
	var ok bool
	if f.paths, code, ok = f.parse(set, args); !ok {
		return f, code, false
	}
	if len(f.paths) == 0 {
		say(s.stderr, "parley send: which files?\n")
		return f, exitUsage, false
	}
	return f, exitOK, true
}

func sendCommand(s surroundings, args []string) int {
	f, code, ok := parseSendFlags(s, args)
	if !ok {
		return code
	}
	return untilSignal(func(ctx context.Context) int { return f.send(ctx, s, os.Stdin) })
}

func (f *sendFlags) send(ctx context.Context, s surroundings, in io.Reader) int {
	view := &fileView{chatView: newChatView(s, f.json)}
	defer view.close()
	found, err := f.find(ctx, s, in)
	if err != nil {
		return view.endedBy(ctx, err)
	}
	enter := func(ctx context.Context, services peer.Services, o *peer.Options) (*peer.Group, error) {
		if f.room == "" {
			return peer.CreateGroup(ctx, services, protocol.RoomSettings{}, o)
		}
		secret, err := protocol.ParseRoomCode(f.room)
		if err != nil {
			return nil, err
		}
		return peer.EnterGroup(ctx, services, secret, o)
	}
	return f.inRoom(ctx, s, view, enter, func(ctx context.Context, group *peer.Group) (int, error) {
		view.invite(group.Secret(), appOf(f.api))
		sending := sending{sendFlags: f, view: view, group: group}
		return exitOK, sending.run(ctx, found)
	})
}

// find lists what is to be sent.
func (f *sendFlags) find(ctx context.Context, s surroundings, in io.Reader) ([]disk.File, error) {
	var found []disk.File
	paths := slices.DeleteFunc(slices.Clone(f.paths), func(path string) bool { return path == "-" })
	if len(paths) > 0 {
		files, skipped, err := disk.Find(paths)
		if err != nil {
			return nil, err
		}
		for _, path := range skipped {
			say(s.stderr, "parley send: %s is left out: it is neither a file nor a folder\n", path)
		}
		found = files
	}
	if len(paths) < len(f.paths) {
		piped, err := disk.Spool(ctx, "stdin", in)
		if err != nil {
			return nil, err
		}
		found = append(found, piped)
	}
	return found, nil
}

// sending is what goes on while files are sent.
type sending struct {
	*sendFlags

	view  *fileView
	group *peer.Group
	total int64
	told  int // arrivals
}

// run sends until enough have all.
func (s *sending) run(ctx context.Context, found []disk.File) error {
	for _, file := range found {
		s.total += file.Size
	}
	shown := time.Time{}
	id, err := s.group.SendFiles(ctx, found, peer.FileWords{Text: s.text}, func(done int64) {
		if now := time.Now(); now.Sub(shown) >= showEvery {
			shown = now
			s.view.progress(fileEvent{Event: "hashing", Bytes: done, Total: s.total}, "Reading")
		}
	})
	if err != nil {
		return err
	}
	names := namesOf(found)
	s.view.tell(fileEvent{Event: "sent", ID: id.String(), Files: names, Total: s.total},
		"Ready  "+summary(names)+", "+sizeText(s.total)+". Whoever opens the link can have it while this runs.")
	ticker := time.NewTicker(showEvery)
	defer ticker.Stop()
	var before peer.File
	for {
		file, err := s.group.File(ctx, id)
		if err != nil {
			return errors.Join(err, s.group.Err())
		}
		if done, err := s.show(file, before); done || err != nil {
			return err
		}
		before = file
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return s.ended(ctx)
		case <-s.group.Done():
			return s.group.Err()
		}
	}
}

// ended is in good order for who sends for ever.
func (s *sending) ended(ctx context.Context) error {
	if s.until == 0 && s.told > 0 {
		return nil
	}
	return ctx.Err()
}

// show tells what is new, and whether enough have all.
func (s *sending) show(file, before peer.File) (bool, error) {
	if file.State == peer.FileFailed {
		return false, file.Err
	}
	for _, who := range file.Arrived[s.told:] {
		s.told++
		s.view.tell(fileEvent{Event: "arrived", ID: file.ID.String(), Identity: who.String(), Total: file.Size},
			"✓ "+s.called(who)+" has all of it, verified on their side.")
	}
	if s.until > 0 && s.told >= s.until {
		return true, nil
	}
	if file.Given > before.Given {
		rate := int64(float64(file.Given-before.Given) / showEvery.Seconds())
		s.view.progress(
			fileEvent{Event: "progress", ID: file.ID.String(), Bytes: file.Given, Total: file.Size, Rate: rate}, "Sending")
	}
	return false, nil
}

func (s *sending) called(who protocol.Identity) string {
	members := s.group.Members()
	at := slices.IndexFunc(members, func(m peer.Member) bool { return m.ID == who })
	if at < 0 || members[at].Name == "" {
		return "Somebody"
	}
	return printable(members[at].Name)
}

func namesOf(found []disk.File) []string {
	names := make([]string, len(found))
	for i, file := range found {
		names[i] = strings.Join(file.Path, "/")
	}
	return names
}

// summary names files for a person: three of them.
func summary(names []string) string {
	const most = 3
	text := printable(strings.Join(names[:min(most, len(names))], ", "))
	if more := len(names) - most; more > 0 {
		text += " and " + strconv.Itoa(more) + " more"
	}
	return text
}
