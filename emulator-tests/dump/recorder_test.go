package dump_test

import (
	"context"
	"testing"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator"
	"github.com/parley-chat/parley/emulator-tests/admin"
	"github.com/parley-chat/parley/emulator-tests/dump"
)

// What was there for a moment only is searched, too: a document that is written, changed and deleted at once.
func TestRecorderMissesNoVersion(t *testing.T) {
	server, err := emulator.Start(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	store, err := admin.Open(t.Context(), server.Addr(), "demo-dump")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	feed, err := store.Listen(ctx)
	if err != nil {
		t.Fatal(err)
	}
	recorder, ended := &dump.Recorder{}, make(chan error)
	go func() { ended <- recorder.Follow(feed) }()
	for _, w := range []admin.Write{
		{Path: "any/where/deep/down", Fields: field("192.168.1.7 and more"), Whole: true},
		{Path: "any/where/deep/down", Fields: field("nothing")},
		{Path: "any/where/deep/down", Delete: true},
		{Path: "last/one", Fields: field("nothing else"), Whole: true},
	} {
		if err := store.Write(ctx, w); err != nil {
			t.Fatal(err)
		}
	}
	if err := recorder.Await(ctx, "last/* inside", 1); err != nil {
		t.Fatal(err)
	}
	stop()
	if <-ended == nil {
		t.Error("the feed ended without a reason")
	}
	report := recorder.Search(&dump.Searcher{})
	if report.Documents != 2 || report.Versions != 4 {
		t.Errorf("%d versions of %d documents, want 4 of 2", report.Versions, report.Documents)
	}
	if len(report.Leaks) != 1 || report.Leaks[0].Place != "any/*/deep/* inside" {
		t.Errorf("found %v, want the one address", report.Leaks)
	}
}

func field(text string) admin.Fields {
	value := &firestorepb.Value{ValueType: &firestorepb.Value_StringValue{StringValue: text}}
	return admin.Fields{"inside": {ValueType: &firestorepb.Value_MapValue{MapValue: &firestorepb.MapValue{
		Fields: map[string]*firestorepb.Value{"member": value},
	}}}}
}
