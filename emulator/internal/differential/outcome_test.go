package differential_test

import (
	"fmt"
	"slices"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// outcome is what became of an operation, without what may differ.
type outcome struct {
	code    codes.Code
	answers []proto.Message
	said    string // the error's message, which need not be the same
	asked   proto.Message
}

// same tells whether ours, o, is as the official emulator's outcome, or one of the exceptions of the package's doc.
func (o outcome) same(official outcome) bool {
	if o.excused(official) {
		return true
	}
	if o.code != official.code || len(o.answers) != len(official.answers) {
		return false
	}
	for i, a := range o.answers {
		if !proto.Equal(a, official.answers[i]) {
			return false
		}
	}
	return true
}

// excused tells whether the two may differ: the exception of the package's doc that requests cannot avoid.
func (o outcome) excused(official outcome) bool {
	switch o.asked.(type) {
	case *pb.RunQueryRequest, *pb.RunAggregationQueryRequest:
		mistake := o.code == codes.InvalidArgument || o.code == codes.FailedPrecondition
		return mistake && official.code == codes.PermissionDenied
	}
	return false
}

// broken tells whether the official emulator failed inside: it answers UNKNOWN then, without a reason.
func (o outcome) broken() bool { return o.code == codes.Unknown || o.torn() }

// torn tells whether the official emulator broke at a write since a listener who would hear of it had just gone. What
// became of the write is not known then, and the rest of the world cannot be compared.
func (o outcome) torn() bool { return o.code == codes.Canceled }

func (o outcome) String() string {
	var text strings.Builder
	fmt.Fprintln(&text, o.code, o.said)
	for _, a := range o.answers {
		fmt.Fprintf(&text, "  %.1500s\n", prototext.MarshalOptions{}.Format(a))
	}
	return text.String()
}

// comparable makes an outcome of what a server answered.
func (s *side) comparable(request proto.Message, answers []proto.Message, err error) outcome {
	for _, answer := range answers {
		s.normalize(request, answer)
	}
	// Ours tells how many results it skipped, as production does, and the official emulator does not.
	answers = slices.DeleteFunc(answers, func(answer proto.Message) bool {
		r, ok := answer.(*pb.RunQueryResponse)
		return ok && r.GetDocument() == nil && len(r.GetTransaction()) == 0 && !r.GetDone()
	})
	o := outcome{code: status.Code(err), answers: answers, asked: request}
	if err != nil {
		o.said = err.Error()
	}
	return o
}

// normalize numbers the times of an answer, and takes out what each server chooses for itself.
func (s *side) normalize(request, answer proto.Message) {
	switch a := answer.(type) {
	case *pb.Document:
		s.document(a)
	case *pb.CommitResponse:
		s.results(request.(*pb.CommitRequest).GetWrites(), a.GetWriteResults(), a.GetCommitTime())
		a.CommitTime = s.number(a.GetCommitTime())
	case *pb.BatchWriteResponse:
		for _, one := range a.GetStatus() {
			one.Message, one.Details = "", nil
		}
		s.results(request.(*pb.BatchWriteRequest).GetWrites(), a.GetWriteResults(), nil)
	case *pb.ListDocumentsResponse:
		a.NextPageToken = ""
		for _, d := range a.GetDocuments() {
			s.document(d)
		}
	case *pb.ListCollectionIdsResponse:
		a.NextPageToken = ""
	case *pb.BeginTransactionResponse:
		a.Transaction = []byte(present(string(a.GetTransaction())))
	case *pb.BatchGetDocumentsResponse:
		a.Transaction, a.ReadTime = []byte(present(string(a.GetTransaction()))), moment(a.GetReadTime())
		s.document(a.GetFound())
	case *pb.RunQueryResponse:
		a.Transaction, a.ReadTime = []byte(present(string(a.GetTransaction()))), moment(a.GetReadTime())
		a.SkippedResults = 0 // see the package's doc
		s.document(a.GetDocument())
	case *pb.RunAggregationQueryResponse:
		a.Transaction, a.ReadTime = []byte(present(string(a.GetTransaction()))), moment(a.GetReadTime())
		a.ProtoReflect().SetUnknown(nil) // see the package's doc
		for _, v := range a.GetResult().GetAggregateFields() {
			if d, ok := v.GetValueType().(*pb.Value_DoubleValue); ok {
				d.DoubleValue = 0 // see the package's doc
			}
		}
	}
}

func (s *side) document(d *pb.Document) {
	if d == nil {
		return
	}
	s.note(d.GetName(), d.GetUpdateTime())
	d.CreateTime, d.UpdateTime = s.number(d.GetCreateTime()), s.number(d.GetUpdateTime())
	for _, v := range d.GetFields() {
		s.values(nil, v)
	}
}

// results numbers the times of what became of writes.
func (s *side) results(writes []*pb.Write, results []*pb.WriteResult, commit *timestamppb.Timestamp) {
	for i, r := range results {
		if i < len(writes) {
			s.note(nameOf(writes[i]), r.GetUpdateTime())
		}
		s.values(commit, r.GetTransformResults()...)
		r.UpdateTime = s.number(r.GetUpdateTime())
	}
}

// present tells only whether there is something.
func present(text string) string {
	if text == "" {
		return ""
	}
	return "there"
}

// moment tells only whether there is a time.
func moment(t *timestamppb.Timestamp) *timestamppb.Timestamp {
	if t == nil {
		return nil
	}
	return &timestamppb.Timestamp{}
}
