package store

import (
	"testing"
	"testing/synctest"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

const database = "projects/demo-x/databases/(default)"

func name(path string) string { return database + "/documents/" + path }

func integer(n int64) *firestorepb.Value {
	return &firestorepb.Value{ValueType: &firestorepb.Value_IntegerValue{IntegerValue: n}}
}

// set replaces a document by one with the field n.
func set(path string, n int64) Write {
	fields := map[string]*firestorepb.Value{"n": integer(n)}
	return update(&firestorepb.Document{Name: name(path), Fields: fields}, nil)
}

func update(d *firestorepb.Document, mask *firestorepb.DocumentMask) Write {
	return Write{Proto: &firestorepb.Write{
		Operation: &firestorepb.Write_Update{Update: d}, UpdateMask: mask,
	}}
}

func remove(path string) Write {
	return Write{Proto: &firestorepb.Write{Operation: &firestorepb.Write_Delete{Delete: name(path)}}}
}

func (w Write) ifExists(is bool) Write {
	w.Proto.CurrentDocument = &firestorepb.Precondition{ConditionType: &firestorepb.Precondition_Exists{Exists: is}}
	return w
}

func (w Write) ifUnchanged(since *timestamppb.Timestamp) Write {
	w.Proto.CurrentDocument = &firestorepb.Precondition{
		ConditionType: &firestorepb.Precondition_UpdateTime{UpdateTime: since},
	}
	return w
}

func commit(t *testing.T, s *Store, writes ...Write) Result {
	t.Helper()
	r, err := s.Commit(t.Context(), Request{Writes: writes})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wantCode(t *testing.T, err error, want codes.Code) {
	t.Helper()
	if status.Code(err) != want {
		t.Errorf("got %v, want %v", err, want)
	}
}

func wantN(t *testing.T, s Snapshot, path string, want int64) {
	t.Helper()
	if got := s.Get(name(path)).GetFields()["n"].GetIntegerValue(); got != want {
		t.Errorf("%s: n is %d, want %d", path, got, want)
	}
}

func TestCommitIsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := New(database, nil)
	_, err := s.Commit(t.Context(), Request{Writes: []Write{set("a/1", 1), set("a/2", 1).ifExists(true)}})
	wantCode(t, err, codes.NotFound)
	if s.Snapshot().Len() != 0 {
		t.Error("the first write of a commit that failed was made")
	}
}

func TestPreconditions(t *testing.T) {
	t.Parallel()
	s := New(database, nil)
	at := commit(t, s, set("a/there", 1)).Results[0].GetUpdateTime()
	earlier := timestamppb.New(at.AsTime().Add(-time.Microsecond))
	for what, c := range map[string]struct {
		write Write
		want  codes.Code
	}{
		"absent as wanted":               {set("a/new", 1).ifExists(false), codes.OK},
		"there, and should not be":       {set("a/there", 2).ifExists(false), codes.AlreadyExists},
		"absent, and should be there":    {set("a/none", 2).ifExists(true), codes.NotFound},
		"delete of what is absent":       {remove("a/none"), codes.OK},
		"delete that wants it there":     {remove("a/none").ifExists(true), codes.NotFound},
		"an older version":               {set("a/there", 2).ifUnchanged(earlier), codes.FailedPrecondition},
		"a version of what is absent":    {set("a/none", 2).ifUnchanged(at), codes.FailedPrecondition},
		"verify what is there":           {verify("a/there", true), codes.OK},
		"verify what should be absent":   {verify("a/there", false), codes.AlreadyExists},
		"a name of another database":     {elsewhere(), codes.InvalidArgument},
		"an operation that is not there": {Write{Proto: &firestorepb.Write{}}, codes.InvalidArgument},
	} {
		_, err := s.Commit(t.Context(), Request{Writes: []Write{c.write}})
		if status.Code(err) != c.want {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
	commit(t, s, set("a/there", 3).ifUnchanged(at))
	wantN(t, s.Snapshot(), "a/there", 3)
}

func verify(path string, there bool) Write {
	return Write{Verify: name(path), Proto: &firestorepb.Write{}}.ifExists(there)
}

func elsewhere() Write {
	return update(&firestorepb.Document{Name: "projects/other/databases/(default)/documents/a/b"}, nil)
}

func TestTimesGrow(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 999, time.UTC)
	s := New(database, &Options{Now: func() time.Time { return now }})
	first := commit(t, s, set("a/1", 1)).Time
	second := commit(t, s, set("a/1", 2)).Time
	now = now.Add(-time.Hour) // a clock that is set back
	third := commit(t, s, set("a/1", 3)).Time
	if first >= second || second >= third {
		t.Errorf("times %d, %d, %d do not grow", first, second, third)
	}
	d := s.Snapshot().Get(name("a/1"))
	if At(d.GetCreateTime().AsTime()) != first || At(d.GetUpdateTime().AsTime()) != third {
		t.Errorf("made at %v, changed at %v", d.GetCreateTime().AsTime(), d.GetUpdateTime().AsTime())
	}
}

func TestAWriteThatChangesNothing(t *testing.T) {
	t.Parallel()
	s := New(database, nil)
	at := commit(t, s, set("a/1", 1)).Results[0].GetUpdateTime()
	feed := s.Follow()
	feed.Watch(InDocument(name("a/1")))
	again := commit(t, s, set("a/1", 1)).Results[0].GetUpdateTime()
	if !again.AsTime().Equal(at.AsTime()) {
		t.Errorf("its time became %v, was %v", again.AsTime(), at.AsTime())
	}
	commit(t, s, set("a/1", 2))
	news, err := feed.Take()
	if err != nil || len(news.Commits) != 1 ||
		news.Commits[0].Changes[0].After.GetFields()["n"].GetIntegerValue() != 2 {
		t.Errorf("the feed tells %+v, %v; want only the second", news, err)
	}
}

func TestSnapshotsStay(t *testing.T) {
	t.Parallel()
	s := New(database, nil)
	first := commit(t, s, set("rooms/a", 1), set("rooms/a/links/x", 1), set("rooms/b", 1), set("roomsz/a", 1)).Time
	before := s.Snapshot()
	commit(t, s, set("rooms/a", 2), remove("rooms/b"), set("rooms/c", 2))
	wantN(t, before, "rooms/a", 1)
	count := func(s Snapshot, parent, collection string) (n int) {
		for range s.Collection(parent, collection) {
			n++
		}
		return n
	}
	if n := count(before, s.Root(), "rooms"); n != 2 {
		t.Errorf("%d rooms in the old snapshot, want 2", n)
	}
	if n := count(s.Snapshot(), s.Root(), "rooms"); n != 2 {
		t.Errorf("%d rooms now, want 2", n)
	}
	if n := count(s.Snapshot(), name("rooms/a"), "links"); n != 1 {
		t.Errorf("%d links below a room, want 1", n)
	}
	below := 0
	for range s.Snapshot().Below(name("rooms/a"), "") {
		below++
	}
	if below != 1 {
		t.Errorf("%d documents below a room, want 1", below)
	}
	if past, err := s.AsOf(first); err != nil || past.Len() != 4 {
		t.Errorf("as of the first commit: %d documents, %v; want 4", past.Len(), err)
	}
	if past, err := s.AsOf(first - 1); err != nil || past.Len() != 0 {
		t.Errorf("before the first commit: %d documents, %v; want none", past.Len(), err)
	}
	_, err := s.AsOf(At(time.Now().Add(time.Hour)))
	wantCode(t, err, codes.InvalidArgument)
	_, err = s.AsOf(1)
	wantCode(t, err, codes.FailedPrecondition)
}

func TestFeedTellsWhatConcerns(t *testing.T) {
	t.Parallel()
	s := New(database, nil)
	for what, interest := range map[string]Interest{
		"a document":         InDocument(name("rooms/a/links/x")),
		"a collection":       s.InQuery(compileIn(t, name("rooms/a"), `from{collection_id:"links"}`)),
		"a collection group": s.InQuery(compile(t, `from{collection_id:"links" all_descendants:true}`)),
		"everything below":   s.InQuery(compile(t, `from{all_descendants:true}`)),
	} {
		feed := s.Follow()
		feed.Watch(interest, interest)
		at := commit(t, s, set("rooms/a/links/x", 1), set("rooms/a", 1)).Time
		feed.Unwatch(interest)
		commit(t, s, set("rooms/a/links/x", 2))
		feed.Unwatch(interest)
		last := commit(t, s, set("rooms/a/links/x", 3)).Time
		<-feed.Woken()
		news, err := feed.Take()
		if err != nil || len(news.Commits) != 2 || news.Commits[0].After.Time() != at || news.Newest.Time() != last {
			t.Errorf("%s: told %+v, %v", what, news, err)
		}
	}
	feed := s.Follow()
	feed.Watch(InDocument(name("rooms/a")), s.InQuery(compile(t, `from{collection_id:"roo"}`)))
	commit(t, s, set("rooms/b", 1), set("rooms/a/links/x", 4))
	if news, err := feed.Take(); err != nil || len(news.Commits) > 0 || len(feed.Woken()) > 0 {
		t.Errorf("told of strangers: %+v, %v", news, err)
	}
}

func TestFeedThatFallsBehind(t *testing.T) {
	t.Parallel()
	s := New(database, nil)
	slow, other := s.Follow(), s.Follow()
	slow.Watch(InDocument(name("a/1")))
	for n := range int64(feedLength + 1) {
		commit(t, s, set("a/1", n+1))
	}
	if _, err := slow.Take(); err != ErrBehind { //nolint:errorlint // it is returned as it is
		t.Errorf("got %v, want ErrBehind", err)
	}
	<-other.Woken()
	if news, err := other.Take(); err != nil || !news.Late || len(news.Commits) > 0 {
		t.Errorf("who does not care is told %+v, %v; want that it is late", news, err)
	}
	s.Close()
	s.Close()
	<-other.Woken()
	_, err := other.Take()
	wantCode(t, err, codes.Unavailable)
	slow.Close()
	other.Close()
	if len(s.feed.watchers) > 0 || len(s.feed.readers) > 0 {
		t.Error("the feed knows readers that are closed")
	}
}

// inBubble runs with a virtual clock and fails on goroutines that stay.
func inBubble(t *testing.T, f func(t *testing.T, s *Store)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := New(database, nil)
		defer s.Close()
		f(t, s)
	})
}

func TestNamesThatAreNoDocuments(t *testing.T) {
	t.Parallel()
	s := New(database, nil)
	defer s.Close()
	commit(t, s, set("a/1", 1))
	for _, other := range []string{"", "a", s.Root(), name(""), name("a"), name("a/"), name("/"), s.Root() + "x/a/1"} {
		if found := s.Snapshot().Get(other); found != nil {
			t.Errorf("%q is %v", other, found)
		}
	}
}
