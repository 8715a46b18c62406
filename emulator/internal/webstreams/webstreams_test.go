package webstreams_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/gate"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/webchannel"
	"github.com/parley-chat/parley/emulator/internal/webchannel/channeltest"
	"github.com/parley-chat/parley/emulator/internal/webstreams"
)

// serve serves both channels and gives http://HOST:PORT.
func serve(t *testing.T) string {
	t.Helper()
	api := service.New(nil)
	behind := gate.New(api, metering.New(), nil)
	channels := webchannel.New(&webchannel.Options{MaxMessageBytes: webchannel.DefaultMaxBodyBytes})
	mux := http.NewServeMux()
	const streams = "/google.firestore.v1.Firestore/"
	mux.Handle(streams+"Listen/channel", channels.Handler(webstreams.Listen(behind)))
	mux.Handle(streams+"Write/channel", channels.Handler(webstreams.Write(behind)))
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		behind.Close()
		api.Close()
		if err := channels.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return server.URL
}

// open makes a session of the administrator's.
func open(t *testing.T, address, stream string, messages ...string) *channeltest.Channel {
	t.Helper()
	return channeltest.Open(t, address, stream, database, channeltest.Hello{
		Authorization: "Bearer owner", Messages: messages,
	})
}

// next takes the next message into m.
func next[M proto.Message](t *testing.T, c *channeltest.Channel, m M) M {
	t.Helper()
	if raw := c.Next(); protojson.Unmarshal(raw, m) != nil {
		t.Fatalf("was told %s, want a %T", raw, m)
	}
	return m
}

// wantEnd expects an error as Firestore has it, and the end of the session.
func wantEnd(t *testing.T, c *channeltest.Channel, code int, status, says string) {
	t.Helper()
	var told struct {
		Error struct {
			Code            int
			Status, Message string
		}
	}
	raw := c.Next()
	err := json.Unmarshal(raw, &told)
	if err != nil || told.Error.Code != code || told.Error.Status != status ||
		!strings.Contains(told.Error.Message, says) {
		t.Errorf("was told %.300s, want %d %s, %q", raw, code, status, says)
	}
	if end := string(c.Next()); end != `"close"` {
		t.Errorf("after the error came %.300s", end)
	}
}

const (
	listens    = `{"database":"` + database + `","addTarget":{"targetId":7,"documents":{"documents":["` + one + `"]}}}`
	opensWrite = `{"database":"` + database + `"}`
	one        = database + "/documents/a/1"
)

// writes is a message that writes a document with this text, after a stream's first answer.
func writes(t *testing.T, after *firestorepb.WriteResponse, text string) string {
	t.Helper()
	fields := map[string]*firestorepb.Value{"t": {ValueType: &firestorepb.Value_StringValue{StringValue: text}}}
	raw, err := protojson.Marshal(&firestorepb.WriteRequest{
		StreamToken: after.GetStreamToken(),
		Writes: []*firestorepb.Write{{
			Operation: &firestorepb.Write_Update{Update: &firestorepb.Document{Name: one, Fields: fields}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// What one writes, the other hears.
func TestStreams(t *testing.T) {
	t.Parallel()
	address := serve(t)
	listener := open(t, address, "Listen", listens)
	defer listener.End()
	changed := func() *firestorepb.Document {
		t.Helper()
		for {
			m := next(t, listener, &firestorepb.ListenResponse{})
			if d := m.GetDocumentChange(); d != nil {
				return d.GetDocument()
			}
			if m.GetTargetChange().GetCause() != nil {
				t.Fatalf("the target ended: %v", m)
			}
		}
	}
	current := firestorepb.TargetChange_CURRENT
	for next(t, listener, &firestorepb.ListenResponse{}).GetTargetChange().GetTargetChangeType() != current {
		continue
	}
	writer := open(t, address, "Write", opensWrite)
	defer writer.End()
	told := next(t, writer, &firestorepb.WriteResponse{})
	for _, text := range []string{"first", "sécond"} {
		if status, body := writer.Post(writes(t, told, text)); status != http.StatusOK {
			t.Fatalf("%d %s", status, body)
		}
		if told = next(t, writer, &firestorepb.WriteResponse{}); len(told.GetWriteResults()) != 1 {
			t.Errorf("the write was answered %v", told)
		}
		if got := changed().GetFields()["t"].GetStringValue(); got != text {
			t.Errorf("heard of %q, want %q", got, text)
		}
	}
}

// A message that is none of the protocol's ends the stream with an error, after what was asked before was answered.
func TestMessagesThatCannotBe(t *testing.T) {
	t.Parallel()
	address := serve(t)
	const says = "Invalid JSON payload"
	for what, message := range map[string]string{
		"no object": `[]`, "another type": `{"database":5}`, "no list": `{"addTarget":{"readTime":"soon"},"writes":5}`,
	} {
		for stream, first := range map[string]string{"Listen": listens, "Write": opensWrite} {
			t.Run(what+", "+stream, func(t *testing.T) {
				t.Parallel()
				wantEnd(t, open(t, address, stream, message), http.StatusBadRequest, "INVALID_ARGUMENT", says)

				later := open(t, address, stream, first)
				if status, body := later.Post(message); status != http.StatusOK {
					t.Fatalf("%d %s", status, body)
				}
				for {
					raw := string(later.Next())
					if strings.Contains(raw, `"INVALID_ARGUMENT"`) && strings.Contains(raw, says) {
						break
					}
					if raw == `"close"` {
						t.Fatal("the session ended without an error")
					}
				}
			})
		}
	}
}

// A message that is too large is told so by the stream: after a request that failed the SDK would send it again, and
// again, and after INVALID_ARGUMENT it gives the write up.
func TestAMessageThatIsTooLarge(t *testing.T) {
	t.Parallel()
	writer := open(t, serve(t), "Write", opensWrite)
	told := next(t, writer, &firestorepb.WriteResponse{})
	if status, body := writer.Post(writes(t, told, strings.Repeat("x", 11<<20))); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	wantEnd(t, writer, http.StatusBadRequest, "INVALID_ARGUMENT", "payload size exceeds the limit")
}

// A session ends with its client's goodbye, and another begins.
func TestTheEndOfASession(t *testing.T) {
	t.Parallel()
	address := serve(t)
	writer := open(t, address, "Write", opensWrite)
	told := next(t, writer, &firestorepb.WriteResponse{})
	writer.End()
	if status, body := writer.Post(writes(t, told, "late")); status != http.StatusBadRequest ||
		!strings.Contains(body, "Unknown SID") {
		t.Errorf("a message after the end: %d %s", status, body)
	}
	wantEnd(t, open(t, address, "Write", `{"database":"x"}`), http.StatusBadRequest, "INVALID_ARGUMENT", "")
	stranger := channeltest.Open(t, address, "Write", database, channeltest.Hello{Authorization: "Basic eDp5"})
	wantEnd(t, stranger, http.StatusUnauthorized, "UNAUTHENTICATED", "")
}
