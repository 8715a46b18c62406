package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// roomCommand is what can be written in a room besides texts.
type roomCommand struct {
	name, takes, does string
	run               func(r *roomTalk, ctx context.Context, words string) error
}

// roomCommands are all of them. What one fails with is told; [errInputEnded] ends the talk.
func roomCommands() []roomCommand {
	return []roomCommand{
		{"help", "", "tell the commands", (*roomTalk).help},
		{"who", "", "tell who is a member", (*roomTalk).who},
		{"reply", "[#N] TEXT", "answer a text: by its number, its id, or the last one", (*roomTalk).reply},
		{"react", "[#N] EMOJI", "react to a text", (*roomTalk).react},
		{"unreact", "[#N] EMOJI", "take that back", (*roomTalk).unreact},
		{"edit", "[#N] TEXT", "change a text of yours, or the last one", (*roomTalk).edit},
		{"delete", "[#N]", "take a text of yours back, or the last one", (*roomTalk).takeBack},
		{"read", "[#N]", "tell that you have read so far (in a terminal what is shown is read)", (*roomTalk).read},
		{"typing", "", "tell that you are writing", (*roomTalk).typing},
		{"nick", "NAME", "be called otherwise", (*roomTalk).nick},
		{"name", "NAME", "name the room, if you made it; so with the next four", (*roomTalk).nameRoom},
		{"topic", "TEXT", "say what it is about", (*roomTalk).topic},
		{"lock", "", "let in nobody new", (*roomTalk).lock},
		{"unlock", "", "let in others again", (*roomTalk).unlock},
		{"remove", "WHO", "remove somebody, who reads nothing more: the link changes", (*roomTalk).remove},
		{"link", "", "tell the link", (*roomTalk).link},
		{"code", "", "make a short code, to be read aloud", (*roomTalk).code},
		{"mute", "WHO", "show nothing of somebody, here and until the end", (*roomTalk).mute},
		{"unmute", "WHO", "show what they say again", (*roomTalk).unmute},
		{"quit", "", "leave", func(*roomTalk, context.Context, string) error { return errInputEnded }},
	}
}

func commandsHelp() string {
	var text strings.Builder
	for _, c := range roomCommands() {
		fmt.Fprintf(&text, "  %-22s %s\n", strings.TrimSpace("/"+c.name+" "+c.takes), c.does)
	}
	return text.String()
}

// command does what a line says that begins with a stroke.
func (r *roomTalk) command(ctx context.Context, line string) error {
	name, words, _ := strings.Cut(line[1:], " ")
	for _, c := range roomCommands() {
		if c.name == name {
			return c.run(r, ctx, strings.TrimSpace(words))
		}
	}
	return fmt.Errorf("there is no /%s: /help tells what there is", name)
}

func (r *roomTalk) help(context.Context, string) error {
	r.view.help(commandsHelp())
	return nil
}

func (r *roomTalk) who(context.Context, string) error {
	r.view.members(r.group.Members(), r.seen.isMuted)
	return nil
}

func (r *roomTalk) reply(ctx context.Context, words string) error {
	id, text, err := r.seen.target(words, false)
	if err == nil {
		_, err = r.group.Reply(ctx, id, text)
	}
	return err
}

func (r *roomTalk) react(ctx context.Context, words string) error { return r.reacts(ctx, words, true) }

func (r *roomTalk) unreact(ctx context.Context, words string) error {
	return r.reacts(ctx, words, false)
}

func (r *roomTalk) reacts(ctx context.Context, words string, on bool) error {
	id, emoji, err := r.seen.target(words, false)
	if err == nil {
		_, err = r.group.React(ctx, id, emoji, on)
	}
	return err
}

func (r *roomTalk) edit(ctx context.Context, words string) error {
	id, text, err := r.seen.target(words, true)
	if err == nil {
		_, err = r.group.Edit(ctx, id, text)
	}
	return err
}

func (r *roomTalk) takeBack(ctx context.Context, words string) error {
	id, _, err := r.seen.target(words, true)
	if err == nil {
		_, err = r.group.Delete(ctx, id)
	}
	return err
}

func (r *roomTalk) read(ctx context.Context, words string) error {
	id, _, err := r.seen.target(words, false)
	if err == nil {
		err = r.group.Read(ctx, id)
	}
	return err
}

func (r *roomTalk) typing(ctx context.Context, _ string) error { return r.group.Typing(ctx) }

func (r *roomTalk) nick(ctx context.Context, name string) error {
	_, err := r.group.Rename(ctx, name)
	return err
}

func (r *roomTalk) nameRoom(ctx context.Context, name string) error {
	return r.configure(ctx, func(s *protocol.RoomSettings) { s.Name = name })
}

func (r *roomTalk) topic(ctx context.Context, topic string) error {
	return r.configure(ctx, func(s *protocol.RoomSettings) { s.Topic = topic })
}

func (r *roomTalk) lock(ctx context.Context, _ string) error {
	return r.configure(ctx, func(s *protocol.RoomSettings) { s.Locked = true })
}

func (r *roomTalk) unlock(ctx context.Context, _ string) error {
	return r.configure(ctx, func(s *protocol.RoomSettings) { s.Locked = false })
}

func (r *roomTalk) configure(ctx context.Context, change func(*protocol.RoomSettings)) error {
	settings := r.group.Settings()
	change(&settings)
	_, err := r.group.Configure(ctx, settings)
	return err
}

func (r *roomTalk) remove(ctx context.Context, who string) error {
	m, err := find(who, r.group.Members())
	if err == nil {
		_, err = r.group.Remove(ctx, m.ID)
	}
	return err
}

func (r *roomTalk) link(context.Context, string) error {
	r.view.invite(r.group.Secret(), appOf(r.api))
	return nil
}

func (r *roomTalk) code(ctx context.Context, _ string) error {
	r.readAloud(ctx)
	return nil
}

func (r *roomTalk) mute(_ context.Context, who string) error { return r.mutes(who, true) }

func (r *roomTalk) unmute(_ context.Context, who string) error { return r.mutes(who, false) }

func (r *roomTalk) mutes(who string, on bool) error {
	m, err := find(who, r.group.Members())
	if err == nil {
		r.seen.mute(m.ID, on)
	}
	return err
}

// find gives the member that is called so: by identity, as /who tells them, or by a name that nobody else has.
func find(who string, members []peer.Member) (peer.Member, error) {
	all := func() []peer.Member { return members }
	var named []peer.Member
	for _, m := range members {
		if m.ID.String() == who || strings.EqualFold(called(m, all), who) {
			return m, nil
		}
		if strings.EqualFold(oneLine(m.Name), who) {
			named = append(named, m)
		}
	}
	switch len(named) {
	case 0:
		return peer.Member{}, fmt.Errorf("nobody here is called %q: /who tells who there is", who)
	case 1:
		return named[0], nil
	}
	return peer.Member{}, fmt.Errorf("several are called %q: /who tells them apart", who)
}

// why says what a command or a text failed with; empty if the room's end tells it.
func why(err error) string {
	var refused *protocol.ParseError
	switch {
	case errors.As(err, &refused):
		return "it is empty, too long, or not of that form"
	case errors.Is(err, peer.ErrNotFounder):
		return "only who made the room may do that"
	case errors.Is(err, peer.ErrNotIn):
		return "you are not in the room yet"
	case errors.Is(err, peer.ErrClosed), errors.Is(err, context.Canceled), peer.IsEnd(err):
		return ""
	}
	if _, named := errors.AsType[*peer.FailureError](err); named {
		return ""
	}
	return err.Error()
}
