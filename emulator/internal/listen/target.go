package listen

import (
	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/store"
)

// target is what a client listens to. Its selection is what the client has been told.
type target struct {
	id        int32
	asked     *firestorepb.Target
	selected  selection
	interests []store.Interest // what it watches, decidedBy included

	// decidedBy are the documents by which the guard has allowed it, as they were then; nil for one that was not there.
	decidedBy map[string]*firestorepb.Document
	// unsure says that some of them were not watched when the guard looked at them.
	unsure bool
}

// newTarget makes a target of documents or a structured query, and the same choice once more, for the documents that a
// resumed client knows.
func newTarget(asked *firestorepb.Target) (t *target, known selection, err error) {
	t = &target{id: asked.GetTargetId(), asked: asked}
	if t.selected, err = newSelection(asked); err != nil {
		return t, nil, err
	}
	known, err = newSelection(asked)
	return t, known, err
}

// begin gives the messages that bring a client who knows what known has to this snapshot.
func (t *target) begin(known selection, s store.Snapshot) []*firestorepb.ListenResponse {
	t.selected.begin(s)
	var messages []*firestorepb.ListenResponse
	for _, name := range known.names() {
		if t.selected.get(name) == nil {
			messages = append(messages, t.gone(name, s))
		}
	}
	for _, name := range t.selected.names() {
		if d := t.selected.get(name); known.get(name) != d {
			messages = append(messages, t.changed(d))
		}
	}
	return messages
}

// absent gives the messages that tell a client who knows nothing that documents are not there.
func (t *target) absent(s store.Snapshot) []*firestorepb.ListenResponse {
	named, ok := t.selected.(*named)
	if !ok {
		return nil
	}
	var messages []*firestorepb.ListenResponse
	for _, name := range named.asked {
		if named.get(name) == nil {
			messages = append(messages, t.gone(name, s))
		}
	}
	return messages
}

// concerns tells whether any of the changes can change what the target holds, or whether it is allowed.
func (t *target) concerns(changes []store.Change) bool {
	for _, c := range changes {
		if _, decides := t.decidedBy[c.Name]; decides || t.selected.concerns(c) {
			return true
		}
	}
	return false
}

// doubtful tells whether something that it was decided by is different in this snapshot.
func (t *target) doubtful(s store.Snapshot) bool {
	for name, seen := range t.decidedBy {
		if s.Get(name) != seen {
			return true
		}
	}
	return false
}

// follow gives the messages that tell of a commit.
func (t *target) follow(c *store.Commit) []*firestorepb.ListenResponse {
	var touched touched
	for _, change := range c.Changes {
		if t.selected.concerns(change) {
			t.selected.apply(change, &touched)
		}
	}
	var gone, messages []*firestorepb.ListenResponse
	for _, name := range touched.order {
		switch now := t.selected.get(name); now {
		case touched.before[name]: // it came and went, or the other way round
		case nil:
			gone = append(gone, t.gone(name, c.After))
		default:
			messages = append(messages, t.changed(now))
		}
	}
	return append(gone, messages...)
}

// changed tells of a document that is in the target, and new or different.
func (t *target) changed(d *firestorepb.Document) *firestorepb.ListenResponse {
	return &firestorepb.ListenResponse{ResponseType: &firestorepb.ListenResponse_DocumentChange{
		DocumentChange: &firestorepb.DocumentChange{Document: t.selected.shown(d), TargetIds: []int32{t.id}},
	}}
}

// gone tells of a document that is not there, or that is there and not in the target any more.
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

// filter tells how many documents there are, for a client who knows another number of them than it should.
func (t *target) filter() *firestorepb.ListenResponse {
	return &firestorepb.ListenResponse{ResponseType: &firestorepb.ListenResponse_Filter{
		Filter: &firestorepb.ExistenceFilter{TargetId: t.id, Count: int32(len(t.selected.names()))}, //nolint:gosec // few
	}}
}
