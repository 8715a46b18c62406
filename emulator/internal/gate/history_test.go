package gate_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator/internal/faults"
	"github.com/parley-chat/parley/emulator/internal/gate"
)

// The last hundred are kept, the newest first, and nothing of a name that is longer than any.
func TestOperationsAreBounded(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context, g *gate.Gate) {
		if got := g.Operations(); len(got) != 0 {
			t.Errorf("at first there are %v", got)
		}
		for i := range 250 {
			commit(ctx, t, g, set("a/"+strconv.Itoa(i), "b/1"))
			got := g.Operations()
			if want := root + "/a/" + strconv.Itoa(i); len(got) != min(i+1, 100) || got[0].Name != want || got[0].More != 1 {
				t.Fatalf("after %d there are %d, the newest %+v", i+1, len(got), got[0])
			}
			if oldest := root + "/a/" + strconv.Itoa(max(0, i-99)); got[len(got)-1].Name != oldest {
				t.Fatalf("after %d the oldest is %+v, want %s", i+1, got[len(got)-1], oldest)
			}
		}
		long := root + "/a/" + strings.Repeat("ü", 1<<20)
		_, err := g.GetDocument(ctx, &firestorepb.GetDocumentRequest{Name: long})
		wantCode(t, "a long name", err, codes.InvalidArgument)
		if kept := g.Operations()[0].Name; len(kept) > 520 || !strings.HasPrefix(kept, root+"/a/ü") {
			t.Errorf("%d bytes of a long name are kept", len(kept))
		}
	})
}

// Each operation says how it ended and how long that took.
func TestOperationsTellHowTheyEnded(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context, g *gate.Gate) {
		want := func(what string, want gate.Operation) {
			t.Helper()
			want.Ended, want.Name = time.Now(), root+want.Name
			if got := g.Operations(); len(got) == 0 || got[0] != want {
				t.Errorf("%s: %+v, want %+v first", what, got, want)
			}
		}
		g.SetPlan(plan(faults.Rule{Kind: faults.Delay, Delay: time.Second}))
		_, _ = g.GetDocument(ctx, &firestorepb.GetDocumentRequest{Name: root + "/a/1"})
		want("a slow one", gate.Operation{Method: "GetDocument", Name: "/a/1", Code: codes.NotFound, Took: time.Second})
		short, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		_, _ = g.Commit(short, set("a/1"))
		want("one that was given up", gate.Operation{
			Method: "Commit", Name: "/a/1", Code: codes.DeadlineExceeded, Took: time.Millisecond,
		})
		g.SetPlan(nil)
		l, stop := listen(ctx, g)
		l.hears()
		<-time.After(time.Minute)
		l.remove(1)
		l.hears()
		want("a target that was removed", gate.Operation{Method: "Listen", Name: "/a", Took: time.Minute})
		l.add(2)
		l.hears()
		stop()
		want("a target whose stream has ended", gate.Operation{Method: "Listen", Name: "/a", Code: codes.Canceled})
		g.SetPlan(plan(faults.Rule{Kind: faults.Refuse, Code: codes.PermissionDenied}))
		l, stop = listen(ctx, g)
		defer stop()
		l.hears()
		want("a target that was refused", gate.Operation{Method: "Listen", Name: "/a", Code: codes.PermissionDenied})
	})
}

// Who listens is known from the answer on, until the answer that this is over, or the end of the stream.
func TestListeners(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context, g *gate.Gate) {
		want := func(what string, streams int, ids ...int32) {
			t.Helper()
			all, open := g.Listeners()
			var got []int32
			for _, one := range all {
				got = append(got, one.Target.GetTargetId())
				if one.Client != "owner" || !one.Current {
					t.Errorf("%s: %+v", what, one)
				}
			}
			if open != streams || !slices.Equal(got, ids) {
				t.Errorf("%s: targets %v on %d streams, want %v on %d", what, got, open, ids, streams)
			}
		}
		want("at first", 0)
		first, stopFirst := listen(ctx, g)
		first.hears()
		<-time.After(time.Second)
		second, stopSecond := listen(ctx, g)
		second.hears()
		<-time.After(time.Second)
		first.add(3)
		first.hears()
		want("two streams", 2, 1, 1, 3)
		g.SetPlan(plan(faults.Rule{Kind: faults.Reset}))
		commit(ctx, t, g, set("a/1"))
		first.hears()
		want("after a reset", 2, 1, 1, 3)
		first.remove(1)
		first.hears()
		want("one removed", 2, 1, 3)
		stopSecond()
		want("one stream", 1, 3)
		stopFirst()
		want("none", 0)
	})
}
