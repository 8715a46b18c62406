package service_test

import (
	"regexp"
	"strconv"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/service"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// alone is our service alone, with documents a/000 to a/n-1.
func alone(t *testing.T, n int) *server {
	t.Helper()
	s := connect(t, serve(t, service.New(nil)), "demo-alone")
	var writes []write
	for i := range n {
		writes = append(writes, set("a/"+strconv.Itoa(1000 + i)[1:], fields{"n": Int(int64(i))}))
	}
	if _, err := s.commit(as(t.Context(), owner), nil, writes...); err != nil {
		t.Fatal(err)
	}
	return s
}

// The parts of a partitioned query are all of it, and of nearly the same size.
func TestPartitions(t *testing.T) {
	t.Parallel()
	s := alone(t, 103)
	ctx := as(t.Context(), owner)
	group := &pb.StructuredQuery{From: []*pb.StructuredQuery_CollectionSelector{{
		CollectionId: "a", AllDescendants: true,
	}}}
	request := &pb.PartitionQueryRequest{
		Parent: s.root, PartitionCount: 9, PageSize: 4,
		QueryType: &pb.PartitionQueryRequest_StructuredQuery{StructuredQuery: group},
	}
	var cursors []*pb.Cursor
	for {
		page, err := s.PartitionQuery(ctx, request)
		if err != nil {
			t.Fatal(err)
		}
		cursors = append(cursors, page.GetPartitions()...)
		if request.PageToken = page.GetNextPageToken(); request.GetPageToken() == "" {
			break
		}
	}
	if len(cursors) != 9 {
		t.Fatalf("%d cursors", len(cursors))
	}
	sum := 0
	for i := range len(cursors) + 1 {
		part := &pb.StructuredQuery{From: group.GetFrom(), OrderBy: []*pb.StructuredQuery_Order{{
			Field: &pb.StructuredQuery_FieldReference{FieldPath: "__name__"},
		}}}
		if i > 0 {
			part.StartAt = cursors[i-1]
		}
		if i < len(cursors) {
			part.EndAt = cursors[i]
		}
		found, err := all(s.RunQuery(ctx, &pb.RunQueryRequest{
			Parent: s.root, QueryType: &pb.RunQueryRequest_StructuredQuery{StructuredQuery: part},
		}))
		if err != nil || len(found) < 10 || len(found) > 11 {
			t.Errorf("part %d has %d documents, %v", i, len(found), err)
		}
		sum += len(found)
	}
	if sum != 103 {
		t.Errorf("%d documents in all parts", sum)
	}
}

func TestPartitionsRefused(t *testing.T) {
	t.Parallel()
	s := alone(t, 1)
	group := []*pb.StructuredQuery_CollectionSelector{{CollectionId: "a", AllDescendants: true}}
	asking := func(q *pb.StructuredQuery) *pb.PartitionQueryRequest_StructuredQuery {
		return &pb.PartitionQueryRequest_StructuredQuery{StructuredQuery: q}
	}
	all := asking(&pb.StructuredQuery{From: group})
	one := asking(&pb.StructuredQuery{From: []*pb.StructuredQuery_CollectionSelector{{CollectionId: "a"}}})
	offset := asking(&pb.StructuredQuery{From: group, Offset: 1})
	for what, r := range map[string]*pb.PartitionQueryRequest{
		"no partitions":   {QueryType: all},
		"no query":        {PartitionCount: 1},
		"one collection":  {PartitionCount: 1, QueryType: one},
		"an offset":       {PartitionCount: 1, QueryType: offset},
		"a negative page": {PartitionCount: 1, PageSize: -1, QueryType: all},
		"another token":   {PartitionCount: 1, PageToken: "YWJj", QueryType: all},
	} {
		r.Parent = s.root
		if _, err := s.PartitionQuery(as(t.Context(), owner), r); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := s.PartitionQuery(t.Context(), r); status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s, as somebody: %v", what, err)
		}
	}
}

// An ordered list by pages; the official emulator cannot do it.
func TestOrderedPages(t *testing.T) {
	t.Parallel()
	s := alone(t, 25)
	ctx := as(t.Context(), owner)
	r := &pb.ListDocumentsRequest{Parent: s.root, CollectionId: "a", OrderBy: "n desc", PageSize: 10}
	next := 24
	for pages := 1; ; pages++ {
		page, err := s.ListDocuments(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page.GetDocuments() {
			if want := s.root + "/a/" + strconv.Itoa(1000 + next)[1:]; d.GetName() != want {
				t.Errorf("found %s, want %s", d.GetName(), want)
			}
			next--
		}
		if r.PageToken = page.GetNextPageToken(); r.GetPageToken() == "" {
			if pages != 3 || next != -1 {
				t.Errorf("%d pages, down to %d", pages, next)
			}
			return
		}
	}
}

func TestATokenIsForOneList(t *testing.T) {
	t.Parallel()
	s := alone(t, 3)
	ctx := as(t.Context(), owner)
	page, err := s.ListDocuments(ctx, &pb.ListDocumentsRequest{Parent: s.root, CollectionId: "a", PageSize: 1})
	if err != nil {
		t.Fatal(err)
	}
	other := &pb.ListDocumentsRequest{Parent: s.root, CollectionId: "b", PageToken: page.GetNextPageToken()}
	if _, err := s.ListDocuments(ctx, other); status.Code(err) != codes.InvalidArgument {
		t.Errorf("got %v", err)
	}
}

func TestGeneratedIDs(t *testing.T) {
	t.Parallel()
	s := alone(t, 0)
	form := regexp.MustCompile(`/a/[A-Za-z0-9]{20}$`)
	seen := map[string]bool{}
	for range 100 {
		made, err := s.CreateDocument(as(t.Context(), owner), &pb.CreateDocumentRequest{Parent: s.root, CollectionId: "a"})
		if err != nil || !form.MatchString(made.GetName()) || seen[made.GetName()] {
			t.Fatalf("made %q, %v", made.GetName(), err)
		}
		seen[made.GetName()] = true
	}
}
