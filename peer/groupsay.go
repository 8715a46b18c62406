package peer

import (
	"context"
	"errors"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
	"github.com/parley-chat/parley/room/timeline"
)

// ErrNotIn is returned for what only who is in the room can say: nobody has let this member in yet.
var ErrNotIn = errors.New("peer: not in the room yet")

// ErrNotFounder is returned for what only the room's founder may do.
var ErrNotFounder = errors.New("peer: only the founder may")

// Member is somebody who is a member of a room; its fields say what is known of them here.
type Member = member.Person

// Entry is one line of a room: a text as it is now, or that somebody came, was removed, or changed the settings.
type Entry = timeline.Entry

// Reaction is an emoji and who reacts with it.
type Reaction = timeline.Reaction

// Say says a text, 1 to 10 000 characters, and gives the event's id. Like all that follow it fails with ctx's
// error, with [ErrNotIn], with the room's end, or with a *protocol.ParseError for what is beyond its bounds; then
// nothing was said. What was said reaches all who are in the room, and those who come back, as long as somebody is
// there who has it.
func (g *Group) Say(ctx context.Context, text string) (protocol.EventID, error) {
	return g.tell(ctx, func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Say(text) })
}

// Reply says a text that answers another.
func (g *Group) Reply(ctx context.Context, to protocol.EventID, text string) (protocol.EventID, error) {
	return g.tell(ctx, func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Reply(to, text) })
}

// React puts an emoji to a text, or takes it away.
func (g *Group) React(ctx context.Context, to protocol.EventID, emoji string, on bool) (protocol.EventID, error) {
	return g.tell(ctx, func(m *member.Member) (protocol.EventID, []member.Action, error) {
		return m.React(to, emoji, on)
	})
}

// Edit changes an own text. Others take it for 24 hours after the text (SPEC E11).
func (g *Group) Edit(ctx context.Context, to protocol.EventID, text string) (protocol.EventID, error) {
	return g.tell(ctx, func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Edit(to, text) })
}

// Delete takes an own text back: who takes that forgets the text. Others do so for 24 hours after the text (SPEC E11).
func (g *Group) Delete(ctx context.Context, to protocol.EventID) (protocol.EventID, error) {
	return g.tell(ctx, func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Delete(to) })
}

// Rename changes what this member is called, at most 64 characters; empty is no name. Where only the founder may
// invite, or the room is locked, others do not take it of anybody else (SPEC E9).
func (g *Group) Rename(ctx context.Context, name string) (protocol.EventID, error) {
	return g.tell(ctx, func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Rename(name) })
}

// Typing tells the others that somebody is writing here: those who are linked to this member, for 5 s, or until it
// says something. It may be called with each key stroke. It says nothing where [Options] hide it or nobody has let this
// member in yet, and fails with ctx's error and with the room's end.
func (g *Group) Typing(ctx context.Context) error {
	return g.ask(ctx, func(ctx context.Context, l *groupLife) { l.perform(ctx, l.member.Type()) })
}

// Read notes that an entry was read here, and those before it. Their authors are told, if they are linked to this
// member, and unless [Options] hide it. What is not known here, or was noted already, changes nothing. It fails with
// ctx's error and with the room's end.
func (g *Group) Read(ctx context.Context, upTo protocol.EventID) error {
	return g.ask(ctx, func(ctx context.Context, l *groupLife) { l.perform(ctx, l.member.Read(upTo)) })
}

// Receipts tells who has got a text of this member, by ascending identity, as far as it is known: those who are or were
// linked to it since it came in say so. Of other texts there are none.
func (g *Group) Receipts(text protocol.EventID) []Receipt {
	var receipts []Receipt
	g.read(func(m *member.Member) { receipts = m.Receipts(text) })
	return receipts
}

// Configure changes the room's settings, empty ones as in [CreateGroup]; who is not the founder gets [ErrNotFounder].
func (g *Group) Configure(ctx context.Context, s protocol.RoomSettings) (protocol.EventID, error) {
	s = spelledOut(s)
	return g.tell(ctx, func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Configure(s) })
}

// spelledOut says what empty settings mean (SPEC E8).
func spelledOut(s protocol.RoomSettings) protocol.RoomSettings {
	if s.Invite == "" {
		s.Invite = protocol.InviteAll
	}
	if s.History == "" {
		s.History = protocol.HistoryAll
	}
	return s
}

// Remove removes somebody, who reads nothing any more; who is not the founder gets [ErrNotFounder]. The room moves to
// another secret (SPEC R8).
func (g *Group) Remove(ctx context.Context, who protocol.Identity) (protocol.EventID, error) {
	return g.tell(ctx, func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Remove(who) })
}

// Members are the members of the room, the founder first, then in the order in which they were let in,
// or called otherwise. Who was removed is not among them. It takes time with their number.
func (g *Group) Members() []Member {
	var members []Member
	g.read(func(m *member.Member) { members = m.People() })
	return members
}

// Settings are the room's; zero while none are known here.
func (g *Group) Settings() protocol.RoomSettings {
	var settings protocol.RoomSettings
	g.read(func(m *member.Member) { settings = m.Settings() })
	return settings
}

// Identity is what this member is known by in the room.
func (g *Group) Identity() protocol.Identity { return g.d.o.Device.Identity() }

// tell lets the member say something.
func (g *Group) tell(
	ctx context.Context, say func(*member.Member) (protocol.EventID, []member.Action, error),
) (protocol.EventID, error) {
	var id protocol.EventID
	var err error
	if asked := g.ask(ctx, func(ctx context.Context, l *groupLife) {
		var actions []member.Action
		id, actions, err = say(g.member)
		l.perform(ctx, actions)
	}); asked != nil {
		return id, asked
	}
	switch {
	case errors.Is(err, member.ErrNotIn):
		err = ErrNotIn
	case errors.Is(err, member.ErrNotFounder):
		err = ErrNotFounder
	}
	return id, err
}
