package timeline

import (
	"slices"
	"sort"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
)

// Timeline is what there is to see of a room. Make it with [New]; not safe for concurrent use.
type Timeline struct {
	history *history.History
	items   []*item // by E6
	byID    map[protocol.EventID]*item
	// targets are what reactions, edits and deletions refer to; early are those that came before their texts.
	targets map[protocol.EventID]protocol.EventID
	early   map[protocol.EventID][]protocol.EventID
	drawn   []protocol.EventID // what has changed since Apply began
}

// item is an entry's place. Notes is nil until somebody refers to it; gone while it is being taken out.
type item struct {
	id    protocol.EventID
	notes *notes
	gone  bool
}

// New shows what a history has. From then on every change of the history has to be applied.
func New(h *history.History) *Timeline {
	t := &Timeline{
		history: h, byID: map[protocol.EventID]*item{},
		targets: map[protocol.EventID]protocol.EventID{}, early: map[protocol.EventID][]protocol.EventID{},
	}
	t.Apply(history.Change{Taken: h.Events()})
	return t
}

// Apply follows a change of the history, and tells which entries came, went, or are to be drawn anew; some more than
// once.
func (t *Timeline) Apply(c history.Change) []protocol.EventID {
	t.drawn = nil
	for _, id := range c.Taken {
		t.place(id)
	}
	for _, id := range c.Bodies {
		t.place(id)
	}
	t.removeAll(c.Silenced)
	return t.drawn
}

// Expire forgets what is over, and tells which entries are to be drawn anew (SPEC E13).
func (t *Timeline) Expire(now time.Time) []protocol.EventID {
	t.drawn = nil
	var reactions []protocol.EventID
	for _, id := range t.history.Expire(now) {
		if e, _ := t.history.Event(id); e.Kind == protocol.EventReaction {
			reactions = append(reactions, id)
		} else if target, refers := t.targets[id]; refers {
			t.drawn = append(t.drawn, target)
		} else {
			t.drawn = append(t.drawn, id)
		}
	}
	t.removeAll(reactions)
	return t.drawn
}

// Len is how many entries there are.
func (t *Timeline) Len() int { return len(t.items) }

// Index finds an entry; false if there is none of that id.
func (t *Timeline) Index(id protocol.EventID) (int, bool) {
	if t.byID[id] == nil {
		return 0, false
	}
	return t.search(id), true
}

// search is where an event of the history is, or belongs.
func (t *Timeline) search(id protocol.EventID) int {
	return sort.Search(len(t.items), func(i int) bool { return !t.history.Before(t.items[i].id, id) })
}

// place puts an event where it belongs, if it says something.
func (t *Timeline) place(id protocol.EventID) {
	e, taken := t.history.Event(id)
	if !taken || !t.history.Says(id) {
		return
	}
	switch e.Kind {
	case protocol.EventReaction, protocol.EventEdit, protocol.EventDeletion:
		if target, known := t.targets[id]; known { // its body was gone for a while
			t.drawn = append(t.drawn, target)
		} else if target, ok := refersTo(e); ok {
			t.targets[id] = target
			t.note(target, id)
		}
	case protocol.EventText, protocol.EventFile, protocol.EventRoom, protocol.EventAdmission, protocol.EventRemoval,
		protocol.EventSettings:
		t.insert(id)
	}
}

func (t *Timeline) insert(id protocol.EventID) {
	t.drawn = append(t.drawn, id)
	if t.byID[id] != nil {
		return
	}
	one := &item{id: id}
	t.byID[id] = one
	at := len(t.items)
	if at > 0 && !t.history.Before(t.items[at-1].id, id) {
		at = t.search(id)
	}
	t.items = slices.Insert(t.items, at, one)
	for _, note := range t.early[id] {
		t.note(id, note)
	}
	delete(t.early, id)
}

// removeAll takes events out that say nothing any more. However many go, entries move up once, and each text's notes
// are counted anew once.
func (t *Timeline) removeAll(ids []protocol.EventID) {
	entries := 0
	withdrawn := map[protocol.EventID]map[protocol.EventID]bool{}
	var targets []protocol.EventID // the keys of withdrawn, in the order of ids
	for _, id := range ids {
		if target, refers := t.targets[id]; refers {
			delete(t.targets, id)
			if withdrawn[target] == nil {
				withdrawn[target] = map[protocol.EventID]bool{}
				targets = append(targets, target)
			}
			withdrawn[target][id] = true
		} else if one := t.byID[id]; one != nil {
			one.gone = true
			entries++
			delete(t.byID, id)
			t.drawn = append(t.drawn, id)
		}
	}
	if entries > 0 {
		t.items = slices.DeleteFunc(t.items, func(one *item) bool { return one.gone })
	}
	for _, target := range targets {
		t.withdraw(target, withdrawn[target])
	}
}

// refersTo reads what a reaction, an edit or a deletion is about; false if it is not what its kind says.
func refersTo(e protocol.Event) (protocol.EventID, bool) {
	switch e.Kind {
	case protocol.EventReaction:
		r, err := protocol.ParseReaction(e.Body)
		return r.To, err == nil
	case protocol.EventEdit:
		edit, err := protocol.ParseEdit(e.Body)
		return edit.To, err == nil
	default:
		d, err := protocol.ParseDeletion(e.Body)
		return d.To, err == nil
	}
}
