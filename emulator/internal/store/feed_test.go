package store

import (
	"strings"
	"testing"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
)

// large is a document of about a MiB.
func large(path string, n int) Write {
	text := strings.Repeat(string(rune('a'+n%26)), 1<<20-1000)
	return update(&firestorepb.Document{Name: name(path), Fields: map[string]*firestorepb.Value{
		"text": {ValueType: &firestorepb.Value_StringValue{StringValue: text}},
	}}, nil)
}

func TestFeedOfLargeDocumentsIsShort(t *testing.T) {
	t.Parallel()
	s := New(database, nil)
	slow, other := s.Follow(), s.Follow()
	slow.Watch(InDocument(name("a/1")))
	var times []Time
	for n := range 3 * feedBytes >> 20 {
		times = append(times, commit(t, s, large("a/1", n)).Time)
	}
	if s.feed.bytes > feedBytes {
		t.Errorf("%d bytes are kept", s.feed.bytes)
	}
	_, err := s.AsOf(times[0])
	wantCode(t, err, codes.FailedPrecondition)
	if past, err := s.AsOf(times[len(times)-4]); err != nil || past.Time() != times[len(times)-4] {
		t.Errorf("a moment just past: %v, %v", past.Time(), err)
	}
	if _, err := slow.Take(); err != ErrBehind { //nolint:errorlint // it is returned as it is
		t.Errorf("who let it all pile up: %v, want ErrBehind", err)
	}
	<-other.Woken()
	if news, err := other.Take(); err != nil || !news.Late {
		t.Errorf("who does not care is told %+v, %v; want that it is late", news, err)
	}
}

func TestFeedOutlivesACommitThatIsTooLargeForIt(t *testing.T) {
	t.Parallel()
	s := New(database, nil)
	var writes, removals []Write
	for n := range feedBytes>>20 + 2 {
		path := "a/" + strings.Repeat("x", n+1)
		writes, removals = append(writes, large(path, n)), append(removals, remove(path))
	}
	before := commit(t, s, writes...).Time
	after := commit(t, s, removals...).Time
	_, err := s.AsOf(before)
	wantCode(t, err, codes.FailedPrecondition)
	next := commit(t, s, set("b/1", 1)).Time
	for _, at := range []Time{after, next} {
		if now, err := s.AsOf(at); err != nil || now.Time() != at {
			t.Errorf("at %v: %v, %v", at, now.Time(), err)
		}
	}
	if s.feed.bytes != 0 || s.feed.oldest != 1 {
		t.Errorf("%d bytes are kept, from commit %d on; want none, and 1", s.feed.bytes, s.feed.oldest)
	}
}

// Whoever follows hears of what is forgotten, and nothing of it is read again.
func TestForgetPast(t *testing.T) {
	t.Parallel()
	s := New(database, nil)
	follower := s.Follow()
	follower.Watch(InDocument(name("a/1")))
	first := commit(t, s, large("a/1", 1)).Time
	last := commit(t, s, remove("a/1")).Time
	s.ForgetPast()
	_, err := s.AsOf(first)
	wantCode(t, err, codes.FailedPrecondition)
	if now, err := s.AsOf(last); err != nil || now.Time() != last {
		t.Errorf("the newest moment: %v, %v", now.Time(), err)
	}
	if s.feed.bytes != 0 {
		t.Errorf("%d bytes are kept", s.feed.bytes)
	}
	next := commit(t, s, set("a/1", 1)).Time
	if news, err := follower.Take(); err != nil || len(news.Commits) != 3 {
		t.Errorf("who follows is told %+v, %v; want all three commits", news, err)
	}
	if past, err := s.AsOf(last); err != nil || past.Time() != last {
		t.Errorf("the moment before %v: %v, %v", next, past.Time(), err)
	}
}
