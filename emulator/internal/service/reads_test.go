package service_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

func mask(paths ...string) *pb.DocumentMask { return &pb.DocumentMask{FieldPaths: paths} }

// inHours is a moment to come.
func inHours(n float64) *timestamppb.Timestamp {
	return timestamppb.New(time.Now().Add(time.Duration(n * float64(time.Hour))).Truncate(time.Microsecond))
}

// grown are some documents, one of them missing with another below it.
func grown() []write {
	all := []write{set("a/0/b/1", nil), set("a/missing/b/1", nil), set("z/missing/b/1", nil)}
	for i := range 5 {
		inside := Map(fields{"x": Int(1), "y": Int(2)})
		all = append(all, set("a/"+strconv.Itoa(i), fields{"n": Int(int64(5 - i)), "m": inside}))
	}
	return all
}

func TestGets(t *testing.T) {
	t.Parallel()
	servers := both(t)
	seed(t, servers, grown()...)
	get := func(path string, r *pb.GetDocumentRequest) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			r := proto.CloneOf(r)
			r.Name = s.root + path
			return one(s.GetDocument(ctx, r))
		}
	}
	batch := func(r *pb.BatchGetDocumentsRequest, paths ...string) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			r := proto.CloneOf(r)
			r.Database = s.database
			for _, path := range paths {
				r.Documents = append(r.Documents, s.root+path)
			}
			return all(s.BatchGetDocuments(ctx, r))
		}
	}
	at := func(t *timestamppb.Timestamp) *pb.BatchGetDocumentsRequest {
		return &pb.BatchGetDocumentsRequest{ConsistencySelector: &pb.BatchGetDocumentsRequest_ReadTime{ReadTime: t}}
	}
	begin := &pb.BatchGetDocumentsRequest{
		ConsistencySelector: &pb.BatchGetDocumentsRequest_NewTransaction{NewTransaction: &pb.TransactionOptions{}},
	}
	compare(t, servers, owner, []comparison{
		{what: "get", call: get("/a/0", &pb.GetDocumentRequest{})},
		{what: "absent", call: get("/a/none", &pb.GetDocumentRequest{})},
		{what: "masked", call: get("/a/0", &pb.GetDocumentRequest{Mask: mask("m.x", "q")})},
		{what: "inside each other", call: get("/a/0", &pb.GetDocumentRequest{Mask: mask("m", "m.x")})},
		{what: "an empty mask", call: get("/a/0", &pb.GetDocumentRequest{Mask: mask()})},
		{what: "the name alone", call: get("/a/0", &pb.GetDocumentRequest{Mask: mask("__name__")})},
		{what: "a bad mask of what is absent", call: get("/a/none", &pb.GetDocumentRequest{Mask: mask("a.")})},
		{what: "a collection", call: get("/a", &pb.GetDocumentRequest{})},
		{what: "the root", call: get("", &pb.GetDocumentRequest{})},
		{what: "an empty id", call: get("/a/", &pb.GetDocumentRequest{})},
		{what: "an empty collection", call: get("//a", &pb.GetDocumentRequest{})},
		{what: "a dot", call: get("/a/.", &pb.GetDocumentRequest{})},
		{what: "two dots", call: get("/a/..", &pb.GetDocumentRequest{})},
		{what: "a reserved id", call: get("/a/__x__", &pb.GetDocumentRequest{})},
		{what: "a reserved collection", call: get("/__x__/a", &pb.GetDocumentRequest{})},
		{what: "a numeric id", call: get("/a/__id7__", &pb.GetDocumentRequest{})},
		{what: "four underscores", call: get("/a/____", &pb.GetDocumentRequest{})},
		{what: "an unknown transaction", call: get("/a/0", &pb.GetDocumentRequest{
			ConsistencySelector: &pb.GetDocumentRequest_Transaction{Transaction: []byte("x")},
		})},
		{what: "an empty transaction", call: get("/a/0", &pb.GetDocumentRequest{
			ConsistencySelector: &pb.GetDocumentRequest_Transaction{},
		})},
		{what: "nanoseconds", call: get("/a/0", &pb.GetDocumentRequest{
			ConsistencySelector: &pb.GetDocumentRequest_ReadTime{ReadTime: &timestamppb.Timestamp{Seconds: 1, Nanos: 1}},
		})},
		{what: "some, and some twice", call: batch(&pb.BatchGetDocumentsRequest{}, "/a/0", "/a/none", "/a/0", "/a/none")},
		{what: "none", call: batch(&pb.BatchGetDocumentsRequest{})},
		{what: "a bad name", call: batch(&pb.BatchGetDocumentsRequest{}, "/a/0", "/a")},
		{what: "a bad mask", call: batch(&pb.BatchGetDocumentsRequest{Mask: mask("a.")}, "/a/none")},
		{what: "in a new transaction", call: batch(begin, "/a/0")},
		{what: "in an hour", call: batch(at(inHours(1)), "/a/0")},
		{what: "before the first commit", call: batch(at(inHours(-0.5)), "/a/0")},
		{what: "a month ago", call: batch(at(inHours(-720)), "/a/0")},
	})
}

func TestLists(t *testing.T) {
	t.Parallel()
	servers := both(t)
	seed(t, servers, grown()...)
	list := func(r *pb.ListDocumentsRequest) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			r := proto.CloneOf(r)
			r.Parent = s.root + r.GetParent()
			var pages []proto.Message
			for {
				page, err := s.ListDocuments(ctx, r)
				if err != nil {
					return nil, err
				}
				pages = append(pages, page)
				if r.PageToken = page.GetNextPageToken(); r.GetPageToken() == "" {
					return pages, nil
				}
			}
		}
	}
	ids := func(r *pb.ListCollectionIdsRequest) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			r := proto.CloneOf(r)
			r.Parent = s.root + r.GetParent()
			return one(s.ListCollectionIds(ctx, r))
		}
	}
	// One page: the official emulator fails at the second of an ordered list, with UNKNOWN.
	ordered := func(by string) call {
		return list(&pb.ListDocumentsRequest{CollectionId: "a", OrderBy: by, PageSize: 9, Mask: mask("n")})
	}
	const masked = "a mask holds for missing documents' neighbours too; the official emulator forgets it"
	compare(t, servers, owner, []comparison{
		{what: "all", call: list(&pb.ListDocumentsRequest{CollectionId: "a"})},
		{what: "by pages", call: list(&pb.ListDocumentsRequest{CollectionId: "a", PageSize: 2})},
		{what: "by a field", call: ordered("n")},
		{what: "descending", call: ordered("n desc")},
		{what: "by two", call: ordered("m.x, n DESC")},
		{what: "by name", call: ordered("__name__ desc")},
		{what: "quoted", call: ordered("`n`  asc")},
		{what: "by what is absent", call: ordered("q")},
		{what: "sideways", call: ordered("n sideways")},
		{what: "with two commas", call: ordered("n,,m")},
		{what: "with a comma at the end", call: ordered("n,")},
		{what: "a bad field", call: ordered("n..m")},
		{what: "with the missing", call: list(&pb.ListDocumentsRequest{CollectionId: "a", ShowMissing: true, PageSize: 4})},
		{what: "only missing", call: list(&pb.ListDocumentsRequest{CollectionId: "z", ShowMissing: true})},
		{
			what:    "missing and masked",
			call:    list(&pb.ListDocumentsRequest{CollectionId: "a", ShowMissing: true, Mask: mask()}),
			differs: masked,
		},
		{
			what: "missing in order",
			call: list(&pb.ListDocumentsRequest{CollectionId: "a", ShowMissing: true, OrderBy: "n"}),
		},
		{what: "every collection", call: list(&pb.ListDocumentsRequest{})},
		{what: "below a document", call: list(&pb.ListDocumentsRequest{Parent: "/a/0"})},
		{what: "below a collection", call: list(&pb.ListDocumentsRequest{Parent: "/a", CollectionId: "a"})},
		{what: "a reserved collection", call: list(&pb.ListDocumentsRequest{CollectionId: "__x__"})},
		{what: "two collections", call: list(&pb.ListDocumentsRequest{CollectionId: "a/0/b"})},
		{what: "a negative page", call: list(&pb.ListDocumentsRequest{CollectionId: "a", PageSize: -1})},
		{what: "another token", call: list(&pb.ListDocumentsRequest{CollectionId: "a", PageToken: "YWJj"})},
		{what: "a bad mask", call: list(&pb.ListDocumentsRequest{CollectionId: "none", Mask: mask("a.")})},
		{what: "collections", call: ids(&pb.ListCollectionIdsRequest{})},
		{what: "a page of them", call: ids(&pb.ListCollectionIdsRequest{PageSize: 1})},
		{what: "of a missing document", call: ids(&pb.ListCollectionIdsRequest{Parent: "/z/missing"})},
		{what: "of a collection", call: ids(&pb.ListCollectionIdsRequest{Parent: "/z"})},
		{what: "a negative page of them", call: ids(&pb.ListCollectionIdsRequest{PageSize: -1})},
		{what: "another token of them", call: ids(&pb.ListCollectionIdsRequest{PageToken: "YWJj"})},
	})
}

const explained = "explain_options is refused by name; the official emulator leaves it out"

func TestQueries(t *testing.T) {
	t.Parallel()
	servers := both(t)
	seed(t, servers, grown()...)
	from := func(id string) *pb.StructuredQuery {
		return &pb.StructuredQuery{From: []*pb.StructuredQuery_CollectionSelector{{CollectionId: id}}}
	}
	run := func(q *pb.StructuredQuery, change func(*pb.RunQueryRequest)) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			r := &pb.RunQueryRequest{Parent: s.root, QueryType: &pb.RunQueryRequest_StructuredQuery{StructuredQuery: q}}
			change(r)
			return all(s.RunQuery(ctx, r))
		}
	}
	plain := func(*pb.RunQueryRequest) {}
	begins := func(r *pb.RunQueryRequest) {
		r.ConsistencySelector = &pb.RunQueryRequest_NewTransaction{NewTransaction: &pb.TransactionOptions{}}
	}
	count := func(change func(*pb.RunAggregationQueryRequest)) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			r := &pb.RunAggregationQueryRequest{
				Parent: s.root,
				QueryType: &pb.RunAggregationQueryRequest_StructuredAggregationQuery{
					StructuredAggregationQuery: &pb.StructuredAggregationQuery{
						QueryType: &pb.StructuredAggregationQuery_StructuredQuery{StructuredQuery: from("a")},
						Aggregations: []*pb.StructuredAggregationQuery_Aggregation{{
							Operator: &pb.StructuredAggregationQuery_Aggregation_Count_{},
						}},
					},
				},
			}
			change(r)
			return all(s.RunAggregationQuery(ctx, r))
		}
	}
	offset := &pb.StructuredQuery{From: from("a").GetFrom(), Offset: 3}
	compare(t, servers, owner, []comparison{
		{what: "all", call: run(from("a"), plain)},
		{what: "none", call: run(from("none"), plain)},
		{
			what: "a limit of 0",
			call: run(&pb.StructuredQuery{From: from("a").GetFrom(), Limit: wrapperspb.Int32(0)}, plain),
		},
		{what: "a negative limit", call: run(&pb.StructuredQuery{Limit: wrapperspb.Int32(-1)}, plain)},
		{
			what: "an offset", call: run(offset, plain),
			differs: "skipped_results are told, as the protocol says; the official emulator does not",
		},
		{what: "no query", call: run(nil, func(r *pb.RunQueryRequest) { r.QueryType = nil })},
		{what: "below a collection", call: run(from("b"), func(r *pb.RunQueryRequest) { r.Parent += "/a" })},
		{what: "a new transaction", call: run(from("a"), begins)},
		{what: "a new transaction, and nothing", call: run(from("none"), begins)},
		{what: "explained", call: run(from("a"), func(r *pb.RunQueryRequest) {
			r.ExplainOptions = &pb.ExplainOptions{Analyze: true}
		}), differs: explained},
		{what: "a count", call: count(func(*pb.RunAggregationQueryRequest) {})},
		{what: "a count in a new transaction", call: count(func(r *pb.RunAggregationQueryRequest) {
			r.ConsistencySelector = &pb.RunAggregationQueryRequest_NewTransaction{NewTransaction: &pb.TransactionOptions{}}
		})},
		{what: "nothing to aggregate", call: count(func(r *pb.RunAggregationQueryRequest) { r.QueryType = nil })},
		{what: "a count explained", call: count(func(r *pb.RunAggregationQueryRequest) {
			r.ExplainOptions = &pb.ExplainOptions{}
		}), differs: explained},
	})
}
