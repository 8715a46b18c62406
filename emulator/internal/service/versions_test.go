package service_test

import (
	"context"
	"math"
	"testing"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// A version that a write demands is that of before the commit, and a commit that leaves a document as it was leaves
// its version too.
func TestVersions(t *testing.T) {
	t.Parallel()
	servers := both(t)
	minus := Double(math.Copysign(0, -1))
	zero := Double(0)
	n := func(v *pb.Value) write { return set("a/b", fields{"n": v}) }
	one, two, three := n(Int(1)), n(Int(2)), n(Int(3))
	var cases []comparison
	for what, since := range map[string]func(at time.Time) []write{
		"once":                 func(at time.Time) []write { return []write{one.ifVersion(at)} },
		"twice":                func(at time.Time) []write { return []write{one.ifVersion(at), two.ifVersion(at)} },
		"twice, and back":      func(at time.Time) []write { return []write{one.ifVersion(at), n(zero).ifVersion(at)} },
		"first a change of no": func(at time.Time) []write { return []write{n(zero).ifVersion(at), two.ifVersion(at)} },
		"then a delete": func(at time.Time) []write {
			return []write{one.ifVersion(at), remove("a/b").ifVersion(at)}
		},
		"one without between": func(at time.Time) []write {
			return []write{one.ifVersion(at), two, three.ifVersion(at)}
		},
		"not the first":        func(at time.Time) []write { return []write{one, two.ifVersion(at)} },
		"one that is to come":  func(at time.Time) []write { return []write{one.ifVersion(at.Add(time.Microsecond))} },
		"delete of the future": func(at time.Time) []write { return []write{remove("a/b").ifVersion(at.Add(time.Hour))} },
		"one that is gone":     func(at time.Time) []write { return []write{one.ifVersion(at.Add(-time.Microsecond))} },
		"of what is absent":    func(at time.Time) []write { return []write{set("a/c", nil).ifVersion(at)} },
		"none":                 func(time.Time) []write { return []write{one.ifVersion(time.Unix(0, 0))} },
		"none, which is right": func(time.Time) []write { return []write{set("c/d", nil).ifVersion(time.Unix(0, 0))} },
		"no change":            func(time.Time) []write { return []write{n(zero)} },
		"no change in the end": func(time.Time) []write { return []write{one, n(zero)} },
		"deleted and put back": func(time.Time) []write { return []write{remove("a/b"), n(zero)} },
		"another type":         func(time.Time) []write { return []write{n(Int(0))} },
		"another zero":         func(time.Time) []write { return []write{n(minus)} },
	} {
		cases = append(cases, comparison{what: what, call: func(ctx context.Context, s *server) ([]proto.Message, error) {
			return s.sinceVersion(ctx, n(zero), since)
		}})
	}
	compare(t, servers, owner, cases)
}

// sinceVersion makes a document, and then writes that know its version. The answer is what they came to, and as the
// count of skipped results how many writes left the document with that version.
func (s *server) sinceVersion(
	ctx context.Context, first write, since func(at time.Time) []write,
) ([]proto.Message, error) {
	made, err := s.Commit(ctx, &pb.CommitRequest{Database: s.database, Writes: s.writes([]write{first})})
	if err != nil {
		return nil, err
	}
	at := made.GetWriteResults()[0].GetUpdateTime().AsTime()
	r, err := s.Commit(ctx, &pb.CommitRequest{Database: s.database, Writes: s.writes(since(at))})
	if err != nil {
		return nil, err
	}
	kept := &pb.RunQueryResponse{}
	for _, result := range r.GetWriteResults() {
		if result.GetUpdateTime().AsTime().Equal(at) {
			kept.SkippedResults++
		}
	}
	return []proto.Message{r, kept}, nil
}
