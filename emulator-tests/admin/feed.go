package admin

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
)

// ErrMissed is returned by Next when the database has told less than everything: it began anew.
var ErrMissed = errors.New("admin: the feed has a gap")

// Change is what one document has become.
type Change struct {
	// Path is the document's, without the database: rooms/…
	Path string
	// Fields are all that it has; nil if it does not exist any more.
	Fields Fields
}

// Feed tells every change of every document, one after the other. One goroutine at a time may use it.
type Feed struct {
	stream firestorepb.Firestore_ListenClient
	prefix string
}

// Listen begins with the documents as they are now and ends with ctx. When it returns, no later change will be missed.
func (d *Database) Listen(ctx context.Context) (*Feed, error) {
	stream, err := d.client.Listen(ctx)
	if err != nil {
		return nil, fmt.Errorf("admin: listen: %w", err)
	}
	everything := &firestorepb.StructuredQuery{
		From: []*firestorepb.StructuredQuery_CollectionSelector{{AllDescendants: true}},
	}
	err = stream.Send(&firestorepb.ListenRequest{
		Database: d.name,
		TargetChange: &firestorepb.ListenRequest_AddTarget{AddTarget: &firestorepb.Target{
			TargetId: 1,
			TargetType: &firestorepb.Target_Query{Query: &firestorepb.Target_QueryTarget{
				Parent:    d.documents(),
				QueryType: &firestorepb.Target_QueryTarget_StructuredQuery{StructuredQuery: everything},
			}},
		}},
	})
	if err != nil {
		return nil, fmt.Errorf("admin: listen: %w", err)
	}
	f := &Feed{stream: stream, prefix: d.documents() + "/"}
	first, err := stream.Recv() // the target is added: the feed is at a moment from which on nothing gets lost
	if err != nil {
		return nil, fmt.Errorf("admin: listen: %w", err)
	}
	if first.GetTargetChange().GetTargetChangeType() != firestorepb.TargetChange_ADD {
		return nil, fmt.Errorf("admin: listen: %w", ErrMissed)
	}
	return f, nil
}

// Next waits for the next change. Errors are [ErrMissed], and those of gRPC: Canceled after the end of the context.
func (f *Feed) Next() (Change, error) {
	for {
		r, err := f.stream.Recv()
		if err != nil {
			return Change{}, err
		}
		switch told := r.GetResponseType().(type) {
		case *firestorepb.ListenResponse_DocumentChange:
			document := told.DocumentChange.GetDocument()
			fields := document.GetFields()
			if fields == nil {
				fields = Fields{}
			}
			return Change{Path: f.path(document.GetName()), Fields: fields}, nil
		case *firestorepb.ListenResponse_DocumentDelete:
			return Change{Path: f.path(told.DocumentDelete.GetDocument())}, nil
		case *firestorepb.ListenResponse_Filter:
			return Change{}, ErrMissed
		case *firestorepb.ListenResponse_TargetChange:
			switch told.TargetChange.GetTargetChangeType() {
			case firestorepb.TargetChange_RESET, firestorepb.TargetChange_REMOVE:
				return Change{}, ErrMissed
			default: // a moment without news
			}
		}
	}
}

func (f *Feed) path(name string) string { return strings.TrimPrefix(name, f.prefix) }
