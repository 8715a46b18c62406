package differential_test

import (
	"fmt"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
)

// operation is one step of a world. It does the same at each side, and nothing random.
type operation interface {
	// run does it and gives what can be compared.
	run(s *side) []outcome
	// count tells how many operations it is, as the package's doc counts, and whose.
	count(add func(as caller, kind string, n int))
	fmt.Stringer
}

// request is a message of the protocol, with placeholders for times.
type request struct {
	as      caller
	message proto.Message
}

func (r request) run(s *side) []outcome { return []outcome{s.send(r.as, s.filled(r.message))} }

// send sends a message without placeholders.
func (s *side) send(c caller, message proto.Message) outcome {
	answers, err := s.call(c, message)
	return s.comparable(message, answers, err)
}

// filled is a message with the times that its placeholders stand for. A copy is made only of what changes.
func (s *side) filled(message proto.Message) proto.Message {
	switch r := message.(type) {
	case *pb.CommitRequest:
		return &pb.CommitRequest{
			Database: r.GetDatabase(), Transaction: r.GetTransaction(), Writes: s.filledWrites(r.GetWrites()),
		}
	case *pb.BatchWriteRequest:
		return &pb.BatchWriteRequest{Database: r.GetDatabase(), Writes: s.filledWrites(r.GetWrites())}
	case *pb.UpdateDocumentRequest:
		r = proto.CloneOf(r)
		s.fill(r.GetCurrentDocument().GetUpdateTime(), s.versions[r.GetDocument().GetName()])
		return r
	case *pb.DeleteDocumentRequest:
		r = proto.CloneOf(r)
		s.fill(r.GetCurrentDocument().GetUpdateTime(), s.versions[r.GetName()])
		return r
	}
	return message
}

func (r request) count(add func(caller, string, int)) {
	add(r.as, kindOf(r.message), countOf(r.message))
}

func countOf(message proto.Message) int {
	switch r := message.(type) {
	case *pb.CommitRequest:
		return max(1, len(r.GetWrites()))
	case *pb.BatchWriteRequest:
		return max(1, len(r.GetWrites()))
	case *pb.BatchGetDocumentsRequest:
		return max(1, len(r.GetDocuments()))
	}
	return 1
}

func (r request) String() string { return short(r.as, r.message) }

// short is a message as one line, cut where it is very long.
func short(c caller, m proto.Message) string {
	text := prototext.MarshalOptions{}.Format(m)
	if len(text) > 3000 {
		text = text[:3000] + "…"
	}
	return fmt.Sprintf("%q %s: %s", c, m.ProtoReflect().Descriptor().Name(), text)
}

// transaction is a transaction from its beginning to its end, so that nothing else meets its locks.
type transaction struct {
	as      caller
	options *pb.TransactionOptions
	// steps are reads, commits and rollbacks, in which the transaction is to be filled in. They go on after its end.
	steps []proto.Message
	// lazily begins it with the first step, which must be one that can.
	lazily bool
}

func (t transaction) run(s *side) []outcome {
	var id []byte
	var outcomes []outcome
	if !t.lazily {
		begin := &pb.BeginTransactionRequest{Database: s.database, Options: proto.CloneOf(t.options)}
		answers, err := s.call(t.as, begin)
		if err == nil {
			id = answers[0].(*pb.BeginTransactionResponse).GetTransaction()
		}
		outcomes = append(outcomes, s.comparable(begin, answers, err))
	}
	for i, step := range t.steps {
		step = proto.Clone(s.filled(step))
		inTransaction(step, id, t.lazily && i == 0, t.options)
		answers, err := s.call(t.as, step)
		if t.lazily && i == 0 && len(answers) > 0 {
			if first, ok := answers[0].(interface{ GetTransaction() []byte }); ok {
				id = first.GetTransaction()
			}
		}
		outcomes = append(outcomes, s.comparable(step, answers, err))
	}
	if len(id) > 0 { // the official emulator keeps locks after a commit that failed
		s.call(t.as, &pb.RollbackRequest{Database: s.database, Transaction: id})
	}
	return outcomes
}

// inTransaction makes a request one of a transaction, or one that begins it.
func inTransaction(m proto.Message, id []byte, begins bool, options *pb.TransactionOptions) {
	switch r := m.(type) {
	case *pb.GetDocumentRequest:
		r.ConsistencySelector = &pb.GetDocumentRequest_Transaction{Transaction: id}
	case *pb.ListDocumentsRequest:
		r.ConsistencySelector = &pb.ListDocumentsRequest_Transaction{Transaction: id}
	case *pb.BatchGetDocumentsRequest:
		r.ConsistencySelector = &pb.BatchGetDocumentsRequest_Transaction{Transaction: id}
		if begins {
			r.ConsistencySelector = &pb.BatchGetDocumentsRequest_NewTransaction{NewTransaction: options}
		}
	case *pb.RunQueryRequest:
		r.ConsistencySelector = &pb.RunQueryRequest_Transaction{Transaction: id}
		if begins {
			r.ConsistencySelector = &pb.RunQueryRequest_NewTransaction{NewTransaction: options}
		}
	case *pb.RunAggregationQueryRequest:
		r.ConsistencySelector = &pb.RunAggregationQueryRequest_Transaction{Transaction: id}
		if begins {
			r.ConsistencySelector = &pb.RunAggregationQueryRequest_NewTransaction{NewTransaction: options}
		}
	case *pb.CommitRequest:
		r.Transaction = id
	case *pb.RollbackRequest:
		r.Transaction = id
	}
}

func (t transaction) count(add func(caller, string, int)) {
	if !t.lazily {
		add(t.as, "BeginTransaction", 1)
	}
	for _, step := range t.steps {
		add(t.as, kindOf(step)+" in a transaction", countOf(step))
	}
}

func (t transaction) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "transaction of %q, %v, lazily %t\n", t.as, t.options, t.lazily)
	for _, step := range t.steps {
		fmt.Fprintln(&text, "    ", short(t.as, step))
	}
	return text.String()
}
