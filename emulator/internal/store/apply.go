package store

import (
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
}

// apply makes the writes on a copy. Called with mu held.
func (s *Store) apply(r Request, t *transaction) (Result, Snapshot, []Change, error) {
	if t != nil && t.reads != nil && len(r.Writes) > 0 {
		err := status.Error(codes.InvalidArgument, "Cannot modify entities in a read-only transaction.")
		return Result{}, Snapshot{}, nil, err
	}
	at := max(At(s.options.Now()), s.current.time+1)
	a := &applying{
		before: s.current, at: at, firsts: map[string]*firestorepb.Document{},
		after: Snapshot{tree: s.current.tree.Clone(), root: s.root, time: at},
	}
	result := Result{Time: at}
	for _, w := range r.Writes {
		one, err := a.write(w)
		if err != nil {
			return Result{}, Snapshot{}, nil, err
		}
		result.Results = append(result.Results, one)
	}
	return result, a.after, a.touched(), nil
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
	name := w.Verify
	if name == "" {
		name = NameOf(w.Proto)
	}
	path, ok := a.after.path(name)
	if !ok {
		return nil, status.Errorf(codes.InvalidArgument, "Document name %q is not in this database.", name)
	}
	if _, err := value.ParseName(name); err != nil {
		return nil, err
	}
	old := a.after.Get(name)
	if err := met(w.Proto.GetCurrentDocument(), name, old); err != nil {
		return nil, err
	}
	if w.Verify != "" {
		return &firestorepb.WriteResult{UpdateTime: old.GetUpdateTime()}, nil
	}
	a.note(name, old)
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
		if same(old.GetFields(), fields) {
			result.UpdateTime = old.GetUpdateTime()
			return result, nil // nothing has changed, so its time has not either
		}
	}
	if err := value.ValidateDocument(made); err != nil {
		return nil, err
	}
	collection, id := place(path)
	a.after.tree.ReplaceOrInsert(entry{collection: collection, id: id, document: made})
	result.UpdateTime = made.GetUpdateTime()
	return result, nil
}

func (a *applying) note(name string, old *firestorepb.Document) {
	if _, noted := a.firsts[name]; !noted {
		a.firsts[name] = old
		a.order = append(a.order, name)
	}
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
	if err := value.CheckConflicts(paths); err != nil {
		return nil, err
	}
	for _, path := range paths {
		if v := path.Get(given); v != nil {
			path.Set(fields, value.Stored(proto.CloneOf(v)))
		} else {
			path.Delete(fields)
		}
	}
	return fields, nil
}

// same tells whether fields are the same to the bit: 1 and 1.0 are not.
func same(a, b map[string]*firestorepb.Value) bool {
	return maps.EqualFunc(a, b, func(v, w *firestorepb.Value) bool { return proto.Equal(v, w) })
}

func clone(fields map[string]*firestorepb.Value) map[string]*firestorepb.Value {
	copied := make(map[string]*firestorepb.Value, len(fields))
	for name, v := range fields {
		copied[name] = value.Stored(proto.CloneOf(v))
	}
	return copied
}

// met tells whether a precondition holds, and what is wrong if not.
func met(p *firestorepb.Precondition, name string, old *firestorepb.Document) error {
	switch p := p.GetConditionType().(type) {
	case *firestorepb.Precondition_Exists:
		if p.Exists && old == nil {
			return status.Errorf(codes.NotFound, "No document to update: %s", name)
		}
		if !p.Exists && old != nil {
			return status.Errorf(codes.AlreadyExists, "Document already exists: %s", name)
		}
	case *firestorepb.Precondition_UpdateTime:
		if old == nil {
			return status.Errorf(codes.NotFound, "No document to update: %s", name)
		}
		if has, want := old.GetUpdateTime().AsTime(), p.UpdateTime.AsTime(); !has.Equal(want) {
			return status.Error(codes.FailedPrecondition, fmt.Sprintf(
				"the stored version (%d) does not match the required base version (%d)", has.UnixMicro(), want.UnixMicro()))
		}
	}
	return nil
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
