package service_test

import (
	"context"
	"strings"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

const restricted = `
rules_version = '2';
service cloud.firestore {
  match /databases/{d}/documents {
    match /open/{id} { allow read, write: if true; }
    match /creatable/{id} { allow create: if true; }
    match /updatable/{id} { allow update: if true; }
    match /own/{id} { allow write: if request.auth.uid == 'ann' && request.auth.token.k == 1; }
    match /paged/{id} { allow list: if request.query.limit <= 2; }
  }
}`

// Rules come before what is stored, and after what is wrong with the request itself.
func TestRights(t *testing.T) {
	t.Parallel()
	servers := both(t)
	seed(t, servers, set("shut/1", nil), set("open/1", fields{"n": Int(1)}), set("open/2", fields{"n": Int(2)}),
		set("paged/1", nil))
	for _, s := range servers {
		s.setRules(restricted)
	}
	list := func(r *pb.ListDocumentsRequest) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			r := proto.CloneOf(r)
			r.Parent = s.root
			return one(s.ListDocuments(ctx, r))
		}
	}
	half := strings.Repeat("a", 600_000)
	large := fields{"a": String(half), "b": String(half)}
	compare(t, servers, "", []comparison{
		{what: "write", call: commit(set("shut/1", nil))},
		{what: "write, must not exist", call: commit(set("shut/1", nil).ifExists(false))},
		{what: "write, must exist", call: commit(set("shut/2", nil).ifExists(true))},
		{what: "write, another version", call: commit(set("shut/1", nil).ifVersion(longAgo()))},
		{what: "delete of what is absent", call: commit(remove("shut/2").ifExists(true))},
		{what: "too large", call: commit(set("shut/1", large))},
		{what: "too large, where allowed", call: commit(set("open/1", large))},
		{what: "a bad value", call: commit(set("shut/1", fields{"a": Array(Array())}))},
		{
			what: "one write denied, another impossible",
			call: commit(set("shut/1", nil), set("open/1", nil).ifExists(false)),
		},
		{what: "the other way round", call: commit(set("open/1", nil).ifExists(false), set("shut/1", nil))},
		{what: "allowed and impossible", call: commit(set("open/1", nil).ifExists(false))},
		{what: "an update allowed, of what is absent", call: commit(set("updatable/1", nil).ifExists(true))},
		{what: "an update allowed, a create done", call: commit(set("updatable/1", nil))},
		{what: "a create allowed, an update wanted", call: commit(set("creatable/1", nil).ifExists(true))},
		{what: "a create allowed", call: commit(set("creatable/1", nil).ifExists(false))},
		{what: "a create allowed, again", call: commit(set("creatable/1", nil).ifExists(false))},
		{what: "get", call: get("shut/1")},
		{what: "get what is absent", call: get("shut/2")},
		{what: "get what is absent, where allowed", call: get("open/9")},
		{what: "a page that is small enough", call: list(&pb.ListDocumentsRequest{CollectionId: "paged", PageSize: 2})},
		{what: "a page that is too large", call: list(&pb.ListDocumentsRequest{CollectionId: "paged", PageSize: 3})},
		{what: "a page of no size", call: list(&pb.ListDocumentsRequest{CollectionId: "paged"})},
		{what: "a list of all", call: list(&pb.ListDocumentsRequest{})},
		{
			what: "a list with what is missing",
			call: list(&pb.ListDocumentsRequest{CollectionId: "open", ShowMissing: true}),
		},
		{what: "a list in order", call: list(&pb.ListDocumentsRequest{CollectionId: "open", OrderBy: "n desc"})},
		{what: "ids of collections", call: func(ctx context.Context, s *server) ([]proto.Message, error) {
			return one(s.ListCollectionIds(ctx, &pb.ListCollectionIdsRequest{Parent: s.root}))
		}},
	})
}

// Nothing is told of documents that may be read together with one that may not.
func TestBatchGetTellsAllOrNothing(t *testing.T) {
	t.Parallel()
	servers := both(t)
	seed(t, servers, set("open/1", nil), set("shut/1", nil))
	for _, s := range servers {
		s.setRules(restricted)
		answers, err := all(s.BatchGetDocuments(t.Context(), &pb.BatchGetDocumentsRequest{
			Database: s.database, Documents: []string{s.root + "/open/1", s.root + "/shut/1"},
		}))
		if status.Code(err) != codes.PermissionDenied || len(answers) > 0 {
			t.Errorf("%s: %v, %v", s.name, answers, err)
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	servers := both(t)
	for _, s := range servers {
		s.setRules(restricted)
	}
	const unauthenticated = "production says UNAUTHENTICATED; the official emulator INVALID_ARGUMENT, or UNKNOWN"
	for authorization, differs := range map[string]string{
		user(map[string]any{"sub": "ann", "k": 1}):           "",
		user(map[string]any{"sub": "ann", "k": 1, "exp": 5}): "",
		user(map[string]any{"sub": "ann", "k": 2}):           "",
		user(map[string]any{"sub": "bob", "k": 1}):           "",
		user(map[string]any{"user_id": "ann", "k": 1}):       "",
		user(map[string]any{"sub": 5, "k": 1}):               "",
		user(map[string]any{}):                               "",
		"":                                                   "",
		"bearer owner":                                       "",
		"Bearer e30.e30.sig":                                 "",
		"Bearer e30.e30.signature":                           unauthenticated,
		"Bearer e30.e30=.":                                   "",
		"Bearer":                                             unauthenticated,
		"Bearer x":                                           unauthenticated,
		"Bearer owner ":                                      unauthenticated,
		"Bearer x.e30.":                                      unauthenticated,
		"Bearer e30.bnVsbA.":                                 unauthenticated,
		"Bearer e30.W10.":                                    unauthenticated,
		"Basic eDp5":                                         unauthenticated,
	} {
		compare(t, servers, authorization, []comparison{
			{what: authorization, call: commit(set("own/1", nil)), differs: differs},
		})
	}
}
