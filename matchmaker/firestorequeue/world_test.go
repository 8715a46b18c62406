package firestorequeue

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"go.uber.org/goleak"
	"google.golang.org/api/iterator"

	"github.com/parley-chat/parley/internal/firestoretest/either"
	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/protocol"
)

func TestMain(m *testing.M) {
	code := either.Main(m)
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// clock is a clock that the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time // guarded by mu
}

func newClock() *clock { return &clock{now: time.Now()} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a database of its own, with a queue in it.
type world struct {
	t       testing.TB
	project string
	clock   *clock
	tap     *tap
	log     *strings.Builder // what the queues logged; read it when none of them works
	logger  *slog.Logger
	queue   *Queue
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{
		t: t, project: either.Project(t), clock: newClock(), tap: &tap{}, log: &strings.Builder{},
	}
	w.logger = slog.New(slog.NewTextHandler(w.log, nil))
	w.queue = w.newQueue(w.tap)
	return w
}

// newQueue is one more process that serves the database.
func (w *world) newQueue(t *tap) *Queue {
	w.t.Helper()
	q, err := New(w.t.Context(), w.project, &Options{
		EmulatorHost: either.Addr(w.t), Now: w.clock.Now, DialOptions: t.dialOptions(),
		Log: w.logger,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := q.Close(); err != nil {
			w.t.Error(err)
		}
	})
	return q
}

// request is the nth request of uid, always the same.
func request(uid string, n int) matchmaker.Request {
	id, err := protocol.NewRequestID(strings.NewReader(fmt.Sprintf("%016d", n)))
	if err != nil {
		panic(err)
	}
	return matchmaker.Request{UID: uid, Pool: "default", ID: id, Key: sha256.Sum256(fmt.Append(nil, uid, n))}
}

func cancelling(r matchmaker.Request) matchmaker.Cancelled {
	return matchmaker.Cancelled{UID: r.UID, Pool: r.Pool, ID: r.ID}
}

func (w *world) match(r matchmaker.Request) protocol.QuickMatchAnswer {
	w.t.Helper()
	answer, err := w.queue.Match(w.t.Context(), r)
	if err != nil {
		w.t.Fatalf("%s: %v", r.UID, err)
	}
	return answer
}

func (w *world) cancel(r matchmaker.Request) {
	w.t.Helper()
	if err := w.queue.Cancel(w.t.Context(), cancelling(r)); err != nil {
		w.t.Fatalf("%s: %v", r.UID, err)
	}
}

// documents lists a collection, with names below the database.
func (w *world) documents(collection string) map[string]fields {
	w.t.Helper()
	parent, id := w.queue.database+"/documents", collection
	if i := strings.LastIndex(collection, "/"); i >= 0 {
		parent, id = parent+"/"+collection[:i], collection[i+1:]
	}
	found := map[string]fields{}
	documents := w.queue.client.ListDocuments(context.Background(),
		&firestorepb.ListDocumentsRequest{Parent: parent, CollectionId: id, PageSize: 300})
	for {
		d, err := documents.Next()
		if errors.Is(err, iterator.Done) {
			return found
		}
		if err != nil {
			w.t.Fatal(err)
		}
		found[strings.TrimPrefix(d.GetName(), w.queue.database+"/documents/")] = d.GetFields()
	}
}

// put writes a document, whatever was there.
func (w *world) put(name string, f fields) {
	w.t.Helper()
	_, err := w.queue.client.Commit(w.t.Context(), &firestorepb.CommitRequest{
		Database: w.queue.database,
		Writes:   []*firestorepb.Write{put(w.queue.database+"/documents/"+name, f, nil)},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// rooms are all the pair rooms; each must be whole (SPEC D1, D2).
func (w *world) rooms() []matchmaker.Room {
	w.t.Helper()
	var rooms []matchmaker.Room
	for name, f := range w.documents("rooms") {
		id, err := protocol.ParseRoomID(strings.TrimPrefix(name, "rooms/"))
		if err != nil {
			w.t.Fatalf("[V2] %s: %v", name, err)
		}
		room, err := parseRoom(id, f)
		if err != nil {
			w.t.Fatalf("[D2] %s: %v", name, err)
		}
		rooms = append(rooms, room)
	}
	return rooms
}

// checkPairs fails unless every uid is in one room at most, with another, and tells how many are in one.
func (w *world) checkPairs() int {
	w.t.Helper()
	seen := map[string]bool{}
	for _, room := range w.rooms() {
		if room.Caller == room.Callee {
			w.t.Errorf("[D1] %s was paired with itself", room.Caller)
		}
		for _, uid := range []string{room.Caller, room.Callee} {
			if seen[uid] {
				w.t.Errorf("%s is in two rooms", uid)
			}
			seen[uid] = true
		}
	}
	return len(seen)
}
