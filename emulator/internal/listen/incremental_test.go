package listen_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/query"
	"github.com/parley-chat/parley/emulator/internal/query/querytest"
	"github.com/parley-chat/parley/emulator/internal/store"
	"github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// view is what a client that believes all it hears has: documents by target and name.
type view map[int32]map[string]*firestorepb.Document

// hear takes in a message, and finds fault with what is no news.
func (v view) hear(t *testing.T, m *firestorepb.ListenResponse) {
	change := m.GetDocumentChange()
	for _, id := range change.GetTargetIds() {
		name := change.GetDocument().GetName()
		if proto.Equal(v[id][name], change.GetDocument()) {
			t.Errorf("target %d is told of %s, which is as it was", id, name)
		}
		if v[id] == nil {
			v[id] = map[string]*firestorepb.Document{}
		}
		v[id][name] = change.GetDocument()
	}
	for _, id := range m.GetDocumentDelete().GetRemovedTargetIds() {
		delete(v[id], m.GetDocumentDelete().GetDocument())
	}
	for _, id := range m.GetDocumentRemove().GetRemovedTargetIds() {
		delete(v[id], m.GetDocumentRemove().GetDocument())
	}
	kind := m.GetTargetChange().GetTargetChangeType()
	if kind == firestorepb.TargetChange_RESET || kind == firestorepb.TargetChange_REMOVE {
		for _, id := range m.GetTargetChange().GetTargetIds() {
			delete(v, id)
		}
	}
}

// Clients that hear only of changes have what their queries would find, after any commits, and after they were away.
func TestChangesAddUpToTheQuery(t *testing.T) {
	for seed := range uint64(8) {
		synctest.Test(t, func(t *testing.T) {
			w := querytest.NewWorld(seed, database, 20)
			db := store.New(database, nil)
			scribble(t, w, db, len(w.Documents))
			targets, queries := randomTargets(w, 30)
			c := open(t, db)
			for _, target := range targets {
				c.add(target)
			}
			for range 60 {
				scribble(t, w, db, 1+w.Rand.IntN(5))
				if w.Chance(10) {
					c = reopen(w, c, targets)
				}
				synctest.Wait()
				for i, q := range queries {
					wantView(t, c.view[targets[i].GetTargetId()], q, db.Snapshot(), targets[i])
				}
			}
			c.close()
			db.Close()
		})
	}
}

// randomTargets are so many targets of random queries, with those.
func randomTargets(w *querytest.World, n int) (targets []*firestorepb.Target, queries []*query.Query) {
	for len(queries) < n {
		asked, parent := w.Query(), w.Parent()
		q, err := query.Compile(parent, asked)
		if err != nil {
			continue
		}
		queries = append(queries, q)
		targets = append(targets, &firestorepb.Target{
			TargetId: int32(len(queries)),
			TargetType: &firestorepb.Target_Query{Query: &firestorepb.Target_QueryTarget{
				Parent: parent, QueryType: &firestorepb.Target_QueryTarget_StructuredQuery{StructuredQuery: asked},
			}},
		})
	}
	return targets, queries
}

// scribble makes one commit that changes documents and deletes others.
func scribble(t *testing.T, w *querytest.World, db *store.Store, n int) {
	t.Helper()
	var writes []store.Write
	for range n {
		d := valuetest.Pick(w.Rand, w.Documents...)
		write := &firestorepb.Write{Operation: &firestorepb.Write_Update{Update: w.Document(d.GetName())}}
		if w.Chance(30) {
			write = &firestorepb.Write{Operation: &firestorepb.Write_Delete{Delete: d.GetName()}}
		}
		writes = append(writes, store.Write{Proto: write})
	}
	if _, err := db.Commit(t.Context(), store.Request{Writes: writes}); err != nil {
		t.Fatal(err)
	}
}

// reopen ends the stream, lets something happen, and resumes all targets on another, which knows what the first did.
func reopen(w *querytest.World, c *client, targets []*firestorepb.Target) *client {
	synctest.Wait()
	c.close()
	scribble(c.t, w, c.db, 5)
	again := open(c.t, c.db)
	again.view = c.view
	for _, target := range targets {
		resumed := proto.CloneOf(target)
		resumed.ResumeType = &firestorepb.Target_ResumeToken{ResumeToken: c.token}
		again.add(resumed)
	}
	return again
}

func wantView(
	t *testing.T, got map[string]*firestorepb.Document, q *query.Query, now store.Snapshot, target *firestorepb.Target,
) {
	t.Helper()
	want := q.Run(now.Below(now.Root(), "")).Documents
	for _, d := range want {
		if seen := got[d.GetName()]; !proto.Equal(seen, d) {
			t.Fatalf("target %d has\n%v\nwant\n%v\n%s", target.GetTargetId(), seen, d, prototext.Format(target))
		}
	}
	if len(got) != len(want) {
		names := func(yield func(string) bool) {
			for _, d := range want {
				if !yield(d.GetName()) {
					return
				}
			}
		}
		t.Fatalf("target %d has %d documents, want %v\n%s", target.GetTargetId(), len(got), slices.Collect(names),
			prototext.Format(target))
	}
}
