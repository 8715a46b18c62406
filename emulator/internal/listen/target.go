package listen

import (
	"slices"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/store"
	"github.com/parley-chat/parley/emulator/internal/value"
)

// target is what a client listens to, and what it has been told of it.
type target struct {
	id    int32
	asked *firestorepb.Target
	// selected is what the target holds in a snapshot, by name.
	selected selection
	// told is what the client knows: the documents in the target, as they were when it heard of them.
	told map[string]*firestorepb.Document
	// decidedBy are the documents by which the guard has allowed it.
	decidedBy []string
}

// selection is a choice of documents.
type selection interface {
	// in gives the chosen documents of a snapshot.
	in(store.Snapshot) map[string]*firestorepb.Document
	// concerns tells whether a change of one document can change the choice.
	concerns(store.Change) bool
	// shown is what the client is told of a document.
	shown(*firestorepb.Document) *firestorepb.Document
}

func newTarget(asked *firestorepb.Target) (t *target, err error) {
	t = &target{id: asked.GetTargetId(), asked: asked, told: map[string]*firestorepb.Document{}}
	if kind := asked.GetDocuments(); kind != nil {
		t.selected, err = newNamed(kind.GetDocuments())
	} else {
		t.selected, err = newQueried(asked.GetQuery())
	}
	return t, err
}

// reset says that the client knows what was there in this snapshot, and nothing else.
func (t *target) reset(s store.Snapshot) { t.told = t.selected.in(s) }

// concerns tells whether any of the changes can change what the target holds, or whether it is allowed.
func (t *target) concerns(changes []store.Change) bool {
	return slices.ContainsFunc(changes, func(c store.Change) bool {
		return t.selected.concerns(c) || slices.Contains(t.decidedBy, c.Name)
	})
}

// moveTo gives the messages that bring the client to this snapshot.
func (t *target) moveTo(s store.Snapshot) []*firestorepb.ListenResponse {
	now := t.selected.in(s)
	var messages []*firestorepb.ListenResponse
	for name := range t.told {
		if now[name] == nil {
			messages = append(messages, t.gone(name, s))
		}
	}
	for name, d := range now {
		if t.told[name] != d {
			messages = append(messages, t.changed(d))
		}
	}
	t.told = now
	return messages
}

// changed tells of a document that is in the target, and new or different.
func (t *target) changed(d *firestorepb.Document) *firestorepb.ListenResponse {
	return &firestorepb.ListenResponse{ResponseType: &firestorepb.ListenResponse_DocumentChange{
		DocumentChange: &firestorepb.DocumentChange{Document: t.selected.shown(d), TargetIds: []int32{t.id}},
	}}
}

// gone tells of a document that was deleted, or that is there and not in the target any more.
func (t *target) gone(name string, s store.Snapshot) *firestorepb.ListenResponse {
	if s.Get(name) == nil {
		return &firestorepb.ListenResponse{ResponseType: &firestorepb.ListenResponse_DocumentDelete{
			DocumentDelete: &firestorepb.DocumentDelete{
				Document: name, RemovedTargetIds: []int32{t.id}, ReadTime: s.Time().Proto(),
			},
		}}
	}
	return &firestorepb.ListenResponse{ResponseType: &firestorepb.ListenResponse_DocumentRemove{
		DocumentRemove: &firestorepb.DocumentRemove{
			Document: name, RemovedTargetIds: []int32{t.id}, ReadTime: s.Time().Proto(),
		},
	}}
}

// named chooses documents by their full names.
type named []string

func newNamed(names []string) (selection, error) {
	for _, name := range names {
		if _, err := value.ParseName(name); err != nil {
			return nil, err
		}
	}
	return named(names), nil
}

func (n named) in(s store.Snapshot) map[string]*firestorepb.Document {
	found := map[string]*firestorepb.Document{}
	for _, name := range n {
		if d := s.Get(name); d != nil {
			found[name] = d
		}
	}
	return found
}

func (n named) concerns(c store.Change) bool { return slices.Contains(n, c.Name) }

func (n named) shown(d *firestorepb.Document) *firestorepb.Document { return d }
