package service_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

const (
	oneDatabase = "a commit has one database: production refuses others, the official emulator writes there"
	documented  = "production documents the limit, the official emulator has none"
)

func TestWrites(t *testing.T) {
	t.Parallel()
	servers := both(t)
	two := fields{"a": Map(fields{"b": Int(1), "c": Int(2)})}
	seed(t, servers, set("a/0", two), set("a/1", fields{"n": Int(1)}))
	long := strings.Repeat("a", 800)
	elsewhere := func(*server) *pb.Write {
		return &pb.Write{Operation: &pb.Write_Delete{Delete: "projects/p/databases/d/documents/a/b"}}
	}
	compare(t, servers, owner, []comparison{
		{what: "nothing", call: commit()},
		{what: "no operation", call: commit(func(*server) *pb.Write { return &pb.Write{} })},
		{what: "another database", call: commit(elsewhere), differs: oneDatabase},
		{what: "a collection's name", call: commit(set("a", nil))},
		{what: "delete of what is absent", call: commit(remove("a/9"))},
		{what: "delete of what must exist", call: commit(remove("a/9").ifExists(true))},
		{what: "delete of what must not exist", call: commit(remove("a/0").ifExists(false))},
		{what: "delete with transforms", call: commit(remove("a/9").incrementing("n"))},
		{what: "transforms", call: commit(transform("t/1", "n", "n", "m.x")).then(get("t/1"))},
		{what: "no transforms", call: commit(transform("t/1"))},
		{what: "transforms twice", call: commit(transform("t/1", "n").incrementing("n"))},
		{what: "a transform inside another", call: commit(transform("t/1", "a", "a.b"))},
		{what: "masks inside each other", call: commit(merge("m/1", two, "a", "a.b")).then(get("m/1"))},
		{what: "the inner one first", call: commit(merge("m/2", two, "a.b", "a")).then(get("m/2"))},
		{what: "the outer one absent", call: commit(merge("a/0", nil, "a.b", "a")).then(get("a/0"))},
		{what: "a mask twice", call: commit(merge("m/3", two, "a.b", "a.b")).then(get("m/3"))},
		{what: "an empty mask", call: commit(merge("m/4", two)).then(get("m/4"))},
		{what: "a mask that cannot be read", call: commit(merge("m/5", two, "a."))},
		{what: "a reserved name in a mask", call: commit(merge("m/5", two, "__x__"))},
		{what: "a mask that is too long", call: commit(merge("m/5", two, long+"."+long))},
		{what: "fields too deep to have a path", call: commit(set("m/5", fields{long: Map(fields{long: Int(1)})}))},
		{what: "a bad value outside the mask", call: commit(merge("m/6", fields{"b": Array(Array())}, "a"))},
		{what: "a bad name outside the mask", call: commit(merge("m/6", fields{"__b__": Int(1)}, "a"))},
		{what: "a mask and a transform", call: commit(merge("m/7", two, "a").incrementing("a.b")).then(get("m/7"))},
		{what: "exists on absent", call: commit(set("a/9", nil).ifExists(true))},
		{what: "not exists on present", call: commit(set("a/0", nil).ifExists(false))},
		{what: "another version", call: commit(set("a/0", nil).ifVersion(longAgo()))},
		{what: "a version of what is absent", call: commit(set("a/9", nil).ifVersion(longAgo()))},
		{what: "a version with nanoseconds", call: commit(set("a/0", nil).ifVersion(longAgo().Add(time.Nanosecond)))},
		{what: "an empty precondition", call: commit(set("a/1", nil).under(&pb.Precondition{}))},
		{what: "501 writes", call: commit(many(501)...)},
		{what: "500 transforms", call: commit(transform("t/2", names(500)...))},
		{what: "501 transforms", call: commit(transform("t/2", names(501)...)), differs: documented},
		{
			what: "501 transforms in two writes", call: commit(transform("t/2", names(500)...), transform("t/2", "f1")),
			differs: documented,
		},
		{what: "1000 transforms of two", call: commit(transform("t/4", names(500)...), transform("t/5", names(500)...))},
		{what: "100 levels", call: commit(set(strings.Repeat("a/b/", 99)+"a/b", nil))},
		{what: "101 levels", call: commit(set(strings.Repeat("a/b/", 100)+"a/b", nil))},
		{what: "an id of 1,501 bytes", call: commit(set("a/"+strings.Repeat("b", 1501), nil))},
		{
			what: "a name of more than 6 KiB", call: commit(set(strings.Repeat(strings.Repeat("b", 1500)+"/", 5)+"a", nil)),
			differs: documented,
		},
	})
}

func names(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = "f" + strconv.Itoa(i)
	}
	return all
}

func many(n int) []write {
	all := make([]write, n)
	for i := range all {
		all[i] = set("many/"+strconv.Itoa(i), nil)
	}
	return all
}

// Every pair of writes of one document, there before or not: which may stand in one commit, what they answer and what
// they leave.
func TestPairsOfWrites(t *testing.T) {
	t.Parallel()
	servers := both(t)
	n := fields{"n": Int(2)}
	kinds := map[string]func(path string) write{
		"set":       func(path string) write { return set(path, n) },
		"update":    func(path string) write { return set(path, n).ifExists(true) },
		"create":    func(path string) write { return set(path, n).ifExists(false) },
		"delete":    remove,
		"remove":    func(path string) write { return remove(path).ifExists(true) },
		"version":   func(path string) write { return set(path, n).ifVersion(longAgo()) },
		"increment": func(path string) write { return transform(path, "n") },
	}
	var cases []comparison
	var there []write
	for first, one := range kinds {
		for second, two := range kinds {
			for _, prefix := range []string{"absent/", "there/"} {
				path := prefix + first + second
				if prefix == "there/" {
					there = append(there, set(path, fields{"n": Int(1)}))
				}
				cases = append(cases, comparison{what: path, call: commit(one(path), two(path))})
				cases = append(cases, comparison{what: path + " leaves", call: get(path)})
			}
		}
	}
	seed(t, servers, there...)
	compare(t, servers, owner, cases)
}

func TestCreateUpdateDelete(t *testing.T) {
	t.Parallel()
	create := func(change func(*pb.CreateDocumentRequest)) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			r := &pb.CreateDocumentRequest{
				Parent: s.root, CollectionId: "c", DocumentId: "1",
				Document: &pb.Document{Fields: fields{"a": Int(1), "b": Int(2)}},
			}
			change(r)
			return one(s.CreateDocument(ctx, r))
		}
	}
	update := func(path string, change func(*pb.UpdateDocumentRequest)) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			r := &pb.UpdateDocumentRequest{Document: &pb.Document{Name: s.root + "/" + path, Fields: fields{"a": Int(1)}}}
			change(r)
			return one(s.UpdateDocument(ctx, r))
		}
	}
	remove := func(path string, p *pb.Precondition) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			return one(s.DeleteDocument(ctx, &pb.DeleteDocumentRequest{Name: s.root + "/" + path, CurrentDocument: p}))
		}
	}
	mask := func(paths ...string) *pb.DocumentMask { return &pb.DocumentMask{FieldPaths: paths} }
	compare(t, both(t), owner, []comparison{
		{what: "create", call: create(func(r *pb.CreateDocumentRequest) { r.Mask = mask("a") })},
		{what: "create again", call: create(func(*pb.CreateDocumentRequest) {})},
		{
			what: "create without a document",
			call: create(func(r *pb.CreateDocumentRequest) { r.DocumentId, r.Document = "2", nil }),
		},
		{
			what: "create with a name",
			call: create(func(r *pb.CreateDocumentRequest) { r.Document.Name = r.GetParent() + "/c/3" }),
		},
		{what: "create without a collection", call: create(func(r *pb.CreateDocumentRequest) { r.CollectionId = "" })},
		{what: "create below a collection", call: create(func(r *pb.CreateDocumentRequest) { r.Parent += "/a" })},
		{what: "create below what is absent", call: create(func(r *pb.CreateDocumentRequest) { r.Parent += "/a/none" })},
		{what: "an id with slashes", call: create(func(r *pb.CreateDocumentRequest) { r.DocumentId = "a/b/c" })},
		{what: "a collection with slashes", call: create(func(r *pb.CreateDocumentRequest) { r.CollectionId = "c/d/e" })},
		{what: "a reserved id", call: create(func(r *pb.CreateDocumentRequest) { r.DocumentId = "__x__" })},
		{what: "a dot", call: create(func(r *pb.CreateDocumentRequest) { r.DocumentId = "." })},
		{what: "two dots", call: create(func(r *pb.CreateDocumentRequest) { r.DocumentId = ".." })},
		{
			what: "a mask that cannot be read",
			call: create(func(r *pb.CreateDocumentRequest) { r.DocumentId, r.Mask = "m", mask("a.") }),
		},
		{what: "which makes nothing", call: get("c/m")},
		{what: "update", call: update("u/1", func(*pb.UpdateDocumentRequest) {})},
		{
			what: "update with masks",
			call: update("u/1", func(r *pb.UpdateDocumentRequest) { r.UpdateMask, r.Mask = mask("b"), mask("b") }),
		},
		{
			what: "update of what must exist",
			call: update("u/2", func(r *pb.UpdateDocumentRequest) { r.CurrentDocument = whether(true) }),
		},
		{what: "update without a document", call: update("u/2", func(r *pb.UpdateDocumentRequest) { r.Document = nil })},
		{what: "update with a bad mask", call: update("u/3", func(r *pb.UpdateDocumentRequest) { r.Mask = mask("a.") })},
		{what: "which makes nothing either", call: get("u/3")},
		{what: "delete", call: remove("u/1", whether(true))},
		{what: "delete again", call: remove("u/1", whether(true))},
		{what: "delete whatever is there", call: remove("u/1", nil)},
		{what: "delete a collection", call: remove("u", nil)},
	})
}

func TestBatchWrite(t *testing.T) {
	t.Parallel()
	batch := func(writes ...write) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			return one(s.BatchWrite(ctx, &pb.BatchWriteRequest{Database: s.database, Writes: s.writes(writes)}))
		}
	}
	large := fields{"a": String(strings.Repeat("a", 1_048_000)), "b": String(strings.Repeat("a", 1000))}
	servers := both(t)
	compare(t, servers, owner, []comparison{
		{what: "none", call: batch()},
		{
			what: "each by itself",
			call: batch(set("b/1", nil), set("b/2", nil).ifExists(true), remove("b/3"), set("b/4", large)),
		},
		{what: "one is there", call: get("b/1")},
		{what: "a document twice", call: batch(set("b/5", nil), set("b/5", nil))},
		{what: "a bad name", call: batch(set("b/6", nil), set("b", nil))},
		{what: "a bad value", call: batch(set("b/6", nil), set("b/7", fields{"a": Array(Array())}))},
		{what: "which makes nothing", call: get("b/6")},
	})
	compare(t, servers, "", []comparison{{what: "somebody without rights", call: batch(set("b/8", nil))}})
}
