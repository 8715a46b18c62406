package timeline

import (
	"slices"

	"github.com/parley-chat/parley/protocol"
)

// changeableMillis is how long after a text its author may edit and delete it, or delete a file, by the author's own
// clock (SPEC E11).
const changeableMillis = 24 * 60 * 60 * 1000

// notes are what was said about a text, and counts.
type notes struct {
	all []protocol.EventID // also those that another one has overtaken
	// edit is the last one; zero if there is none.
	edit      protocol.EventID
	deletions int
	reactions map[reactor]reaction
}

// reactor is who reacts with what: of one the last reaction counts.
type reactor struct {
	member protocol.Identity
	emoji  string
}

type reaction struct {
	id protocol.EventID
	on bool
}

// note adds to a text what refers to it; if the text is not there, that waits for it.
func (t *Timeline) note(target, id protocol.EventID) {
	one := t.byID[target]
	if one == nil {
		t.early[target] = append(t.early[target], id)
		return
	}
	text, _ := t.history.Event(target)
	e, _ := t.history.Event(id)
	if !mayNote(e, text) {
		return
	}
	if one.notes == nil {
		one.notes = &notes{}
	}
	wasDeleted := one.notes.deletions > 0
	one.notes.all = append(one.notes.all, id)
	t.count(one.notes, id, e)
	switch {
	case !wasDeleted && one.notes.deletions > 0:
		t.forgetDeleted(one)
	case wasDeleted && e.Kind == protocol.EventEdit:
		t.history.Forget(id)
	}
	t.drawn = append(t.drawn, target)
}

// count lets one note count, if no later one of its kind does.
func (t *Timeline) count(n *notes, id protocol.EventID, e protocol.Event) {
	later := func(than protocol.EventID) bool {
		return than == protocol.EventID{} || t.history.Before(than, id)
	}
	switch e.Kind {
	case protocol.EventDeletion:
		n.deletions++
	case protocol.EventEdit:
		if later(n.edit) {
			n.edit = id
		}
	default:
		r, err := protocol.ParseReaction(e.Body)
		key := reactor{e.Author, r.Emoji}
		if err != nil || !later(n.reactions[key].id) {
			return
		}
		if n.reactions == nil {
			n.reactions = map[reactor]reaction{}
		}
		n.reactions[key] = reaction{id, r.On}
	}
}

// withdraw takes notes back, and counts the others of their text anew.
func (t *Timeline) withdraw(target protocol.EventID, some map[protocol.EventID]bool) {
	drop := func(id protocol.EventID) bool { return some[id] }
	one := t.byID[target]
	if one == nil {
		if t.early[target] = slices.DeleteFunc(t.early[target], drop); len(t.early[target]) == 0 {
			delete(t.early, target)
		}
		return
	}
	if one.notes == nil {
		return
	}
	deleted := one.notes.deletions > 0
	rest := &notes{all: slices.DeleteFunc(one.notes.all, drop)}
	for _, other := range rest.all {
		e, _ := t.history.Event(other)
		t.count(rest, other, e)
	}
	one.notes = rest
	if deleted && rest.deletions == 0 { // somebody may have the bodies still
		t.history.Recall(target)
		for _, other := range rest.all {
			if e, _ := t.history.Event(other); e.Kind == protocol.EventEdit {
				t.history.Recall(other)
			}
		}
	}
	t.drawn = append(t.drawn, target)
}

// forgetDeleted drops the bodies of a text that is deleted, and of its edits (SPEC E11).
func (t *Timeline) forgetDeleted(one *item) {
	t.history.Forget(one.id)
	for _, id := range one.notes.all {
		if e, _ := t.history.Event(id); e.Kind == protocol.EventEdit {
			t.history.Forget(id)
		}
	}
}

// mayNote tells whether something can be about that text or file: a reaction, or its author's own change, soon enough.
// Files are not edited (SPEC F1).
func mayNote(note, about protocol.Event) bool {
	switch {
	case about.Kind != protocol.EventText && about.Kind != protocol.EventFile:
		return false
	case note.Kind == protocol.EventReaction:
		return true
	case note.Kind == protocol.EventEdit && about.Kind == protocol.EventFile:
		return false
	}
	return note.Author == about.Author && note.Time <= about.Time+changeableMillis
}
