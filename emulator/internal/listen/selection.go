package listen

import (
	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/store"
	"github.com/parley-chat/parley/emulator/internal/value"
)

// selection is the documents that a target chooses, as of one moment.
type selection interface {
	// interest is what can change the choice.
	interest(*store.Store) []store.Interest
	// begin makes it the choice of a snapshot. It is called once.
	begin(store.Snapshot)
	// apply takes in the change of one document, and notes in touched what came, changed or went.
	apply(c store.Change, touched *touched)
	// concerns tells whether a change of one document can change the choice.
	concerns(store.Change) bool
	// get is a chosen document, nil if it is not chosen.
	get(name string) *firestorepb.Document
	// names are those of the chosen documents, in the order in which they are told.
	names() []string
	// shown is what the client is told of a document.
	shown(*firestorepb.Document) *firestorepb.Document
}

func newSelection(asked *firestorepb.Target) (selection, error) {
	if kind := asked.GetDocuments(); kind != nil {
		return newNamed(kind.GetDocuments())
	}
	return newQueried(asked.GetQuery())
}

// touched notes documents of a selection before they are changed.
type touched struct {
	order  []string                         // names
	before map[string]*firestorepb.Document // nil: was not chosen
}

func (t *touched) note(name string, before *firestorepb.Document) {
	if _, noted := t.before[name]; noted {
		return
	}
	if t.before == nil {
		t.before = map[string]*firestorepb.Document{}
	}
	t.before[name] = before
	t.order = append(t.order, name)
}

// named chooses documents by their full names.
type named struct {
	asked  []string // none twice
	chosen map[string]*firestorepb.Document
}

func newNamed(asked []string) (selection, error) {
	n := &named{chosen: make(map[string]*firestorepb.Document, len(asked))}
	for _, name := range asked {
		if _, err := value.ParseName(name); err != nil {
			return nil, err
		}
		if _, twice := n.chosen[name]; !twice {
			n.asked = append(n.asked, name)
			n.chosen[name] = nil
		}
	}
	return n, nil
}

func (n *named) interest(*store.Store) []store.Interest {
	interests := make([]store.Interest, len(n.asked))
	for i, name := range n.asked {
		interests[i] = store.InDocument(name)
	}
	return interests
}

func (n *named) begin(s store.Snapshot) {
	for _, name := range n.asked {
		n.chosen[name] = s.Get(name)
	}
}

func (n *named) apply(c store.Change, touched *touched) {
	touched.note(c.Name, n.chosen[c.Name])
	n.chosen[c.Name] = c.After
}

func (n *named) concerns(c store.Change) bool {
	_, asked := n.chosen[c.Name]
	return asked
}

func (n *named) get(name string) *firestorepb.Document { return n.chosen[name] }

func (n *named) names() []string {
	var names []string
	for _, name := range n.asked {
		if n.chosen[name] != nil {
			names = append(names, name)
		}
	}
	return names
}

func (n *named) shown(d *firestorepb.Document) *firestorepb.Document { return d }
