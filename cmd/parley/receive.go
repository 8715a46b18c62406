package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

const receiveUsage = `parley receive [flags] ROOM-LINK gets the files that are sent in a room, asks for each whether to
take it, and ends when nothing more is offered. When it is run again into the same folder it goes on where it ended.

Exit code: 0 all of it is here, and checked, 1 it was ended before, or failed, 2 asked wrongly, 3 all was declined, or
nothing was sent within -wait, 5 the services cannot be reached, 6 no such room, 8 not enough space.

Flags:
`

const receiveJSONUsage = `
With -json each line is an object. "event" says what it is, and what else it has:
  file             id, from, text, files, total: it is offered
  progress         id, bytes, total, rate (bytes in a second)
  received         id, files: their names in the folder; all is here, and checked
  declined         id
  failed           failure, detail
`

// receiveFlags are what `parley receive` was asked for.
type receiveFlags struct {
	fileFlags

	room string
	into string
	to   string // "" for into
	yes  bool
	stay bool
	wait time.Duration
}

func parseReceiveFlags(s surroundings, args []string) (receiveFlags, int, bool) {
	var f receiveFlags
	set := flag.NewFlagSet("parley receive", flag.ContinueOnError)
	set.SetOutput(s.stderr)
	set.Usage = func() {
		say(s.stderr, receiveUsage)
		set.PrintDefaults()
		say(s.stderr, receiveJSONUsage)
	}
	f.add(set)
	set.StringVar(&f.into, "into", ".", "the `folder` to write into; it is made if there is none")
	set.StringVar(&f.to, "o", "", "write the first that is sent, all in one, to this `file`; - is the output")
	set.BoolVar(&f.yes, "yes", false, "take all that is sent, and do not ask")
	set.BoolVar(&f.stay, "stay", false, "then stay, and give it to others, until Ctrl-C")
	set.DurationVar(&f.wait, "wait", 0, "how long to wait for something to be sent; 0 is for ever")
	rest, code, ok := f.parse(set, args)
	switch {
	case !ok:
		return f, code, false
	case len(rest) != 1:
		say(s.stderr, "parley receive: it takes flags and one room\n")
		return f, exitUsage, false
	}
	f.room = rest[0]
	return f, exitOK, true
}

func receiveCommand(s surroundings, args []string) int {
	f, code, ok := parseReceiveFlags(s, args)
	if !ok {
		return code
	}
	return untilSignal(func(ctx context.Context) int { return f.receive(ctx, s, os.Stdin) })
}

func (f *receiveFlags) receive(ctx context.Context, s surroundings, in io.Reader) int {
	r := &receiving{receiveFlags: f, out: s.stdout}
	if f.to == "-" {
		s.stdout = s.stderr // what programs read is the files
	}
	r.view = &fileView{chatView: newChatView(s, f.json)}
	defer r.view.close()
	if !f.yes && !f.json && isTerminalReader(in) {
		r.asks = readLines(ctx, in)
	}
	enter := func(ctx context.Context, services peer.Services, o *peer.Options) (*peer.Group, error) {
		secret, err := protocol.ParseRoomCode(f.room)
		if err != nil {
			return nil, err
		}
		return peer.EnterGroup(ctx, services, secret, o)
	}
	return f.inRoom(ctx, s, r.view, enter, r.run)
}

// receiving is what goes on while files are received.
type receiving struct {
	*receiveFlags

	view  *fileView
	out   io.Writer
	asks  <-chan string // the person's answers; nil if nobody is asked
	group *peer.Group

	offers   chan peer.Notice
	received int
	declined int
}

// maxOffers is how many files are offered at once; of more the rest come when it is run again.
const maxOffers = 1024

// run takes one after the other of what is sent.
func (r *receiving) run(ctx context.Context, group *peer.Group) (int, error) {
	r.group, r.offers = group, make(chan peer.Notice, maxOffers)
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.listen(ctx)
	}()
	defer func() { stop(); <-ended }()
	for {
		n, some, err := r.next(ctx)
		if err != nil {
			return exitFailed, err
		}
		if !some {
			break
		}
		if err := r.take(ctx, n); err != nil {
			return exitFailed, err
		}
		if r.to != "" && r.received > 0 {
			break
		}
	}
	switch {
	case r.received == 0:
		return exitNothing, nil
	case r.stay:
		select {
		case <-ctx.Done():
		case <-group.Done():
		}
	}
	return exitOK, nil
}

// listen notes what is sent.
func (r *receiving) listen(ctx context.Context) {
	for {
		n, err := r.group.Next(ctx)
		if err != nil {
			return
		}
		if n.Kind == peer.NoticeFile && n.File == nil && n.Entry.File != nil && !n.Member.Self {
			select {
			case r.offers <- n:
			default:
			}
		}
	}
}

// next waits for the first offer; after it there is another one only if it is there.
func (r *receiving) next(ctx context.Context) (peer.Notice, bool, error) {
	select {
	case n := <-r.offers:
		return n, true, nil
	default:
	}
	if r.received+r.declined > 0 {
		return peer.Notice{}, false, nil
	}
	if r.view.person != nil {
		r.view.person.wait("Waiting for files.")
	}
	var late <-chan time.Time
	if r.wait > 0 {
		timer := time.NewTimer(r.wait)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case n := <-r.offers:
		return n, true, nil
	case <-late:
		return peer.Notice{}, false, nil
	case <-r.group.Done():
		return peer.Notice{}, false, r.group.Err()
	case <-ctx.Done():
		return peer.Notice{}, false, ctx.Err()
	}
}

// take gets files, if the person wants them.
func (r *receiving) take(ctx context.Context, n peer.Notice) error {
	file, err := r.group.KnowFile(ctx, n.Entry.ID)
	if err != nil {
		return err
	}
	names := make([]string, len(file.Entries))
	for i, e := range file.Entries {
		names[i] = strings.Join(e.Path, "/")
	}
	id := n.Entry.ID.String()
	who := called(n.Member, r.group.Members)
	r.view.tell(fileEvent{
		Event: "file", ID: id, From: n.Member.Name, Identity: n.Member.ID.String(), Text: n.Entry.Text, Files: names,
		Total: file.Size,
	}, who+" sends "+summary(names)+", "+sizeText(file.Size)+".  "+printable(n.Entry.Text))
	if !r.wanted(ctx) {
		r.declined++
		r.view.tell(fileEvent{Event: "declined", ID: id}, "")
		return r.group.DeclineFile(ctx, n.Entry.ID)
	}
	if err := r.get(ctx, file, &names); err != nil {
		return err
	}
	r.received++
	r.view.tell(fileEvent{Event: "received", ID: id, Files: names, Bytes: file.Size, Total: file.Size},
		"✓ "+summary(names)+" is here, and verified.")
	return nil
}

func (r *receiving) wanted(ctx context.Context) bool {
	if r.asks == nil {
		return true
	}
	r.view.person.line("Take it? y or n")
	select {
	case answer := <-r.asks:
		answer = strings.ToLower(strings.TrimSpace(answer))
		return answer == "y" || answer == "yes"
	case <-ctx.Done():
		return false
	}
}

// get receives files and shows how far they have come.
func (r *receiving) get(ctx context.Context, file peer.File, names *[]string) error {
	done := make(chan error, 1)
	go func() { done <- r.write(ctx, file.ID, names) }()
	ticker := time.NewTicker(showEvery)
	defer ticker.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-ticker.C:
		}
		if now, err := r.group.File(ctx, file.ID); err == nil && now.State == peer.FileReceiving {
			r.view.progress(fileEvent{
				Event: "progress", ID: file.ID.String(), Bytes: now.Here, Total: now.Size, Rate: now.Rate,
			}, "Receiving")
		}
	}
}

// write receives files to where they are to be.
func (r *receiving) write(ctx context.Context, id protocol.EventID, names *[]string) (err error) {
	switch r.to {
	case "":
		if err := os.MkdirAll(r.into, 0o777); err != nil {
			return err
		}
		*names, err = r.group.Receive(ctx, id, r.into)
		return err
	case "-":
		out := bufio.NewWriterSize(r.out, 1<<16)
		return errors.Join(r.group.ReceiveTo(ctx, id, out), out.Flush())
	}
	const fresh = os.O_WRONLY | os.O_CREATE | os.O_EXCL // nothing is written over
	file, err := os.OpenFile(filepath.Clean(r.to), fresh, 0o666)
	if err != nil {
		return err
	}
	*names = []string{r.to}
	err = errors.Join(r.group.ReceiveTo(ctx, id, file), file.Close())
	if err != nil {
		err = errors.Join(err, os.Remove(file.Name()))
	}
	return err
}
