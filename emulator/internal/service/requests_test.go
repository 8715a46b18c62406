package service_test

import (
	"context"
	"testing"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// fields are a document's.
type fields = map[string]*pb.Value

// write makes a write for a server.
type write func(s *server) *pb.Write

// set replaces a document.
func set(path string, f fields) write {
	return func(s *server) *pb.Write {
		return &pb.Write{Operation: &pb.Write_Update{Update: &pb.Document{Name: s.root + "/" + path, Fields: f}}}
	}
}

// merge writes the fields of a mask.
func merge(path string, f fields, mask ...string) write {
	return func(s *server) *pb.Write {
		w := set(path, f)(s)
		w.UpdateMask = &pb.DocumentMask{FieldPaths: mask}
		return w
	}
}

func remove(path string) write {
	return func(s *server) *pb.Write { return &pb.Write{Operation: &pb.Write_Delete{Delete: s.root + "/" + path}} }
}

// transform is a write of transforms alone: of increments by one.
func transform(path string, fields ...string) write {
	return func(s *server) *pb.Write {
		return &pb.Write{Operation: &pb.Write_Transform{Transform: &pb.DocumentTransform{
			Document: s.root + "/" + path, FieldTransforms: increments(fields...),
		}}}
	}
}

func increments(fields ...string) []*pb.DocumentTransform_FieldTransform {
	var all []*pb.DocumentTransform_FieldTransform
	for _, field := range fields {
		kind := &pb.DocumentTransform_FieldTransform_Increment{Increment: Int(1)}
		all = append(all, &pb.DocumentTransform_FieldTransform{FieldPath: field, TransformType: kind})
	}
	return all
}

func (w write) incrementing(fields ...string) write {
	return func(s *server) *pb.Write {
		made := w(s)
		made.UpdateTransforms = increments(fields...)
		return made
	}
}

func (w write) ifExists(is bool) write { return w.under(whether(is)) }

func (w write) ifVersion(at time.Time) write { return w.under(version(at)) }

func (w write) under(p *pb.Precondition) write {
	return func(s *server) *pb.Write {
		made := w(s)
		made.CurrentDocument = p
		return made
	}
}

func whether(exists bool) *pb.Precondition {
	return &pb.Precondition{ConditionType: &pb.Precondition_Exists{Exists: exists}}
}

func version(at time.Time) *pb.Precondition {
	return &pb.Precondition{ConditionType: &pb.Precondition_UpdateTime{UpdateTime: timestamppb.New(at)}}
}

// long ago is a version that no document has.
func longAgo() time.Time { return time.Unix(5, 0) }

// commit makes writes.
func commit(writes ...write) call {
	return func(ctx context.Context, s *server) ([]proto.Message, error) { return s.commit(ctx, nil, writes...) }
}

func (s *server) commit(ctx context.Context, transaction []byte, writes ...write) ([]proto.Message, error) {
	return one(s.Commit(ctx, &pb.CommitRequest{Database: s.database, Transaction: transaction, Writes: s.writes(writes)}))
}

func (s *server) writes(writes []write) []*pb.Write {
	var all []*pb.Write
	for _, w := range writes {
		all = append(all, w(s))
	}
	return all
}

// get reads a document.
func get(path string) call {
	return func(ctx context.Context, s *server) ([]proto.Message, error) {
		return one(s.GetDocument(ctx, &pb.GetDocumentRequest{Name: s.root + "/" + path}))
	}
}

// then makes another call after one that must succeed.
func (c call) then(next call) call {
	return func(ctx context.Context, s *server) ([]proto.Message, error) {
		first, err := c(ctx, s)
		if err != nil {
			return nil, err
		}
		second, err := next(ctx, s)
		return append(first, second...), err
	}
}

// seed writes documents at both, as an administrator.
func seed(t *testing.T, servers [2]*server, writes ...write) {
	t.Helper()
	for _, s := range servers {
		if _, err := s.commit(as(t.Context(), owner), nil, writes...); err != nil {
			t.Fatal(err)
		}
	}
}
