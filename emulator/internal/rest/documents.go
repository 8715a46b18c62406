package rest

import (
	"context"
	"strconv"
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// rootSegments are those of projects/P/databases/D/documents.
const rootSegments = 5

// isCollection tells whether the name ends with a collection's id.
func isCollection(name string) bool {
	return (strings.Count(name, "/")+1-rootSegments)%2 == 1
}

// collection cuts the name of a collection into its parent and its id.
func (c *call) collection() (parent, id string, err error) {
	if !isCollection(c.name) {
		return "", "", status.Errorf(codes.InvalidArgument, "%q is not a collection.", c.name)
	}
	cut := strings.LastIndexByte(c.name, '/')
	return c.name[:cut], c.name[cut+1:], nil
}

func (c *call) getOrList(ctx context.Context) (proto.Message, error) {
	transaction, err := c.transaction()
	if err != nil {
		return nil, err
	}
	at, err := c.time("readTime")
	if err != nil {
		return nil, err
	}
	if isCollection(c.name) {
		return c.list(ctx, transaction, at)
	}
	r := &firestorepb.GetDocumentRequest{Name: c.name, Mask: c.mask("mask")}
	if transaction != nil {
		r.ConsistencySelector = &firestorepb.GetDocumentRequest_Transaction{Transaction: transaction}
	} else if at != nil {
		r.ConsistencySelector = &firestorepb.GetDocumentRequest_ReadTime{ReadTime: at}
	}
	return c.api.GetDocument(ctx, r)
}

func (c *call) list(ctx context.Context, transaction []byte, at *timestamppb.Timestamp) (proto.Message, error) {
	parent, id, err := c.collection()
	if err != nil {
		return nil, err
	}
	r := &firestorepb.ListDocumentsRequest{
		Parent: parent, CollectionId: id, PageToken: c.query.Get("pageToken"), OrderBy: c.query.Get("orderBy"),
		Mask: c.mask("mask"),
	}
	if transaction != nil {
		r.ConsistencySelector = &firestorepb.ListDocumentsRequest_Transaction{Transaction: transaction}
	} else if at != nil {
		r.ConsistencySelector = &firestorepb.ListDocumentsRequest_ReadTime{ReadTime: at}
	}
	if missing := c.query.Get("showMissing"); missing != "" {
		if r.ShowMissing, err = strconv.ParseBool(missing); err != nil {
			return nil, status.Error(codes.InvalidArgument, "showMissing must be true or false.")
		}
	}
	if size := c.query.Get("pageSize"); size != "" {
		n, err := strconv.ParseInt(size, 10, 32)
		if err != nil {
			return nil, status.Error(codes.InvalidArgument, "pageSize must be a number.")
		}
		r.PageSize = int32(n)
	}
	return c.api.ListDocuments(ctx, r)
}

func (c *call) create(ctx context.Context) (proto.Message, error) {
	parent, id, err := c.collection()
	if err != nil {
		return nil, err
	}
	d := &firestorepb.Document{}
	if err := c.into(d); err != nil {
		return nil, err
	}
	return c.api.CreateDocument(ctx, &firestorepb.CreateDocumentRequest{
		Parent: parent, CollectionId: id, DocumentId: c.query.Get("documentId"), Document: d, Mask: c.mask("mask"),
	})
}

func (c *call) update(ctx context.Context) (proto.Message, error) {
	d := &firestorepb.Document{}
	if err := c.into(d); err != nil {
		return nil, err
	}
	d.Name = c.name
	condition, err := c.precondition()
	if err != nil {
		return nil, err
	}
	return c.api.UpdateDocument(ctx, &firestorepb.UpdateDocumentRequest{
		Document: d, UpdateMask: c.mask("updateMask"), Mask: c.mask("mask"), CurrentDocument: condition,
	})
}

func (c *call) remove(ctx context.Context) (proto.Message, error) {
	condition, err := c.precondition()
	if err != nil {
		return nil, err
	}
	return c.api.DeleteDocument(ctx, &firestorepb.DeleteDocumentRequest{Name: c.name, CurrentDocument: condition})
}
