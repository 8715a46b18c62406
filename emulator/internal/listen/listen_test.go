package listen_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/parley-chat/parley/emulator/internal/listen"
	"github.com/parley-chat/parley/emulator/internal/store"
)

const (
	database = "projects/demo-x/databases/(default)"
	root     = database + "/documents"
)

// client is one stream, played by the test, in a bubble.
type client struct {
	t        *testing.T
	db       *store.Store
	requests chan *firestorepb.ListenRequest
	heard    []string // since the last look, in short
	token    []byte   // the newest that was heard
	denied   bool     // the guard says no
	view     view     // of all targets together, with all that was heard
	ended    chan error
	stop     context.CancelFunc
}

// inBubble runs a test with one client; the stream has ended when it returns.
func inBubble(t *testing.T, f func(c *client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		db := store.New(database, nil)
		c := open(t, db)
		f(c)
		c.close()
		db.Close()
	})
}

func open(t *testing.T, db *store.Store) *client {
	ctx, stop := context.WithCancel(t.Context())
	c := &client{
		t: t, db: db, view: view{}, requests: make(chan *firestorepb.ListenRequest), ended: make(chan error, 1), stop: stop,
	}
	allow := func(context.Context, store.Snapshot, *firestorepb.Target) ([]string, error) {
		if c.denied {
			return nil, status.Error(codes.PermissionDenied, "no")
		}
		return []string{root + "/rights/one"}, nil
	}
	go func() {
		defer close(c.ended)
		c.ended <- listen.Run(ctx, db, allow, c.requests, c.hear)
	}()
	return c
}

func (c *client) close() {
	c.stop()
	<-c.ended
}

// hear notes an answer in short: +1 (ADD), =1 (CURRENT), -1 (REMOVE), !1 (RESET), . (a moment), a:7 (a document with
// its n), ~a (left the target), xa (deleted or not there), #1:2 (filter: 2 in all).
func (c *client) hear(m *firestorepb.ListenResponse) error {
	c.view.hear(c.t, m)
	short := ""
	switch r := m.GetResponseType().(type) {
	case *firestorepb.ListenResponse_TargetChange:
		sign := map[firestorepb.TargetChange_TargetChangeType]string{
			firestorepb.TargetChange_ADD: "+", firestorepb.TargetChange_CURRENT: "=",
			firestorepb.TargetChange_REMOVE: "-", firestorepb.TargetChange_RESET: "!",
			firestorepb.TargetChange_NO_CHANGE: ".",
		}[r.TargetChange.GetTargetChangeType()]
		short = sign + strings.Trim(fmt.Sprint(r.TargetChange.GetTargetIds()), "[]")
		if token := r.TargetChange.GetResumeToken(); token != nil {
			c.token = token
		}
		if cause := r.TargetChange.GetCause(); cause != nil {
			short += codes.Code(cause.GetCode()).String()
		}
	case *firestorepb.ListenResponse_DocumentChange:
		d := r.DocumentChange.GetDocument()
		short = id(d.GetName()) + ":" + fmt.Sprint(d.GetFields()["n"].GetIntegerValue())
	case *firestorepb.ListenResponse_DocumentDelete:
		short = "x" + id(r.DocumentDelete.GetDocument())
	case *firestorepb.ListenResponse_DocumentRemove:
		short = "~" + id(r.DocumentRemove.GetDocument())
	case *firestorepb.ListenResponse_Filter:
		short = fmt.Sprintf("#%d:%d", r.Filter.GetTargetId(), r.Filter.GetCount())
	}
	c.heard = append(c.heard, short)
	return nil
}

func id(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// hears waits until nothing more comes and compares what was heard since the last time. Documents of one answer come
// in no order, so they are sorted between their neighbours.
func (c *client) hears(want string) {
	c.t.Helper()
	synctest.Wait()
	from := 0
	for i := 0; i <= len(c.heard); i++ {
		if i == len(c.heard) || strings.ContainsAny(c.heard[i][:1], "+-=!.#") {
			slices.Sort(c.heard[from:i])
			from = i + 1
		}
	}
	if got := strings.Join(c.heard, " "); got != want {
		c.t.Errorf("heard %q, want %q", got, want)
	}
	c.heard = nil
}

func (c *client) set(path string, n int64) {
	c.t.Helper()
	fields := map[string]*firestorepb.Value{"n": {ValueType: &firestorepb.Value_IntegerValue{IntegerValue: n}}}
	d := &firestorepb.Document{Name: root + "/" + path, Fields: fields}
	c.commit(&firestorepb.Write{Operation: &firestorepb.Write_Update{Update: d}})
}

func (c *client) remove(path string) {
	c.t.Helper()
	c.commit(&firestorepb.Write{Operation: &firestorepb.Write_Delete{Delete: root + "/" + path}})
}

func (c *client) commit(w *firestorepb.Write) {
	c.t.Helper()
	if _, err := c.db.Commit(c.t.Context(), store.Request{Writes: []store.Write{{Proto: w}}}); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) add(target *firestorepb.Target) {
	c.requests <- &firestorepb.ListenRequest{TargetChange: &firestorepb.ListenRequest_AddTarget{AddTarget: target}}
}

func documents(target int32, paths ...string) *firestorepb.Target {
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = root + "/" + path
	}
	return &firestorepb.Target{TargetId: target, TargetType: &firestorepb.Target_Documents{
		Documents: &firestorepb.Target_DocumentsTarget{Documents: names},
	}}
}

// collection is a target of the documents of a collection with the least n, so many at most.
func collection(target int32, name string, limit int32) *firestorepb.Target {
	q := &firestorepb.StructuredQuery{
		From: []*firestorepb.StructuredQuery_CollectionSelector{{CollectionId: name}},
		OrderBy: []*firestorepb.StructuredQuery_Order{{
			Field:     &firestorepb.StructuredQuery_FieldReference{FieldPath: "n"},
			Direction: firestorepb.StructuredQuery_ASCENDING,
		}},
	}
	if limit > 0 {
		q.Limit = wrapperspb.Int32(limit)
	}
	return &firestorepb.Target{TargetId: target, TargetType: &firestorepb.Target_Query{
		Query: &firestorepb.Target_QueryTarget{
			Parent: root, QueryType: &firestorepb.Target_QueryTarget_StructuredQuery{StructuredQuery: q},
		},
	}}
}

func TestDocumentsTarget(t *testing.T) {
	inBubble(t, func(c *client) {
		c.set("a/there", 1)
		c.add(documents(2, "a/there", "a/absent"))
		c.hears("+2 there:1 xabsent =2 .")
		c.set("a/other", 1)
		c.hears("")
		c.set("a/there", 2)
		c.hears("there:2 .")
		c.set("a/absent", 3)
		c.hears("absent:3 .")
		c.remove("a/there")
		c.hears("xthere .")
		c.requests <- &firestorepb.ListenRequest{TargetChange: &firestorepb.ListenRequest_RemoveTarget{RemoveTarget: 2}}
		c.hears("-2")
		c.set("a/absent", 4)
		c.hears("")
	})
}

func TestQueryTarget(t *testing.T) {
	inBubble(t, func(c *client) {
		c.set("a/x", 1)
		c.set("a/y", 2)
		c.set("a/z", 3)
		c.add(collection(2, "a", 2))
		c.hears("+2 x:1 y:2 =2 .")
		c.set("a/first", 0)
		c.hears("first:0 ~y .")
		c.remove("a/first")
		c.hears("xfirst y:2 .")
		c.set("a/z", 4)
		c.hears(".") // it matches, and is beyond the limit
	})
}

func TestSeveralTargetsAreAtOneMoment(t *testing.T) {
	inBubble(t, func(c *client) {
		c.add(documents(2, "a/x"))
		c.hears("+2 xx =2 .")
		c.add(collection(4, "a", 0))
		c.hears("+4 =4 .")
		c.set("a/x", 1)
		c.hears("x:1 x:1 .")
	})
}

// away ends the stream, lets things happen, and gives another stream and the same target with the token of the first.
func (c *client) away(happens func()) (again *client, resumed *firestorepb.Target) {
	c.set("a/stays", 1)
	c.set("a/changes", 1)
	c.set("a/goes", 1)
	c.add(collection(2, "a", 0))
	c.hears("+2 changes:1 goes:1 stays:1 =2 .")
	c.close()
	happens()
	resumed = collection(2, "a", 0)
	resumed.ResumeType = &firestorepb.Target_ResumeToken{ResumeToken: c.token}
	return open(c.t, c.db), resumed
}

func TestResume(t *testing.T) {
	inBubble(t, func(c *client) {
		again, resumed := c.away(func() {
			c.set("a/changes", 2)
			c.remove("a/goes")
			c.set("a/comes", 3)
		})
		defer again.close()
		again.add(resumed)
		again.hears("+2 changes:2 comes:3 xgoes =2 .")

		unknown := collection(4, "a", 0)
		unknown.ResumeType = &firestorepb.Target_ResumeToken{ResumeToken: []byte("from another server")}
		again.add(unknown)
		again.hears("+4 !4 changes:2 comes:3 stays:1 =4 .")
	})
}

// A token of an earlier process leads to all that is there, even where its moment is one of this process too: the clock
// was set back in between.
func TestATokenOfAnEarlierProcess(t *testing.T) {
	inBubble(t, func(c *client) {
		_, resumed := c.away(func() {})
		back := func() time.Time { return time.Now().Add(-time.Hour) }
		db := store.New(database, &store.Options{Now: back})
		defer db.Close()
		again := open(c.t, db)
		defer again.close()
		again.set("a/other", 7)
		<-time.After(2 * time.Hour)
		again.add(resumed)
		again.hears("+2 !2 other:7 =2 .")
	})
}

// Who knows another number of documents than there were is told how many there are, and nobody else is.
func TestExistenceFilter(t *testing.T) {
	for expected, want := range map[int32]string{
		3: "+2 changes:2 xgoes =2 .",
		4: "+2 changes:2 xgoes #2:2 =2 .",
		2: "+2 changes:2 xgoes #2:2 =2 .",
	} {
		inBubble(t, func(c *client) {
			again, resumed := c.away(func() {
				c.set("a/changes", 2)
				c.remove("a/goes")
			})
			defer again.close()
			resumed.ExpectedCount = wrapperspb.Int32(expected)
			again.add(resumed)
			again.hears(want)
		})
	}
}

// A token stays good while the stream is open, however much happens elsewhere.
func TestTokensOfAQuietStreamStayGood(t *testing.T) {
	inBubble(t, func(c *client) {
		again, resumed := c.away(func() {})
		again.add(resumed)
		again.hears("+2 =2 .")
		for n := range int64(1500) {
			c.set("b/elsewhere", n)
			synctest.Wait()
		}
		again.hears(". .")
		again.close()
		c.set("a/comes", 3)
		resumed.ResumeType = &firestorepb.Target_ResumeToken{ResumeToken: again.token}
		last := open(c.t, c.db)
		defer last.close()
		last.add(resumed)
		last.hears("+2 comes:3 =2 .")
	})
}

func TestTargetIDs(t *testing.T) {
	inBubble(t, func(c *client) {
		c.set("a/x", 1)
		c.add(documents(0, "a/x"))
		c.hears("+1 x:1 =1 .")
		c.add(documents(0, "a/x"))
		c.hears("+2 x:1 =2 .")
		c.requests <- &firestorepb.ListenRequest{TargetChange: &firestorepb.ListenRequest_RemoveTarget{RemoveTarget: 1}}
		c.requests <- &firestorepb.ListenRequest{TargetChange: &firestorepb.ListenRequest_RemoveTarget{RemoveTarget: 1}}
		c.hears("-1") // once: the second has nothing to remove
		c.add(documents(1, "a/x"))
		c.hears("+1 x:1 =1 .")
	})
}

func TestAClosingDatabaseEndsTheStream(t *testing.T) {
	inBubble(t, func(c *client) {
		c.add(documents(2, "a/x"))
		c.hears("+2 xx =2 .")
		c.db.Close()
		if err := <-c.ended; status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), "closing") {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestOnce(t *testing.T) {
	inBubble(t, func(c *client) {
		c.set("a/x", 1)
		once := documents(2, "a/x")
		once.Once = true
		c.add(once)
		c.hears("+2 x:1 =2 -2 .")
		c.set("a/x", 2)
		c.hears("")
	})
}

func TestWhoIsRefusedHearsWhyAndTheStreamGoesOn(t *testing.T) {
	inBubble(t, func(c *client) {
		c.add(documents(2, "a/x"))
		c.hears("+2 xx =2 .")
		c.denied = true
		c.add(documents(4, "a/y"))
		c.hears("+4 -4PermissionDenied")
		c.set("a/x", 1)
		c.hears("-2PermissionDenied .")
		c.denied = false
		c.add(documents(6, "a/x"))
		c.hears("+6 x:1 =6 .")
		c.denied = true
		c.set("a/elsewhere", 1)
		c.hears("") // nothing that it was decided by has changed
		c.set("rights/one", 1)
		c.hears("-6PermissionDenied .")
	})
}

func TestWhatIsWrongWithATargetEndsItAlone(t *testing.T) {
	inBubble(t, func(c *client) {
		c.add(documents(2, "a/x"))
		c.hears("+2 xx =2 .")
		c.add(documents(4, "a"))
		c.add(documents(6, "a/x", "a//x"))
		c.add(&firestorepb.Target{TargetId: 8, TargetType: &firestorepb.Target_Documents{
			Documents: &firestorepb.Target_DocumentsTarget{Documents: []string{"", root}},
		}})
		c.add(collection(10, "a/b", 0))
		c.hears("+4 -4InvalidArgument +6 -6InvalidArgument +8 -8InvalidArgument +10 -10InvalidArgument")
		c.set("a/x", 1)
		c.hears("x:1 .")
	})
}

func TestBrokenRequestsEndTheStream(t *testing.T) {
	for what, r := range map[string]*firestorepb.ListenRequest{
		"neither adds nor removes": {},
		"a negative id":            {TargetChange: &firestorepb.ListenRequest_AddTarget{AddTarget: documents(-2, "a/x")}},
		"a target of nothing": {TargetChange: &firestorepb.ListenRequest_AddTarget{
			AddTarget: &firestorepb.Target{TargetId: 2},
		}},
		"a query that is none": {TargetChange: &firestorepb.ListenRequest_AddTarget{
			AddTarget: &firestorepb.Target{TargetId: 2, TargetType: &firestorepb.Target_Query{}},
		}},
	} {
		t.Run(what, func(t *testing.T) {
			inBubble(t, func(c *client) {
				c.requests <- r
				err := <-c.ended
				if status.Code(err) != codes.InvalidArgument {
					t.Errorf("ended with %v", err)
				}
			})
		})
	}
}
