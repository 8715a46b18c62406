package member

import (
	"errors"

	"github.com/parley-chat/parley/protocol"
)

// ErrNotIn is returned when something is to be said by who is not let in yet, or no more.
var ErrNotIn = errors.New("member: not in the room")

// ErrNotFounder is returned when the founder alone may do what was asked for.
var ErrNotFounder = errors.New("member: only the founder may")

// Say says a text, 1 to 10 000 characters. Like all that follow it gives the event's id, and fails with [ErrNotIn], or
// with a *protocol.ParseError for what is beyond its bounds; then nothing was said.
func (m *Member) Say(text string) (protocol.EventID, []Action, error) {
	return m.said(protocol.EventText, protocol.Said{Text: text})
}

// Reply says a text that answers another.
func (m *Member) Reply(to protocol.EventID, text string) (protocol.EventID, []Action, error) {
	return m.said(protocol.EventText, protocol.Said{Text: text, Reply: &to})
}

// SayFile says files, whose blocks the caller has for others (SPEC F1).
func (m *Member) SayFile(f protocol.SaidFile) (protocol.EventID, []Action, error) {
	return m.said(protocol.EventFile, f)
}

// React puts an emoji to a text, or takes it away.
func (m *Member) React(to protocol.EventID, emoji string, on bool) (protocol.EventID, []Action, error) {
	return m.said(protocol.EventReaction, protocol.Reaction{To: to, Emoji: emoji, On: on})
}

// Edit changes an own text. Others take it for 24 hours after the text (SPEC E11).
func (m *Member) Edit(to protocol.EventID, text string) (protocol.EventID, []Action, error) {
	return m.said(protocol.EventEdit, protocol.Edit{To: to, Text: text})
}

// Delete takes an own text back, likewise.
func (m *Member) Delete(to protocol.EventID) (protocol.EventID, []Action, error) {
	return m.said(protocol.EventDeletion, protocol.Deletion{To: to})
}

// Configure changes the settings; only the founder may ([ErrNotFounder]).
func (m *Member) Configure(settings protocol.RoomSettings) (protocol.EventID, []Action, error) {
	if !m.isFounder() {
		return protocol.EventID{}, nil, ErrNotFounder
	}
	return m.said(protocol.EventSettings, settings)
}

// Rename changes what this member is called. In a room where it may not let in anybody, others do not take it.
func (m *Member) Rename(name string) (protocol.EventID, []Action, error) {
	id, actions, err := m.said(protocol.EventAdmission, protocol.Admission{Member: m.self, Name: name})
	if err == nil {
		m.config.Name = name
	}
	return id, actions, err
}

// Remove removes somebody; only the founder may ([ErrNotFounder]), and not itself. The room moves to another code,
// which the removed one is not told (SPEC R8).
func (m *Member) Remove(peer Peer) (protocol.EventID, []Action, error) {
	if !m.isFounder() || peer == m.self {
		return protocol.EventID{}, nil, ErrNotFounder
	}
	removal, err := m.removal(peer)
	if err != nil {
		return protocol.EventID{}, nil, err
	}
	return m.said(protocol.EventRemoval, removal)
}

// said writes what the person says.
func (m *Member) said(kind protocol.EventKind, what body) (protocol.EventID, []Action, error) {
	id, err := m.write(kind, what)
	return id, m.take(), err
}

// Type says that the person is writing; to be called with each key stroke, if one likes (SPEC R7).
func (m *Member) Type() []Action {
	m.typing()
	return m.take()
}

// Read says that the person has seen an entry of the timeline, and those before it.
func (m *Member) Read(id protocol.EventID) []Action {
	m.read(id)
	return m.take()
}
