package store

import (
	"bytes"
	"fmt"
	"maps"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// applying is a commit in the making: a copy of the tree, and what was done to it.
type applying struct {
	before Snapshot
	after  Snapshot
	at     Time
	order  []string                         // names in the order of their first writes
	firsts map[string]*firestorepb.Document // what they were before
	// unmet is the first precondition that does not hold, or document that became too large. It is told only to those
	// whom the rules allow the writes: to others it would tell what is stored.
	unmet error
}

// apply makes the writes on a copy. Called with mu held.
func (s *Store) apply(r Request, t *transaction) (*applying, Result, error) {
	if t != nil && t.reads != nil && len(r.Writes) > 0 {
		return nil, Result{}, status.Error(codes.InvalidArgument, "Cannot modify entities in a read-only transaction.")
	}
	at := max(At(s.options.Now()), s.tip.time+1)
	a := &applying{
		before: s.tip, at: at, firsts: map[string]*firestorepb.Document{},
		after: Snapshot{owner: s, tree: s.tip.tree.Clone(), root: s.root, time: at},
	}
	result := Result{Time: at}
	for _, w := range r.Writes {
		one, err := a.write(w)
		if err != nil {
			return nil, Result{}, err
		}
		result.Results = append(result.Results, one)
	}
	// Each result tells of the document as the commit leaves it.
	for i, w := range r.Writes {
		result.Results[i].UpdateTime = a.after.Get(w.name()).GetUpdateTime()
	}
	return a, result, nil
}

// fail notes what is wrong with a write because of what is stored.
func (a *applying) fail(err error) {
	if a.unmet == nil {
		a.unmet = err
	}
}

// touched are the documents that were written, also those that are as they were before.
func (a *applying) touched() []Change {
	touched := make([]Change, len(a.order))
	for i, name := range a.order {
		touched[i] = Change{Name: name, Before: a.firsts[name], After: a.after.Get(name)}
	}
	return touched
}

// changed are those that are different now.
func changed(touched []Change) []Change {
	var changes []Change
	for _, c := range touched {
		if c.Before != c.After {
			changes = append(changes, c)
		}
	}
	return changes
}

// write makes one write.
func (a *applying) write(w Write) (*firestorepb.WriteResult, error) {
	name := w.name()
	path, ok := a.after.path(name)
	if !ok {
		return nil, status.Errorf(codes.InvalidArgument, "Document name %q is not in this database.", name)
	}
	if _, err := value.ParseName(name); err != nil {
		return nil, err
	}
	old := a.after.Get(name)
	before := old
	if err := met(w.Proto.GetCurrentDocument(), name, old, a.first(name)); err != nil {
		a.fail(err)
		before = claimed(w.Proto, name, old)
	}
	if w.Verify != "" {
		return &firestorepb.WriteResult{}, nil
	}
	a.note(name, before)
	if _, deletes := w.Proto.GetOperation().(*firestorepb.Write_Delete); deletes {
		collection, id := place(path)
		a.after.tree.Delete(entry{collection: collection, id: id})
		return &firestorepb.WriteResult{}, nil
	}
	return a.put(w.Proto, path, old)
}

// put makes an update or a transform.
func (a *applying) put(w *firestorepb.Write, path string, old *firestorepb.Document) (*firestorepb.WriteResult, error) {
	fields, err := updated(w, old)
	if err != nil {
		return nil, err
	}
	transforms := w.GetUpdateTransforms()
	if t := w.GetTransform(); t != nil {
		transforms = t.GetFieldTransforms()
	}
	result := &firestorepb.WriteResult{}
	if result.TransformResults, err = value.Transform(fields, transforms, a.at.Std()); err != nil {
		return nil, err
	}
	name := a.after.root + "/" + path
	made := &firestorepb.Document{Name: name, Fields: fields, CreateTime: a.at.Proto(), UpdateTime: a.at.Proto()}
	if old != nil {
		made.CreateTime = old.GetCreateTime()
		first := a.firsts[name]
		same := first.GetCreateTime() == old.GetCreateTime() && same(first.GetFields(), fields)
		if a.unmet == nil && same {
			made = first // the commit changes nothing, or no longer, and so not its time either
		}
	}
	if err := value.ValidateDocument(made); err != nil {
		a.fail(err)
	}
	collection, id := place(path)
	a.after.tree.ReplaceOrInsert(entry{collection: collection, id: id, document: made})
	return result, nil
}

func (a *applying) note(name string, old *firestorepb.Document) {
	if _, noted := a.firsts[name]; !noted {
		a.firsts[name] = old
		a.order = append(a.order, name)
	}
}

// first is the document before the commit.
func (a *applying) first(name string) *firestorepb.Document {
	if first, noted := a.firsts[name]; noted {
		return first
	}
	return a.after.Get(name)
}

// updated are the fields that a write leaves, before its transforms: a map that may be changed, of values that may not.
func updated(w *firestorepb.Write, old *firestorepb.Document) (map[string]*firestorepb.Value, error) {
	given := w.GetUpdate().GetFields()
	mask := w.GetUpdateMask()
	if w.GetUpdate() != nil && mask == nil {
		return clone(given), nil
	}
	fields := clone(old.GetFields())
	paths := make([]value.FieldPath, len(mask.GetFieldPaths()))
	for i, path := range mask.GetFieldPaths() {
		var err error
		if paths[i], err = value.ParseFieldPath(path); err != nil {
			return nil, err
		}
	}
	// One may lead into another, as a.b into a: as all take from the same, their order makes no difference.
	for _, path := range paths {
		if v := path.Get(given); v != nil {
			path.Set(fields, value.Stored(proto.CloneOf(v)))
		} else {
			path.Delete(fields)
		}
	}
	return fields, nil
}

// same tells whether fields are the same to the bit: 1 and 1.0 are not, nor 0.0 and -0.0, which protobuf takes for one.
func same(a, b map[string]*firestorepb.Value) bool {
	return maps.EqualFunc(a, b, func(v, w *firestorepb.Value) bool {
		return proto.Equal(v, w) && bytes.Equal(wire(v), wire(w))
	})
}

// wire is a value as it travels.
func wire(v *firestorepb.Value) []byte {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(v)
	if err != nil { // its text is not UTF-8, and proto.Equal has compared it
		return nil
	}
	return raw
}

func clone(fields map[string]*firestorepb.Value) map[string]*firestorepb.Value {
	copied := make(map[string]*firestorepb.Value, len(fields))
	for name, v := range fields {
		copied[name] = value.Stored(proto.CloneOf(v))
	}
	return copied
}

// met tells whether a precondition holds, and what is wrong if not. The version is that of before the commit, whatever
// its writes did to the document since: they are one change.
func met(p *firestorepb.Precondition, name string, old, first *firestorepb.Document) error {
	switch p := p.GetConditionType().(type) {
	case *firestorepb.Precondition_Exists:
		if p.Exists && old == nil {
			return status.Errorf(codes.NotFound, "No document to update: %s", name)
		}
		if !p.Exists && old != nil {
			return status.Errorf(codes.AlreadyExists, "Document already exists: %s", name)
		}
	case *firestorepb.Precondition_UpdateTime:
		// A document that does not exist has the version 0.
		has, want := first.GetUpdateTime().AsTime(), p.UpdateTime.AsTime()
		if first != nil && want.After(has) {
			return status.Error(codes.InvalidArgument, "Invalid base version, it is greater than the stored version.")
		}
		if !has.Equal(want) {
			return status.Error(codes.FailedPrecondition, fmt.Sprintf(
				"the stored version (%d) does not match the required base version (%d)", has.UnixMicro(), want.UnixMicro()))
		}
	}
	return nil
}

// claimed is the document that a precondition says there is, where there is another. Rules are asked by it: whether
// this creates or updates. A delete is one in any case.
func claimed(w *firestorepb.Write, name string, old *firestorepb.Document) *firestorepb.Document {
	is, exists := w.GetCurrentDocument().GetConditionType().(*firestorepb.Precondition_Exists)
	if _, deletes := w.GetOperation().(*firestorepb.Write_Delete); exists && !is.Exists && !deletes {
		return nil
	}
	if old == nil {
		return &firestorepb.Document{Name: name}
	}
	return old
}

// name is the full name of the document that a write is about.
func (w Write) name() string {
	if w.Verify != "" {
		return w.Verify
	}
	return NameOf(w.Proto)
}

// NameOf is the full name of the document that a write is about.
func NameOf(w *firestorepb.Write) string {
	switch operation := w.GetOperation().(type) {
	case *firestorepb.Write_Update:
		return operation.Update.GetName()
	case *firestorepb.Write_Delete:
		return operation.Delete
	case *firestorepb.Write_Transform:
		return operation.Transform.GetDocument()
	}
	return ""
}
