package differential_test

import (
	"slices"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/internal/firestoretest"
)

// story is what happens in a world.
type story struct {
	rules string                           // of its clients; empty: there are none
	tell  func(project string) []operation // in the project of that name, always the same
}

func (s story) setRules(t *testing.T, both [2]*server, project string) {
	t.Helper()
	if s.rules == "" {
		return
	}
	source := "rules_version = '2';\nservice cloud.firestore { match /databases/{d}/documents {\n" + s.rules + "\n} }"
	for _, one := range both {
		firestoretest.PutRules(t, one.addr, project, source)
	}
}

// part is an operation that is kept: its number in the story, and which of its writes are left out.
type part struct {
	number  int
	without []int
}

func (s story) everything() []part {
	all := make([]part, len(s.tell("")))
	for i := range all {
		all[i].number = i
	}
	return all
}

// of is the operation, without what is left out.
func (p part) of(operations []operation) operation {
	o, ok := operations[p.number].(request)
	if !ok {
		return operations[p.number]
	}
	if commit, ok := o.message.(*pb.CommitRequest); ok && len(p.without) > 0 {
		commit = proto.CloneOf(commit)
		for _, i := range slices.Backward(p.without) {
			commit.Writes = slices.Delete(commit.Writes, i, i+1)
		}
		o.message = commit
	}
	return o
}
