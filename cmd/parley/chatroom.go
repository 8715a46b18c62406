package main

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/parley-chat/parley/peer"
)

// keeping is what is said of the room kept in a file, if that was asked for. What it gives is to be closed.
func (f chatFlags) keeping(o *peer.Options) (func(), error) {
	if f.keep == "" {
		return func() {}, nil
	}
	archive, err := peer.OpenArchive(f.keep)
	if err != nil {
		return nil, err
	}
	o.Archive = archive
	return func() { _ = archive.Close() }, nil // what is to be kept is there
}

// roomTalk is what one does in a room: one goroutine tells notices, another takes lines.
type roomTalk struct {
	*talk

	api   string
	group *peer.Group
	seen  seen
	codes sync.WaitGroup
}

// inRoom is in a room until that ends, or input does.
func (t *talk) inRoom(ctx context.Context, api string, enter func(context.Context) (*peer.Group, error)) int {
	group, err := await(ctx, t, enter)
	if err != nil {
		return t.view.endedBy(ctx, err)
	}
	r := &roomTalk{talk: t, api: api, group: group}
	defer r.codes.Wait() // they end with their room
	defer group.Close()
	t.view.invite(group.Secret(), appOf(api))
	t.view.in()
	if t.aloud {
		r.readAloud(ctx)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- r.attend(ctx)
		close(ended)
	}()
	err = r.write(ctx, ended)
	_ = group.Close() // says bye, after all that was written
	drain(ended)
	return t.view.endedBy(ctx, err)
}

// write takes lines until the input or the room ends, and gives that end.
func (r *roomTalk) write(ctx context.Context, ended <-chan error) error {
	for _, line := range r.held {
		if err := r.line(ctx, line); err != nil {
			return err
		}
	}
	for {
		select {
		case err := <-ended:
			return err
		case <-ctx.Done():
			return ctx.Err()
		case line, more := <-r.lines:
			if !more {
				return errInputEnded
			}
			if err := r.line(ctx, line); err != nil {
				return err
			}
		}
	}
}

// line says a text, or does what a command is for. It fails with [errInputEnded] alone.
func (r *roomTalk) line(ctx context.Context, line string) error {
	var err error
	switch {
	case line == "":
		return nil
	case strings.HasPrefix(line, "/") && !strings.HasPrefix(line, "//"):
		err = r.command(ctx, line)
	default:
		_, err = r.group.Say(ctx, strings.TrimPrefix(line, "/"))
	}
	if errors.Is(err, errInputEnded) {
		return err
	}
	if err != nil && why(err) != "" { // or it is the room's end, which attending it tells
		r.view.refused("That was not done: " + why(err) + ".")
	}
	return nil
}

// attend tells what happens in the room, and answers if this is an echo. It gives the room's end.
func (r *roomTalk) attend(ctx context.Context) error {
	for {
		n, err := r.group.Next(ctx)
		if err != nil {
			return err
		}
		if isOfPerson(n.Kind) && r.seen.isMuted(n.Member.ID) {
			continue
		}
		r.view.notice(n, r.group.Members, &r.seen)
		said := n.Kind == peer.NoticeText && !n.Member.Self
		if said && (r.echo || r.view.person != nil) {
			_ = r.group.Read(ctx, n.Entry.ID) // it fails when the room ends
		}
		switch {
		case n.Kind == peer.NoticeMoved:
			r.view.invite(r.group.Secret(), appOf(r.api))
		case r.echo && said && !n.Earlier && n.Entry.Reply == nil:
			// A reply, which no other echo answers. It fails when the room ends.
			_, _ = r.group.Reply(ctx, n.Entry.ID, n.Entry.Text)
		}
	}
}

// isOfPerson tells whether a notice is of what somebody does who can be muted.
func isOfPerson(kind peer.NoticeKind) bool {
	return kind == peer.NoticeText || kind == peer.NoticeChanged || kind == peer.NoticeTyping || kind == peer.NoticeQuiet
}

// readAloud makes a short code for the room, and tells when it is over.
func (r *roomTalk) readAloud(ctx context.Context) {
	r.codes.Go(func() {
		code, err := r.group.Code(ctx)
		if err == nil {
			r.view.code(code.Short())
			<-code.Done()
			err = code.Err()
		}
		if ctx.Err() == nil && !errors.Is(err, peer.ErrClosed) {
			r.view.codeOver(err)
		}
	})
}
