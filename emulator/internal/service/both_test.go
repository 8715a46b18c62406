package service_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parley-chat/parley/emulator/internal/grpcserver"
	"github.com/parley-chat/parley/emulator/internal/guard"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/internal/firestoretest"
)

// The tests wait for servers far more than they compute, each in a project of its own: many run at once.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "16"); err != nil {
		panic(err)
	}
	os.Exit(firestoretest.Main(m))
}

// server is the official emulator or ours, with a database of the test's own. Both call it the same.
type server struct {
	pb.FirestoreClient

	name     string
	database string // its name
	root     string // the prefix of its documents' names
	setRules func(source string)
}

const openRules = `
service cloud.firestore {
  match /databases/{d}/documents {
    match /{document=**} { allow read, write: if true; }
  }
}`

// both are the official emulator and ours. At both, everything is allowed to everybody until there are rules.
func both(t *testing.T) [2]*server {
	t.Helper()
	project := firestoretest.Project(t)
	official := connect(t, firestoretest.Addr(t), project)
	official.name, official.setRules = "official", func(source string) { firestoretest.SetRules(t, project, source) }

	rights := guard.New(nil)
	ours := connect(t, serve(t, service.New(&service.Options{Guard: rights})), project)
	ours.name, ours.setRules = "ours", func(source string) {
		if err := rights.Set(project, []byte(source)); err != nil {
			t.Fatal(err)
		}
	}
	ours.setRules(openRules)
	return [2]*server{official, ours}
}

// serve serves the service on gRPC and gives its address.
func serve(t *testing.T, api *service.Service) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	transport, served := grpcserver.New(api), make(chan error, 1)
	go func() { served <- transport.Serve(listener) }()
	t.Cleanup(func() {
		api.Close()
		transport.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

func connect(t *testing.T, addr, project string) *server {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:///"+addr, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	database := "projects/" + project + "/databases/(default)"
	return &server{FirestoreClient: pb.NewFirestoreClient(conn), database: database, root: database + "/documents"}
}

// as says with which Authorization header calls are made. Empty: none.
func as(ctx context.Context, authorization string) context.Context {
	if authorization == "" {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, "authorization", authorization)
}

const owner = "Bearer owner"

// user is an unsigned token, as every emulator believes it.
func user(claims map[string]any) string {
	raw, err := json.Marshal(claims)
	if err != nil {
		panic(err) // claims are of JSON
	}
	encode := base64.RawURLEncoding.EncodeToString
	return "Bearer " + encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode(raw) + "."
}

// one is a unary call's answer, as cases have it.
func one[M proto.Message](m M, err error) ([]proto.Message, error) {
	if err != nil {
		return nil, err
	}
	return []proto.Message{m}, nil
}

// all are the answers of a stream.
func all[M any, P interface {
	*M
	proto.Message
}](stream grpc.ServerStreamingClient[M], err error) ([]proto.Message, error) {
	if err != nil {
		return nil, err
	}
	var messages []proto.Message
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return messages, nil
		}
		if err != nil {
			return messages, err
		}
		messages = append(messages, P(m))
	}
}

// call is one request, or some in order, with what they answered.
type call func(ctx context.Context, s *server) ([]proto.Message, error)

// comparison is a call that comes to the same at both servers, or differs for a reason.
type comparison struct {
	what    string
	call    call
	differs string // why ours answers otherwise, and must; empty: it does not
}

// compare makes the calls at both, in order, as somebody.
func compare(t *testing.T, servers [2]*server, authorization string, cases []comparison) {
	t.Helper()
	for _, c := range cases {
		var outcomes [2]string
		var errs [2]error
		for i, s := range servers {
			messages, err := c.call(as(t.Context(), authorization), s)
			outcomes[i], errs[i] = outcome(messages, err), err
		}
		same := outcomes[0] == outcomes[1]
		if same != (c.differs == "") {
			t.Errorf("%s: differs: %q\n%s: %.1500s %v\n%s: %.1500s %v", c.what, c.differs,
				servers[0].name, outcomes[0], errs[0], servers[1].name, outcomes[1], errs[1])
		}
	}
}

// outcome is what a call came to, as text that is the same at both if they do the same: times, tokens and ids count
// by their presence.
func outcome(messages []proto.Message, err error) string {
	if err != nil {
		return status.Code(err).String()
	}
	var text strings.Builder
	for _, m := range messages {
		m = proto.Clone(m)
		level(m.ProtoReflect())
		text.WriteString(strings.ReplaceAll(prototext.MarshalOptions{}.Format(m), "  ", " ") + "\n")
	}
	return text.String()
}

// level makes what no two servers have alike the same.
func level(m protoreflect.Message) {
	m.SetUnknown(nil) // members newer than the published protocol
	m.Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch name := field.Name(); {
		case strings.HasSuffix(string(name), "_time"):
			m.Clear(field)
			m.Mutable(field)
		case name == "transaction", name == "stream_token", name == "resume_token":
			m.Set(field, protoreflect.ValueOfBytes([]byte("some")))
		case name == "next_page_token", name == "stream_id", name == "message":
			m.Set(field, protoreflect.ValueOfString("some"))
		case field.IsMap() && field.MapValue().Message() != nil:
			v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool { level(v.Message()); return true })
		case field.IsList() && field.Message() != nil:
			for i := range v.List().Len() {
				level(v.List().Get(i).Message())
			}
		case field.Message() != nil && !field.IsMap():
			level(v.Message())
		}
		return true
	})
}
