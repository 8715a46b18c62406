package differential_test

import (
	"fmt"
	"maps"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// listening is a stream with targets, and what happens while it is open. After each step every target must have come to
// hear what a read of the same finds.
type listening struct {
	as      caller
	targets []*pb.Target // numbered from 1
	steps   []step
}

// step is what happens while somebody listens, or else between a stream that is cut and one that resumes its targets.
type step struct {
	request
	unheard bool
}

func (l listening) run(s *side) []outcome {
	hearing := listen(s, l.as, l.targets)
	defer func() { hearing.close() }()
	outcomes := l.compare(s, hearing)
	for _, step := range l.steps {
		if step.unheard {
			hearing.close()
		}
		outcomes = append(outcomes, step.run(s)...)
		if step.unheard {
			hearing.open()
		}
		outcomes = append(outcomes, l.compare(s, hearing)...)
	}
	return outcomes
}

// compare reads what targets ask for, and waits until they have heard of the same.
func (l listening) compare(s *side, hearing *listener) []outcome {
	var outcomes []outcome
	for _, t := range l.targets {
		read := readOf(s.database, t)
		answers, err := s.call(l.as, read)
		want := documentsOf(answers)
		o := s.comparable(read, answers, err)
		if s.official && o.code == codes.InvalidArgument { // it never answers: see the package's doc
			outcomes = append(outcomes, o)
			continue
		}
		switch missed := hearing.hears(t.GetTargetId(), want, err != nil); {
		case missed == "":
		case s.official: // it loses some changes: ADR 0011
			o.code = codes.Unknown
		default:
			o.code, o.said = codes.DataLoss, missed
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}

// readOf is the request that reads what a target asks for.
func readOf(database string, t *pb.Target) proto.Message {
	if documents := t.GetDocuments(); documents != nil {
		return &pb.BatchGetDocumentsRequest{Database: database, Documents: documents.GetDocuments()}
	}
	return &pb.RunQueryRequest{
		Parent:    t.GetQuery().GetParent(),
		QueryType: &pb.RunQueryRequest_StructuredQuery{StructuredQuery: t.GetQuery().GetStructuredQuery()},
	}
}

// documentsOf is a copy of the documents in answers, by their names.
func documentsOf(answers []proto.Message) map[string]*pb.Document {
	documents := map[string]*pb.Document{}
	for _, answer := range answers {
		var d *pb.Document
		switch a := answer.(type) {
		case *pb.BatchGetDocumentsResponse:
			d = a.GetFound()
		case *pb.RunQueryResponse:
			d = a.GetDocument()
		}
		if d != nil {
			documents[d.GetName()] = proto.CloneOf(d)
		}
	}
	return documents
}

func (l listening) count(add func(caller, string, int)) {
	for _, step := range l.steps {
		add(step.as, kindOf(step.message)+" while somebody listens", countOf(step.message))
	}
	add(l.as, "Listen", len(l.targets)*(1+len(l.steps)))
}

func (l listening) String() string {
	var text strings.Builder
	for _, t := range l.targets {
		fmt.Fprintln(&text, short(l.as, t))
	}
	for _, step := range l.steps {
		fmt.Fprintf(&text, "     unheard: %t, %v\n", step.unheard, step)
	}
	return text.String()
}

// sameDocuments tells whether two sets are equal to the microsecond of their documents' times.
func sameDocuments(a, b map[string]*pb.Document) bool {
	return maps.EqualFunc(a, b, func(x, y *pb.Document) bool { return proto.Equal(x, y) })
}
