package main

import (
	"context"
	"errors"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
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

// inRoom is in a room until that ends, or input does.
func (t *talk) inRoom(ctx context.Context, api string, enter func(context.Context) (*peer.Group, error)) int {
	group, err := await(ctx, t, enter)
	if err != nil {
		return t.view.endedBy(ctx, err)
	}
	defer group.Close() //nolint:errcheck // it has no error to tell
	t.view.invite(group.Secret(), appOf(api))
	t.view.in()
	if t.aloud {
		over := t.readAloud(ctx, group)
		defer func() { _ = group.Close(); <-over }() // the code ends with its room
	}
	ended := make(chan error, 1)
	go func() {
		ended <- t.attend(ctx, api, group)
		close(ended)
	}()
	leave := func() {
		_ = group.Close() // says bye, after all that was written
		drain(ended)
	}
	for _, line := range t.held {
		t.sayTo(ctx, group, line)
	}
	for {
		select {
		case err := <-ended:
			return t.view.endedBy(ctx, err)
		case <-ctx.Done():
			leave()
			return exitOK
		case line, more := <-t.lines:
			if !more {
				leave()
				return exitOK
			}
			t.sayTo(ctx, group, line)
		}
	}
}

// attend tells what happens in the room, and answers if this is an echo. It gives the room's end.
func (t *talk) attend(ctx context.Context, api string, group *peer.Group) error {
	for {
		n, err := group.Next(ctx)
		if err != nil {
			return err
		}
		t.view.notice(n, group.Members)
		switch {
		case n.Kind == peer.NoticeMoved:
			t.view.invite(group.Secret(), appOf(api))
		case t.echo && n.Kind == peer.NoticeText && !n.Earlier && !n.Member.Self && n.Entry.Reply == nil:
			// A reply, which no other echo answers. It fails when the room ends.
			_, _ = group.Reply(ctx, n.Entry.ID, n.Entry.Text)
		}
	}
}

func (t *talk) sayTo(ctx context.Context, group *peer.Group, line string) {
	if line == "" {
		return
	}
	var refused *protocol.ParseError
	if _, err := group.Say(ctx, line); errors.As(err, &refused) {
		t.view.refused()
	}
	// Any other error is the room's end, which attending it tells.
}
