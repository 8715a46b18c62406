package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
)

// commitMany makes commits from several clients at once, each of a document of its own, and gives how long each took.
func (f *firestore) commitMany(ctx context.Context, clients, each int) (Samples, error) {
	took := make([]Samples, clients)
	errs := make([]error, clients)
	var group sync.WaitGroup
	for client := range clients {
		group.Go(func() {
			for i := range each {
				start := time.Now()
				if err := f.commit(ctx, "commits/"+strconv.Itoa(client), int64(i)); err != nil {
					errs[client] = err
					return
				}
				took[client] = append(took[client], milliseconds(time.Since(start)))
			}
		})
	}
	group.Wait()
	var all Samples
	for _, one := range took {
		all = append(all, one...)
	}
	return all, errors.Join(errs...)
}

// text makes documents about as large as a ticket or a link.
var text = strings.Repeat("parley ", 40) //nolint:gochecknoglobals // never written

// commit sets a document.
func (f *firestore) commit(ctx context.Context, path string, n int64) error {
	_, err := f.client.Commit(asOwner(ctx), &firestorepb.CommitRequest{
		Database: strings.TrimSuffix(documents, "/documents"), Writes: []*firestorepb.Write{set(path, n, 0)},
	})
	return err
}

func set(path string, n, group int64) *firestorepb.Write {
	return &firestorepb.Write{Operation: &firestorepb.Write_Update{Update: &firestorepb.Document{
		Name: documents + "/" + path,
		Fields: map[string]*firestorepb.Value{
			"n":     {ValueType: &firestorepb.Value_IntegerValue{IntegerValue: n}},
			"group": {ValueType: &firestorepb.Value_IntegerValue{IntegerValue: group}},
			"text":  {ValueType: &firestorepb.Value_StringValue{StringValue: text}},
		},
	}}}
}

// listening is a number of listeners on one document.
type listening struct {
	count  int
	heard  chan int64 // the value that one of them was told
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

const heardPath = "heard/one"

// listen opens listeners on one document and returns when all of them know its state.
func (f *firestore) listen(ctx context.Context, count int) error {
	if err := f.commit(ctx, heardPath, f.written); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(asOwner(ctx))
	f.listening = &listening{count: count, heard: make(chan int64, count), cancel: cancel}
	for i := range count {
		conn := f.conns[1+i/streamsPerConnection]
		stream, err := firestorepb.NewFirestoreClient(conn).Listen(ctx)
		if err != nil {
			return err
		}
		if err := stream.Send(listenTo(documents + "/" + heardPath)); err != nil {
			return err
		}
		l := f.listening
		l.ended.Go(func() { l.hear(stream) })
	}
	return f.everybodyHeard(ctx, f.written)
}

func listenTo(name string) *firestorepb.ListenRequest {
	return &firestorepb.ListenRequest{
		Database: strings.TrimSuffix(documents, "/documents"),
		TargetChange: &firestorepb.ListenRequest_AddTarget{AddTarget: &firestorepb.Target{
			TargetId: 1,
			TargetType: &firestorepb.Target_Documents{
				Documents: &firestorepb.Target_DocumentsTarget{Documents: []string{name}},
			},
		}},
	}
}

func (l *listening) hear(stream firestorepb.Firestore_ListenClient) {
	for {
		m, err := stream.Recv()
		if err != nil {
			return // who waits for it finds out by its context
		}
		if d := m.GetDocumentChange().GetDocument(); d != nil {
			l.heard <- d.GetFields()["n"].GetIntegerValue()
		}
	}
}

// hushed ends the listeners. It is idempotent.
func (f *firestore) hushed() error {
	if f.listening != nil {
		f.listening.cancel()
		f.listening.ended.Wait()
		f.listening = nil
	}
	return nil
}

// commitHeard makes commits, each after all listeners have been told of the one before, and gives how long each took
// until then.
func (f *firestore) commitHeard(ctx context.Context, commits int) (Samples, error) {
	var took Samples
	for range commits {
		start := time.Now()
		f.written++
		if err := f.commit(ctx, heardPath, f.written); err != nil {
			return nil, err
		}
		if err := f.everybodyHeard(ctx, f.written); err != nil {
			return nil, err
		}
		took = append(took, milliseconds(time.Since(start)))
	}
	return took, nil
}

// everybodyHeard returns when each listener was told of this value.
func (f *firestore) everybodyHeard(ctx context.Context, value int64) error {
	late := time.NewTimer(20 * time.Second)
	defer late.Stop()
	for missing := f.listening.count; missing > 0; {
		select {
		case n := <-f.listening.heard:
			if n == value { // the official emulator tells some states twice
				missing--
			}
		case <-late.C:
			return fmt.Errorf("%d of %d listeners %w", missing, f.listening.count, errUnheard)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

var errUnheard = errors.New("were not told of a commit in 20 s")

// fill makes a collection of documents in which each value of group is in found of them.
func (f *firestore) fill(ctx context.Context, collection string, count, found int) error {
	const batch = 500
	for from := 0; from < count; from += batch {
		r := &firestorepb.CommitRequest{Database: strings.TrimSuffix(documents, "/documents")}
		for i := from; i < from+batch; i++ {
			r.Writes = append(r.Writes, set(fmt.Sprintf("%s/%06d", collection, i), int64(i), int64(i%(count/found))))
		}
		if _, err := f.client.Commit(asOwner(ctx), r); err != nil {
			return err
		}
	}
	return nil
}

// query asks for the documents of one group, and gives how long it took.
func (f *firestore) query(ctx context.Context, collection string, want int) (Samples, error) {
	group := &firestorepb.Value{ValueType: &firestorepb.Value_IntegerValue{IntegerValue: 3}}
	start := time.Now()
	stream, err := f.client.RunQuery(asOwner(ctx), &firestorepb.RunQueryRequest{
		Parent: documents,
		QueryType: &firestorepb.RunQueryRequest_StructuredQuery{StructuredQuery: &firestorepb.StructuredQuery{
			From: []*firestorepb.StructuredQuery_CollectionSelector{{CollectionId: collection}},
			Where: &firestorepb.StructuredQuery_Filter{FilterType: &firestorepb.StructuredQuery_Filter_FieldFilter{
				FieldFilter: &firestorepb.StructuredQuery_FieldFilter{
					Field: &firestorepb.StructuredQuery_FieldReference{FieldPath: "group"},
					Op:    firestorepb.StructuredQuery_FieldFilter_EQUAL, Value: group,
				},
			}},
		}},
	})
	if err != nil {
		return nil, err
	}
	found := 0
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if m.GetDocument() != nil {
			found++
		}
	}
	if found != want {
		return nil, fmt.Errorf("%w: %d documents for %d", errWrongAnswer, found, want)
	}
	return Samples{milliseconds(time.Since(start))}, nil
}

var errWrongAnswer = errors.New("the query found something else")
