package differential_test

import (
	"slices"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Each server has times of its own. A clock gives them numbers in the order in which they are first seen, so that two
// runs can be compared: which times are equal, and in the end their order.
type clock struct {
	seen     []time.Time
	numbers  map[time.Time]int
	versions map[string][]time.Time // the update times of each document, by its name
}

func newClock() clock {
	return clock{numbers: map[time.Time]int{}, versions: map[string][]time.Time{}}
}

// number is a server's time as a time that can be compared.
func (c *clock) number(t *timestamppb.Timestamp) *timestamppb.Timestamp {
	if t == nil {
		return nil
	}
	at := t.AsTime()
	n, known := c.numbers[at]
	if !known {
		n = len(c.seen)
		c.numbers[at] = n
		c.seen = append(c.seen, at)
	}
	return &timestamppb.Timestamp{Seconds: int64(n)}
}

// order is the numbers sorted by their times.
func (c *clock) order() []int {
	numbers := make([]int, len(c.seen))
	for i := range numbers {
		numbers[i] = i
	}
	slices.SortFunc(numbers, func(a, b int) int { return c.seen[a].Compare(c.seen[b]) })
	return numbers
}

// note remembers a version of a document.
func (c *clock) note(name string, t *timestamppb.Timestamp) {
	if known := c.versions[name]; t != nil && (len(known) == 0 || !known[len(known)-1].Equal(t.AsTime())) {
		c.versions[name] = append(known, t.AsTime())
	}
}

// placeholder marks times that a request asks for, and which each side has to fill in.
const placeholder = -7

// ago stands for the time of the n-th newest version of a document, or of the n-th newest time, n from 1.
func ago(n int) *timestamppb.Timestamp {
	return &timestamppb.Timestamp{Seconds: int64(n), Nanos: placeholder}
}

// fill replaces a placeholder.
func (c *clock) fill(t *timestamppb.Timestamp, from []time.Time) {
	if t.GetNanos() != placeholder {
		return
	}
	filled := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	if i := len(from) - int(t.GetSeconds()); i >= 0 {
		filled = from[i]
	}
	proto.Reset(t)
	proto.Merge(t, timestamppb.New(filled))
}

// filledWrites are writes with the placeholders of their preconditions replaced.
func (c *clock) filledWrites(writes []*pb.Write) []*pb.Write {
	filled := slices.Clone(writes)
	for i, w := range filled {
		if w.GetCurrentDocument().GetUpdateTime() != nil {
			filled[i] = proto.CloneOf(w)
			c.fill(filled[i].GetCurrentDocument().GetUpdateTime(), c.versions[nameOf(w)])
		}
	}
	return filled
}

func nameOf(w *pb.Write) string {
	switch o := w.GetOperation().(type) {
	case *pb.Write_Update:
		return o.Update.GetName()
	case *pb.Write_Delete:
		return o.Delete
	case *pb.Write_Transform:
		return o.Transform.GetDocument()
	}
	return ""
}

// Server times in fields are later than any other time in this test, and have a number of their own.
const (
	servers2025   = 1_735_689_600
	serversNumber = 200_000_000_000
)

// values hides the server's times in fields. commit is the time of the commit that set them, if it is known: then it is
// told whether the two are the same moment.
func (c *clock) values(commit *timestamppb.Timestamp, values ...*pb.Value) {
	for _, v := range values {
		if t := v.GetTimestampValue(); t.GetSeconds() > servers2025 && t.GetSeconds() < serversNumber {
			late := commit != nil && t.AsTime().After(commit.AsTime())
			t.Seconds, t.Nanos = serversNumber, t.GetNanos()%int32(time.Millisecond)
			if late {
				t.Nanos++
			}
		}
		c.values(commit, v.GetArrayValue().GetValues()...)
		for _, inner := range v.GetMapValue().GetFields() {
			c.values(commit, inner)
		}
	}
}
