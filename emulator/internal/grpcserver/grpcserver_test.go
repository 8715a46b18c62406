package grpcserver_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/firestore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/grpcserver"
	"github.com/parley-chat/parley/emulator/internal/sdktest"
	"github.com/parley-chat/parley/emulator/internal/service"
)

// client is Google's client for Go, as the owner, of a server of its own.
func client(t *testing.T, authorization string) *firestore.Client {
	t.Helper()
	api := service.New(nil)
	server := grpcserver.New(api)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		api.Close()
		server.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return sdktest.Client(t, listener.Addr().String(), "demo-x", authorization)
}

func wantCode(t *testing.T, err error, want codes.Code) {
	t.Helper()
	if status.Code(err) != want {
		t.Errorf("got %v, want %v", err, want)
	}
}

func TestDocuments(t *testing.T) {
	c := client(t, "Bearer owner")
	doc := c.Doc("rooms/a")
	_, err := doc.Get(t.Context())
	wantCode(t, err, codes.NotFound)
	made, err := doc.Create(t.Context(), map[string]any{"text": "grüß 👋", "n": 1, "in": map[string]any{"x": 1, "y": 2}})
	wantCode(t, err, codes.OK)
	_, err = doc.Create(t.Context(), map[string]any{})
	wantCode(t, err, codes.AlreadyExists)
	_, err = doc.Update(t.Context(), []firestore.Update{
		{Path: "in.x", Value: firestore.Delete},
		{Path: "n", Value: firestore.Increment(2)},
		{Path: "at", Value: firestore.ServerTimestamp},
	}, firestore.LastUpdateTime(made.UpdateTime))
	wantCode(t, err, codes.OK)
	_, err = doc.Update(t.Context(), []firestore.Update{{Path: "n", Value: 0}}, firestore.LastUpdateTime(made.UpdateTime))
	wantCode(t, err, codes.FailedPrecondition)
	found, err := doc.Get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		Text string           `firestore:"text"`
		N    int              `firestore:"n"`
		In   map[string]int64 `firestore:"in"`
	}
	if err := found.DataTo(&data); err != nil {
		t.Fatal(err)
	}
	if data.Text != "grüß 👋" || data.N != 3 || len(data.In) != 1 || data.In["y"] != 2 {
		t.Errorf("came back as %+v", data)
	}
	if at, _ := found.DataAt("at"); at == nil {
		t.Error("the server's time is missing")
	}
	_, err = doc.Delete(t.Context(), firestore.Exists)
	wantCode(t, err, codes.OK)
	_, err = doc.Delete(t.Context(), firestore.Exists)
	wantCode(t, err, codes.NotFound)
}

func TestStrangersMayDoNothing(t *testing.T) {
	c := client(t, "")
	_, err := c.Doc("rooms/a").Get(t.Context())
	wantCode(t, err, codes.PermissionDenied)
	_, err = c.Doc("rooms/a").Set(t.Context(), map[string]any{"a": 1})
	wantCode(t, err, codes.PermissionDenied)
	_, err = client(t, "Basic Zm9v").Doc("rooms/a").Get(t.Context())
	wantCode(t, err, codes.Unauthenticated)
}

// Increments by transactions that read and write, from many sides at once: none is lost, and all come to an end.
func TestTransactions(t *testing.T) {
	c := client(t, "Bearer owner")
	doc := c.Doc("counters/one")
	if _, err := doc.Set(t.Context(), map[string]any{"n": 0}); err != nil {
		t.Fatal(err)
	}
	const people, each = 8, 10
	var all sync.WaitGroup
	for range people {
		all.Go(func() {
			for done := 0; done < each; {
				err := c.RunTransaction(t.Context(), func(_ context.Context, tx *firestore.Transaction) error {
					found, err := tx.Get(doc)
					if err != nil {
						return err
					}
					n, _ := found.Data()["n"].(int64)
					return tx.Set(doc, map[string]any{"n": n + 1})
				})
				if err == nil {
					done++
				} else if status.Code(err) != codes.Aborted {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	found, err := doc.Get(t.Context())
	if err != nil || found.Data()["n"] != int64(people*each) {
		t.Errorf("counted %v, %v; want %d", found.Data(), err, people*each)
	}
}

func TestGetAllAndBulk(t *testing.T) {
	c := client(t, "Bearer owner")
	bulk := c.BulkWriter(t.Context())
	var jobs []*firestore.BulkWriterJob
	for _, path := range []string{"a/1", "a/2", "b/1"} {
		job, err := bulk.Set(c.Doc(path), map[string]any{"path": path})
		if err != nil {
			t.Fatal(err)
		}
		jobs = append(jobs, job)
	}
	bulk.End()
	for _, job := range jobs {
		if _, err := job.Results(); err != nil {
			t.Error(err)
		}
	}
	found, err := c.GetAll(t.Context(), []*firestore.DocumentRef{c.Doc("b/1"), c.Doc("none/1"), c.Doc("a/2")})
	if err != nil {
		t.Fatal(err)
	}
	if found[0].Data()["path"] != "b/1" || found[1].Exists() || found[2].Data()["path"] != "a/2" {
		t.Errorf("found %v", found)
	}
}

func TestCancelled(t *testing.T) {
	c := client(t, "Bearer owner")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Doc("a/1").Get(ctx); !errors.Is(err, context.Canceled) && status.Code(err) != codes.Canceled {
		t.Errorf("got %v", err)
	}
}

func TestListenToADocument(t *testing.T) {
	c := client(t, "Bearer owner")
	doc := c.Doc("rooms/a")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	snapshots := doc.Snapshots(ctx)
	defer snapshots.Stop()
	for n, step := range []func() error{
		func() error { return nil },
		func() error { _, err := doc.Set(ctx, map[string]any{"n": 1}); return err },
		func() error { _, err := doc.Set(ctx, map[string]any{"n": 2}); return err },
		func() error { _, err := doc.Delete(ctx); return err },
		func() error { _, err := doc.Set(ctx, map[string]any{"n": 4}); return err },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
		seen, err := snapshots.Next()
		if err != nil {
			t.Fatal(err)
		}
		want := any(int64(n))
		if n == 0 || n == 3 {
			want = nil
		}
		if got := seen.Data()["n"]; got != want {
			t.Errorf("step %d: n is %v, want %v", n, got, want)
		}
	}
}

// What is written while a listener opens is told to it, from however many sides it comes.
func TestNothingIsLostWhileAListenerOpens(t *testing.T) {
	c := client(t, "Bearer owner")
	var all sync.WaitGroup
	for person := range 8 {
		all.Go(func() {
			for n := range 25 {
				changeWhileOpening(t, c.Collection("rooms").Doc(string(rune('a'+person))+string(rune('a'+n))))
			}
		})
	}
	all.Wait()
}

func changeWhileOpening(t *testing.T, doc *firestore.DocumentRef) {
	if _, err := doc.Set(t.Context(), map[string]any{"n": 0}); err != nil {
		t.Error(err)
		return
	}
	var beside sync.WaitGroup
	beside.Go(func() {
		if _, err := doc.Set(t.Context(), map[string]any{"n": 1}); err != nil {
			t.Error(err)
		}
	})
	defer beside.Wait()
	snapshots := doc.Snapshots(t.Context())
	defer snapshots.Stop()
	for {
		seen, err := snapshots.Next()
		if err != nil {
			t.Error(err)
			return
		}
		if seen.Data()["n"] == int64(1) {
			return
		}
	}
}

func TestQueries(t *testing.T) {
	c := client(t, "Bearer owner")
	for n, city := range []string{"Bonn", "Köln", "Aachen", "Essen"} {
		doc := c.Collection("cities").Doc(city)
		if _, err := doc.Set(t.Context(), map[string]any{"n": n, "even": n%2 == 0}); err != nil {
			t.Fatal(err)
		}
		if _, err := doc.Collection("streets").Doc("main").Set(t.Context(), map[string]any{"n": n}); err != nil {
			t.Fatal(err)
		}
	}
	for what, one := range map[string]struct {
		query firestore.Query
		want  string
	}{
		"all, by name":       {c.Collection("cities").Query, "Aachen Bonn Essen Köln"},
		"a filter":           {c.Collection("cities").Where("even", "==", true), "Aachen Bonn"},
		"order and limit":    {c.Collection("cities").OrderBy("n", firestore.Desc).Limit(2), "Essen Aachen"},
		"limit to last":      {c.Collection("cities").OrderBy("n", firestore.Asc).LimitToLast(2), "Aachen Essen"},
		"offset":             {c.Collection("cities").OrderBy("n", firestore.Asc).Offset(3), "Essen"},
		"a collection group": {c.CollectionGroup("streets").Where("n", ">", 1), "main main"},
		"none":               {c.Collection("towns").Query, ""},
	} {
		found, err := one.query.Documents(t.Context()).GetAll()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if got := ids(found); got != one.want {
			t.Errorf("%s: found %q, want %q", what, got, one.want)
		}
	}
	_, err := c.Collection("cities").Where("n", "in", []int{}).Documents(t.Context()).GetAll()
	wantCode(t, err, codes.InvalidArgument)
	sums, err := c.Collection("cities").NewAggregationQuery().WithCount("all").WithSum("n", "sum").Get(t.Context())
	if err != nil || fmt.Sprint(sums["all"], sums["sum"]) != `integer_value:4 integer_value:6` {
		t.Errorf("aggregated %v, %v", sums, err)
	}
	collections, err := c.Doc("cities/Bonn").Collections(t.Context()).GetAll()
	if err != nil || len(collections) != 1 || collections[0].ID != "streets" {
		t.Errorf("collections %v, %v", collections, err)
	}
}

func ids(found []*firestore.DocumentSnapshot) string {
	all := make([]string, len(found))
	for i, one := range found {
		all[i] = one.Ref.ID
	}
	return strings.Join(all, " ")
}

func TestListenToAQuery(t *testing.T) {
	c := client(t, "Bearer owner")
	cities := c.Collection("cities")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	snapshots := cities.Where("n", ">", 0).OrderBy("n", firestore.Desc).Limit(2).Snapshots(ctx)
	defer snapshots.Stop()
	set := func(id string, n int) func() error {
		return func() error { _, err := cities.Doc(id).Set(ctx, map[string]any{"n": n}); return err }
	}
	for _, step := range []struct {
		what string
		do   func() error
		want string
	}{
		{"nothing yet", func() error { return nil }, ""},
		{"the first", set("a", 1), "a"},
		{"one that comes before it", set("b", 2), "b a"},
		{"one that pushes out the last", set("c", 3), "c b"},
		{"one leaves the query, and the next moves up", set("c", -1), "b a"},
		{"one is deleted", func() error { _, err := cities.Doc("b").Delete(ctx); return err }, "a"},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		seen, err := snapshots.Next()
		if err != nil {
			t.Fatalf("%s: %v", step.what, err)
		}
		found, err := seen.Documents.GetAll()
		if err != nil {
			t.Fatal(err)
		}
		if got := ids(found); got != step.want {
			t.Errorf("%s: %q, want %q", step.what, got, step.want)
		}
	}
}
