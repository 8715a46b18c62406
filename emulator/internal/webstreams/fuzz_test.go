package webstreams_test

import (
	"context"
	"io"
	"testing"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/service"
)

const database = "projects/demo-x/databases/(default)"

// FuzzListen lets a client that the rules do not bind listen to whatever JSON says, and then go.
func FuzzListen(f *testing.F) {
	const documents = database + "/documents"
	const where = `{"compositeFilter":{"op":"OR","filters":[{"unaryFilter":{"field":{"fieldPath":"n"},"op":"IS_NULL"}},` +
		`{"fieldFilter":{"field":{"fieldPath":"n"},"op":"IN","value":{"arrayValue":{"values":[{"integerValue":"1"}]}}}}]}}`
	for _, seed := range []string{
		`{"addTarget":{"targetId":2,"documents":{"documents":["` + documents + `/a/b"]}}}`,
		`{"addTarget":{"targetId":2,"documents":{"documents":["` + documents + `/a"]}}}`,
		`{"addTarget":{"targetId":2,"once":true,"resumeToken":"AAZgtzwgvxM=","expectedCount":2,` +
			`"query":{"parent":"` + documents + `","structuredQuery":{` +
			`"from":[{"collectionId":"a","allDescendants":true}],"where":` + where + `,"limit":1}}}}`,
		`{"addTarget":{"targetId":2,"readTime":"2020-01-01T00:00:00Z",` +
			`"query":{"parent":"` + documents + `/a","structuredQuery":{}}}}`,
		`{"removeTarget":2}`,
	} {
		f.Add(seed)
	}
	api := service.New(nil)
	f.Cleanup(api.Close)
	owner := service.WithCaller(f.Context(), service.Caller{Admin: true})
	if _, err := api.CreateDocument(owner, &firestorepb.CreateDocumentRequest{
		Parent: database + "/documents", CollectionId: "a", DocumentId: "b", Document: &firestorepb.Document{},
	}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		r := &firestorepb.ListenRequest{}
		if (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal([]byte(raw), r) != nil {
			return
		}
		r.Database = database
		ctx := service.WithCaller(t.Context(), service.Caller{Admin: true})
		_ = api.Listen(&listener{ctx: ctx, asks: []*firestorepb.ListenRequest{r, proto.CloneOf(r)}})
	})
}

// listener asks what it is given, then goes.
type listener struct {
	grpc.ServerStream // nil: not called

	ctx  context.Context //nolint:containedctx // it is the stream's
	asks []*firestorepb.ListenRequest
}

func (l *listener) Context() context.Context { return l.ctx }

func (l *listener) Send(*firestorepb.ListenResponse) error { return nil }

func (l *listener) Recv() (*firestorepb.ListenRequest, error) {
	if len(l.asks) == 0 {
		return nil, io.EOF
	}
	first := l.asks[0]
	l.asks = l.asks[1:]
	return first, nil
}
