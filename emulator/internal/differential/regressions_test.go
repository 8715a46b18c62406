package differential_test

import (
	"strings"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// asked is a request as text of the protocol: @ stands for the documents of the project.
type asked struct {
	as      caller
	message proto.Message
	text    string
}

// regression is what the servers once differed in, as small as it was found.
type regression struct {
	rules string
	steps []asked
}

// TestRegressions does again what was found to differ, and is mended.
func TestRegressions(t *testing.T) {
	t.Parallel()
	both := servers(t)
	for name, found := range regressions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			what := story{rules: found.rules, tell: found.tell}
			var total tally
			if differ := play(t, both, what, what.everything(), &total); differ != nil {
				t.Error(differ.text)
			}
			if total.broken > 0 {
				t.Error("the official emulator answered UNKNOWN, so nothing was compared")
			}
		})
	}
}

func (r regression) tell(project string) []operation {
	database := "projects/" + project + "/databases/(default)"
	var operations []operation
	for _, step := range r.steps {
		message := proto.Clone(step.message)
		text := strings.ReplaceAll(step.text, "@", database+"/documents")
		if err := prototext.Unmarshal([]byte(text), message); err != nil {
			panic(err) // the text is in this package
		}
		m := message.ProtoReflect()
		if field := m.Descriptor().Fields().ByName("database"); field != nil {
			m.Set(field, protoreflect.ValueOfString(database))
		}
		operations = append(operations, request{step.as, message})
	}
	return operations
}

// set is a commit that sets c/d and c/e as somebody who may.
func set(fields string) asked {
	return asked{owner, &pb.CommitRequest{}, `
		writes { update { name: "@/c/d" ` + fields + ` } } writes { update { name: "@/c/e" } }`}
}

const (
	one1   = `fields { key: "a" value { integer_value: 1 } }`
	fromC  = `parent: "@" structured_query { from { collection_id: "c" } }`
	always = `{ seconds: 1 nanos: -7 }` // the placeholder for a document's newest time, or one long ago
)

func regressions() map[string]regression {
	commit, query, get := &pb.CommitRequest{}, &pb.RunQueryRequest{}, &pb.BatchGetDocumentsRequest{}
	batch, list, update := &pb.BatchWriteRequest{}, &pb.ListDocumentsRequest{}, &pb.UpdateDocumentRequest{}
	twice := `writes { update { name: "@/c/d" } } writes { update { name: "@/c/d" ` + one1 + ` } }`
	wrong := `writes { update { name: "@/c/d" ` + one1 + ` } update_transforms { field_path: "n" increment {} } }`
	never := `match /c/{id} { allow read: if id == 'e'; allow update: if resource.data.size() < 9; }`
	return map[string]regression{
		"the last answer to a query says done":                 {steps: []asked{set(one1), {owner, query, fromC}}},
		"results tell of the document as the commit leaves it": {steps: []asked{set(one1), {owner, commit, twice}}},
		"writes that together change nothing keep the time": {steps: []asked{
			set(one1),
			{owner, commit, `
				writes { transform { document: "@/c/d" field_transforms { field_path: "n" increment { integer_value: 1 } } } }
				writes { update { name: "@/c/d" } update_mask { field_paths: "n" } }`},
			{owner, get, `documents: "@/c/d"`},
		}},
		"what is wrong with a request comes before what is stored": {steps: []asked{
			set(one1),
			{owner, commit, `writes { delete: "@/c/new" current_document { exists: true } } ` + wrong},
			{owner, commit, `writes { delete: "@/c/new" current_document { exists: true } }
				writes { update { name: "@/c/d" } update_mask { field_paths: "a..b" } }`},
			{owner, commit, `writes { delete: "@/c/new" current_document { exists: true } } writes { delete: "@/c//d" }`},
		}},
		"fields of a mask that contain each other": {steps: []asked{
			set(`fields { key: "m" value { map_value { fields { key: "b" value { null_value: NULL_VALUE } } } } }`),
			{owner, commit, `writes { update { name: "@/c/d" fields { key: "m" value { map_value {
				fields { key: "a" value { boolean_value: true } } } } } }
				update_mask { field_paths: "m.a" field_paths: "m" field_paths: "m.b" } }`},
			{owner, get, `documents: "@/c/d" mask { field_paths: "m" field_paths: "m.a" }`},
		}},
		"the version of what is missing": {steps: []asked{
			{owner, commit, `writes { delete: "@/c/d" current_document { update_time ` + always + ` } }`},
		}},
		"delete if absent, after a write": {steps: []asked{
			set(one1), {owner, commit, `writes { update { name: "@/c/d" } }
				writes { delete: "@/c/d" current_document { exists: false } }`},
		}},
		"names that are asked for twice": {steps: []asked{
			set(one1), {owner, get, `documents: "@/c/d" documents: "@/c/new" documents: "@/c/d"`},
		}},
		"batches of writes are for administrators, who make no mistakes": {
			rules: `match /c/{id} { allow write; }`,
			steps: []asked{
				{alice, batch, `writes { update { name: "@/c/d" } }`},
				{alice, batch, wrong},
				{alice, batch, `writes { delete: "@/c" }`},
				{alice, batch, twice},
			},
		},
		"rules come before preconditions": {rules: never, steps: []asked{
			set(one1),
			{alice, commit, `writes { delete: "@/c/d" current_document { exists: false } }`},
			{alice, commit, `writes { update { name: "@/c/d" } current_document { exists: false } }`},
			{alice, update, `document { name: "@/c/d" } current_document { exists: false }`},
		}},
		"an update of nothing has no resource": {rules: never, steps: []asked{
			{alice, update, `document { name: "@/c/new" } current_document { update_time ` + always + ` }`},
			{alice, update, `document { name: "@/c/new" } current_document { exists: true }`},
		}},
		"rules see what a write that must create would make of what there is": {
			rules: `match /c/{id} {
				allow create: if request.resource.data.keys().hasAny(['a']); allow delete: if resource == null; }`,
			steps: []asked{
				set(one1),
				{alice, update, `document { name: "@/c/d" } update_mask {} current_document { exists: false }`},
				{alice, update, `document { name: "@/c/e" } update_mask {} current_document { exists: false }`},
				{alice, commit, `writes { delete: "@/c/d" current_document { exists: false } }`},
			},
		},
		"one that is denied denies all": {rules: never, steps: []asked{
			set(one1), {alice, get, `documents: "@/c/e" documents: "@/c/d"`}, {alice, get, `documents: "@/c/e"`},
		}},
		"a page's size is the limit for rules": {
			rules: `match /c/{id} { allow list: if request.query.limit <= 2; }`,
			steps: []asked{
				set(one1),
				{alice, list, `parent: "@" collection_id: "c" page_size: 2`},
				{alice, list, `parent: "@" collection_id: "c" page_size: 3`},
				{alice, list, `parent: "@" collection_id: "c"`},
			},
		},
	}
}
