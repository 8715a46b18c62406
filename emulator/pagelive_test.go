package emulator_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator"
	"github.com/parley-chat/parley/emulator/internal/sdktest"
)

// A listener is on the page from the answer to it on, and not any more when the client was told that it is over.
func TestPageShowsWhoListens(t *testing.T) {
	s := start(t)
	if _, err := s.Advance(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	l := listenOn(t, s, "demo-x", "rooms/a")
	l.until("CURRENT")
	page := see(t, s, "demo-x", "", "")
	wantOn(t, page, "1 target on 1 stream", "<bdi>rooms/a</bdi>", "<bdi>owner</bdi>", "moved 1 h 0 min ahead")
	wantNotOn(t, page, "Bearer", "Nobody listens.")
	l.send(&firestorepb.ListenRequest{
		Database: inX, TargetChange: &firestorepb.ListenRequest_RemoveTarget{RemoveTarget: 1},
	})
	l.until("REMOVE")
	page = see(t, s, "demo-x", "", "")
	wantOn(t, page, "Nobody listens.", "<b>Listen</b>")
	l = listenOn(t, s, "demo-x", "rooms/b")
	l.until("CURRENT")
	if err := l.stream.CloseSend(); err != nil {
		t.Fatal(err)
	}
	for err := error(nil); !errors.Is(err, io.EOF); {
		if _, err = l.stream.Recv(); err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
	}
	wantOn(t, see(t, s, "demo-x", "", ""), "Nobody listens.")
}

// The page says what was asked, how it ended and what it cost, and is itself none of it.
func TestPageShowsOperations(t *testing.T) {
	s := start(t)
	const secret = `{"fields":{"n":{"stringValue":"secret"}}}`
	if code, told := call(t, s, "POST", documents+"/a?documentId=1", secret); code != 200 {
		t.Fatal(code, told)
	}
	if _, err := sdktest.Client(t, s.Addr(), "demo-x", "").Doc("a/1").Get(t.Context()); err == nil {
		t.Fatal("without rules a stranger may read")
	}
	for range 3 {
		page := see(t, s, "demo-x", "a", "")
		_, operations, _ := strings.Cut(page, `id="operations"`)
		wantOn(t, operations, "<b>CreateDocument</b>", "<b>BatchGetDocuments</b>", `path=a%2F1"`, ">OK<",
			"permission denied")
		wantNotOn(t, operations, "secret")
		if n := strings.Count(operations, "<tr>"); n != 3 {
			t.Errorf("%d rows of operations", n)
		}
		wantOn(t, page, `All</th><td class="number">0</td><td class="number">1</td><td class="number">0</td>`)
	}
}

// listens is a Listen stream of the owner.
type listens struct {
	t      *testing.T
	stream firestorepb.Firestore_ListenClient
}

// listenOn listens to a document as target 1.
func listenOn(t *testing.T, s *emulator.Server, project, path string) *listens {
	t.Helper()
	database := "projects/" + project + "/databases/(default)"
	stream, err := firestorepb.NewFirestoreClient(sdktest.Conn(t, s.Addr(), sdktest.Owner)).Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l := &listens{t, stream}
	documents := &firestorepb.Target_DocumentsTarget{Documents: []string{database + "/documents/" + path}}
	l.send(&firestorepb.ListenRequest{Database: database, TargetChange: &firestorepb.ListenRequest_AddTarget{
		AddTarget: &firestorepb.Target{TargetId: 1, TargetType: &firestorepb.Target_Documents{Documents: documents}},
	}})
	return l
}

func (l *listens) send(r *firestorepb.ListenRequest) {
	l.t.Helper()
	if err := l.stream.Send(r); err != nil {
		l.t.Fatal(err)
	}
}

// until waits for a change of a target.
func (l *listens) until(kind string) {
	l.t.Helper()
	for {
		m, err := l.stream.Recv()
		if err != nil {
			l.t.Fatal(err)
		}
		if c := m.GetTargetChange(); c != nil && c.GetTargetChangeType().String() == kind {
			return
		}
	}
}
