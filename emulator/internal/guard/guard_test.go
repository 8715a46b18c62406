package guard_test

import (
	"errors"
	"testing"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/parley-chat/parley/emulator/internal/guard"
	"github.com/parley-chat/parley/emulator/internal/rules"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/store"
)

const (
	database = "projects/demo-x/databases/(default)"
	root     = database + "/documents"
)

// source has a rule for each thing that a guard turns into what rules know.
const source = `
rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    match /notes/{id} {
      allow get: if resource == null || resource.data.owner == request.auth.uid;
      allow list: if resource.data.owner == request.auth.uid && request.query.limit <= 10;
      allow create: if request.resource.data.owner == request.auth.uid && request.resource.data.at == request.time;
      allow update: if request.resource.data.diff(resource.data).affectedKeys().hasOnly(['text']);
      allow delete: if request.auth.token.admin == true && request.auth.token.level == 3;
    }
    match /rooms/{room} {
      allow get: if exists(/databases/$(database)/documents/keys/$(room));
      allow create: if existsAfter(/databases/$(database)/documents/keys/$(room));
    }
    match /keys/{key} { allow create: if true; }
    match /values/{id} {
      allow get: if resource.data == {
        'b': true, 'd': 1.5, 'l': [1, 'x'], 'm': {'n': null}, 'y': b'ab',
        'r': path('/databases/(default)/documents/a/b'), 't': timestamp.date(2026, 11, 21)
      };
    }
  }
}`

func newGuard(t *testing.T) (*guard.Guard, *store.Store) {
	t.Helper()
	g := guard.New(nil)
	if err := g.SetDefault([]byte(source)); err != nil {
		t.Fatal(err)
	}
	db := store.New(database, nil)
	t.Cleanup(db.Close)
	return g, db
}

func put(path string, fields map[string]*firestorepb.Value) store.Write {
	d := &firestorepb.Document{Name: root + "/" + path, Fields: fields}
	return store.Write{Proto: &firestorepb.Write{Operation: &firestorepb.Write_Update{Update: d}}}
}

func text(s string) *firestorepb.Value {
	return &firestorepb.Value{ValueType: &firestorepb.Value_StringValue{StringValue: s}}
}

func owned(by string) map[string]*firestorepb.Value {
	return map[string]*firestorepb.Value{"owner": text(by), "text": text("hello")}
}

// commit makes writes as an administrator.
func commit(t *testing.T, db *store.Store, writes ...store.Write) {
	t.Helper()
	if _, err := db.Commit(t.Context(), store.Request{Writes: writes}); err != nil {
		t.Fatal(err)
	}
}

// try makes writes as somebody.
func try(t *testing.T, g *guard.Guard, db *store.Store, c service.Caller, writes ...store.Write) error {
	t.Helper()
	_, err := db.Commit(t.Context(), store.Request{
		Writes: writes,
		Check: func(before, after store.Snapshot, written []store.Change) error {
			_, err := g.Write(t.Context(), c, before, after, written)
			return err
		},
	})
	return err
}

func want(t *testing.T, what string, err error, allowed bool) {
	t.Helper()
	if code := status.Code(err); (allowed && code != codes.OK) || (!allowed && code != codes.PermissionDenied) {
		t.Errorf("%s: %v, want allowed to be %v", what, err, allowed)
	}
}

func ann() service.Caller { return service.Caller{Claims: map[string]any{"sub": "ann"}} }

func TestGet(t *testing.T) {
	t.Parallel()
	g, db := newGuard(t)
	commit(t, db, put("notes/1", owned("ann")), put("keys/open", nil))
	for what, c := range map[string]struct {
		caller  service.Caller
		path    string
		allowed bool
	}{
		"one's own":                   {ann(), "notes/1", true},
		"somebody else's":             {service.Caller{Claims: map[string]any{"sub": "bob"}}, "notes/1", false},
		"without signing in":          {service.Caller{}, "notes/1", false},
		"one that is absent":          {ann(), "notes/2", true},
		"what another document opens": {ann(), "rooms/open", true},
		"what none opens":             {ann(), "rooms/shut", false},
		"what no rule names":          {ann(), "else/1", false},
	} {
		_, err := g.Get(t.Context(), c.caller, db.Snapshot(), root+"/"+c.path)
		want(t, what, err, c.allowed)
	}
	read, err := g.Get(t.Context(), ann(), db.Snapshot(), root+"/rooms/open")
	if err != nil || len(read) != 1 || read[0] != root+"/keys/open" {
		t.Errorf("it was decided by %v, %v", read, err)
	}
}

func TestValuesAreWhatRulesKnow(t *testing.T) {
	t.Parallel()
	g, db := newGuard(t)
	at := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	commit(t, db, put("values/1", map[string]*firestorepb.Value{
		"b": {ValueType: &firestorepb.Value_BooleanValue{BooleanValue: true}},
		"d": {ValueType: &firestorepb.Value_DoubleValue{DoubleValue: 1.5}},
		"l": {ValueType: &firestorepb.Value_ArrayValue{ArrayValue: &firestorepb.ArrayValue{Values: []*firestorepb.Value{
			{ValueType: &firestorepb.Value_IntegerValue{IntegerValue: 1}}, text("x"),
		}}}},
		"m": {ValueType: &firestorepb.Value_MapValue{MapValue: &firestorepb.MapValue{
			Fields: map[string]*firestorepb.Value{"n": {ValueType: &firestorepb.Value_NullValue{}}},
		}}},
		"y": {ValueType: &firestorepb.Value_BytesValue{BytesValue: []byte("ab")}},
		"r": {ValueType: &firestorepb.Value_ReferenceValue{ReferenceValue: root + "/a/b"}},
		"t": {ValueType: &firestorepb.Value_TimestampValue{TimestampValue: store.At(at).Proto()}},
	}))
	_, err := g.Get(t.Context(), ann(), db.Snapshot(), root+"/values/1")
	want(t, "a document with values of many types", err, true)
}

func TestWrite(t *testing.T) {
	t.Parallel()
	g, db := newGuard(t)
	now := store.Write{Proto: &firestorepb.Write{
		Operation: put("notes/1", owned("ann")).Proto.GetOperation(),
		UpdateTransforms: []*firestorepb.DocumentTransform_FieldTransform{{
			FieldPath: "at",
			TransformType: &firestorepb.DocumentTransform_FieldTransform_SetToServerValue{
				SetToServerValue: firestorepb.DocumentTransform_FieldTransform_REQUEST_TIME,
			},
		}},
	}}
	want(t, "create with another time", try(t, g, db, ann(), put("notes/1", owned("ann"))), false)
	want(t, "create with the server's time", try(t, g, db, ann(), now), true)
	changed := owned("ann")
	changed["text"] = text("changed")
	changed["at"] = db.Snapshot().Get(root + "/notes/1").GetFields()["at"]
	want(t, "update of what may change", try(t, g, db, ann(), put("notes/1", changed)), true)
	want(t, "update of something else", try(t, g, db, ann(), put("notes/1", owned("bob"))), false)
	remove := store.Write{Proto: &firestorepb.Write{
		Operation: &firestorepb.Write_Delete{Delete: root + "/notes/1"},
	}}
	admin := service.Caller{Claims: map[string]any{"sub": "root", "admin": true, "level": 3.0}}
	want(t, "delete as anybody", try(t, g, db, ann(), remove), false)
	want(t, "delete with the claims for it", try(t, g, db, admin, remove), true)
	want(t, "delete again, of nothing", try(t, g, db, ann(), remove), false)
	want(t, "a room without its key", try(t, g, db, ann(), put("rooms/a", nil)), false)
	want(t, "a room and its key in one commit", try(t, g, db, ann(), put("rooms/a", nil), put("keys/a", nil)), true)
}

func TestList(t *testing.T) {
	t.Parallel()
	g, db := newGuard(t)
	mine := &firestorepb.StructuredQuery_Filter{FilterType: &firestorepb.StructuredQuery_Filter_FieldFilter{
		FieldFilter: &firestorepb.StructuredQuery_FieldFilter{
			Field: &firestorepb.StructuredQuery_FieldReference{FieldPath: "owner"},
			Op:    firestorepb.StructuredQuery_FieldFilter_EQUAL, Value: text("ann"),
		},
	}}
	ten, more := wrapperspb.Int32(10), wrapperspb.Int32(11)
	from := []*firestorepb.StructuredQuery_CollectionSelector{{CollectionId: "notes"}}
	for what, c := range map[string]struct {
		query   *firestorepb.StructuredQuery
		allowed bool
	}{
		"one's own, ten at most": {&firestorepb.StructuredQuery{From: from, Where: mine, Limit: ten}, true},
		"too many":               {&firestorepb.StructuredQuery{From: from, Where: mine, Limit: more}, false},
		"everybody's":            {&firestorepb.StructuredQuery{From: from, Limit: ten}, false},
		"every collection":       {&firestorepb.StructuredQuery{Where: mine, Limit: ten}, false},
	} {
		_, err := g.List(t.Context(), ann(), db.Snapshot(), service.List{Parent: root, Query: c.query})
		want(t, what, err, c.allowed)
	}
}

func TestRulesOfAProject(t *testing.T) {
	t.Parallel()
	g, db := newGuard(t)
	none := guard.New(nil)
	_, err := none.Get(t.Context(), ann(), db.Snapshot(), root+"/notes/2")
	want(t, "without any rules", err, false)
	err = g.Set("demo-x", []byte("service cloud.firestore { match /databases/{d}/documents { match /{all=**} {"))
	if _, ok := errors.AsType[*rules.ParseError](err); !ok {
		t.Errorf("broken rules: %v", err)
	}
	_, err = g.Get(t.Context(), ann(), db.Snapshot(), root+"/notes/2")
	want(t, "after rules that were broken", err, true)
	if err := g.Set("demo-x", []byte("service cloud.firestore { match /a/{b} { allow read: if false; } }")); err != nil {
		t.Fatal(err)
	}
	_, err = g.Get(t.Context(), ann(), db.Snapshot(), root+"/notes/2")
	want(t, "with rules that allow nothing", err, false)
	_, err = g.Get(t.Context(), ann(), db.Snapshot(), "projects/demo-y/databases/(default)/documents/notes/2")
	want(t, "in another project", err, true)
}
