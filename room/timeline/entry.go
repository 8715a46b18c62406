package timeline

import (
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// Entry is one line of a room: a text, a file, or that somebody came, was removed, or changed the settings.
type Entry struct {
	ID     protocol.EventID
	Kind   protocol.EventKind // text, file, room, admission, removal, settings
	Author protocol.Identity
	// Time is the one to show (SPEC E6).
	Time time.Time

	// Text is a text as its last edit left it, or what was said with a file.
	Text   string
	Edited bool
	// File is a file that is here to be asked for; nil for all else, also for one that is deleted or gone.
	File *protocol.SaidFile
	// Reply is what a text or file answers, which may be unknown here; nil if nothing.
	Reply *protocol.EventID
	// Deleted texts and files were taken back by their author. Gone ones are over, or their body is not
	// here (SPEC E13), or is not what their kind says: who does not have it cannot know, and all see the same entries.
	Deleted, Gone bool
	// Reactions are in the order in which the first of each came.
	Reactions []Reaction

	// Member is who was let in or removed.
	Member protocol.Identity
	// Settings are those of a room or a change.
	Settings protocol.RoomSettings
}

// Reaction is an emoji and who reacts with it, in the order in which they did.
type Reaction struct {
	Emoji   string
	Members []protocol.Identity
}

// At reads the entry at an index from 0 to Len − 1.
func (t *Timeline) At(index int) Entry {
	one := t.items[index]
	e, _ := t.history.Event(one.id)
	entry := Entry{ID: one.id, Kind: e.Kind, Author: e.Author, Time: t.history.Shown(one.id)}
	switch e.Kind {
	case protocol.EventText, protocol.EventFile:
		t.readSaid(&entry, e, one.notes)
	case protocol.EventAdmission:
		a, _ := protocol.ParseAdmission(e.Body)
		entry.Member = a.Member
	case protocol.EventRemoval:
		r, _ := protocol.ParseRemoval(e.Body)
		entry.Member = r.Member
	default:
		entry.Settings, _ = protocol.ParseRoomSettings(e.Body)
	}
	return entry
}

func (t *Timeline) readSaid(entry *Entry, e protocol.Event, n *notes) {
	if n != nil && n.deletions > 0 {
		entry.Deleted = true
		return
	}
	if !entry.readBody(e) {
		entry.Gone = true
		return
	}
	if n == nil {
		return
	}
	if last, _ := t.history.Event(n.edit); last.Body != nil {
		edit, _ := protocol.ParseEdit(last.Body)
		entry.Text, entry.Edited = edit.Text, true
	}
	entry.Reactions = t.reactions(n)
}

// readBody reads what was said with its author's first words; false if that is not here.
func (e *Entry) readBody(from protocol.Event) bool {
	if from.Kind == protocol.EventFile {
		file, err := protocol.ParseSaidFile(from.Body)
		if err != nil {
			return false
		}
		e.File, e.Text, e.Reply = &file, file.Text, file.Reply
		return true
	}
	said, err := protocol.ParseSaid(from.Body)
	e.Text, e.Reply = said.Text, said.Reply
	return err == nil
}

func (t *Timeline) reactions(n *notes) []Reaction {
	var on []reactor
	for key, r := range n.reactions {
		if r.on {
			on = append(on, key)
		}
	}
	slices.SortFunc(on, func(a, b reactor) int {
		if t.history.Before(n.reactions[a].id, n.reactions[b].id) {
			return -1
		}
		return 1
	})
	var out []Reaction
	for _, key := range on {
		at := slices.IndexFunc(out, func(r Reaction) bool { return r.Emoji == key.emoji })
		if at < 0 {
			at = len(out)
			out = append(out, Reaction{Emoji: key.emoji})
		}
		out[at].Members = append(out[at].Members, key.member)
	}
	return out
}
