package main

import (
	"context"
	"errors"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// group is how a room of many is entered.
func (f chatFlags) group(t *talk) func(context.Context) (*peer.Group, error) {
	return func(ctx context.Context) (*peer.Group, error) {
		var secret protocol.RoomSecret
		kept := false
		if t.options.Archive != nil {
			secret, kept = t.options.Archive.Secret()
		}
		if f.create && !kept {
			return peer.CreateGroup(ctx, t.services, protocol.RoomSettings{}, t.options)
		}
		if f.room != "" {
			var err error
			if secret, err = protocol.ParseRoomCode(f.room); err != nil {
				return nil, err
			}
		}
		return peer.EnterGroup(ctx, t.services, secret, t.options)
	}
}

// manyChat is in a room of many, and keeps what is said if that was asked for.
func manyChat(ctx context.Context, s surroundings, t *talk, flags chatFlags) int {
	if flags.keep != "" {
		archive, err := peer.OpenArchive(flags.keep)
		if err != nil {
			say(s.stderr, "parley chat: %v\n", err)
			return exitFailed
		}
		defer archive.Close() //nolint:errcheck // what is to be kept is there
		t.options.Archive = archive
	}
	return t.amongMany(ctx, flags.api, flags.group(t))
}

// amongMany is in a room of many until that ends, or input does.
func (t *talk) amongMany(ctx context.Context, api string, enter func(context.Context) (*peer.Group, error)) int {
	group, err := await(ctx, t, enter)
	if err != nil {
		return t.view.endedBy(ctx, err)
	}
	defer group.Close() //nolint:errcheck // it has no error to tell
	t.view.invite(group.Secret(), appOf(api))
	t.view.in()
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
