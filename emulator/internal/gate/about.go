package gate

import (
	"context"
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/faults"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// about is the database of a request and the full names of what it is about: documents, and collections that are
// searched. Nothing of it is checked: the request may be refused yet.
func about(request any) (database string, names []string) {
	switch r := request.(type) {
	case *firestorepb.GetDocumentRequest:
		names = []string{r.GetName()}
	case *firestorepb.CreateDocumentRequest:
		names = []string{r.GetParent() + "/" + r.GetCollectionId() + "/" + r.GetDocumentId()}
	case *firestorepb.UpdateDocumentRequest:
		names = []string{r.GetDocument().GetName()}
	case *firestorepb.DeleteDocumentRequest:
		names = []string{r.GetName()}
	case *firestorepb.ListDocumentsRequest:
		names = []string{r.GetParent() + "/" + r.GetCollectionId()}
	case *firestorepb.ListCollectionIdsRequest:
		names = []string{r.GetParent()}
	case *firestorepb.RunQueryRequest:
		names = searched(r.GetParent(), r.GetStructuredQuery())
	case *firestorepb.RunAggregationQueryRequest:
		names = searched(r.GetParent(), r.GetStructuredAggregationQuery().GetStructuredQuery())
	case *firestorepb.BatchGetDocumentsRequest:
		return r.GetDatabase(), r.GetDocuments()
	case *firestorepb.CommitRequest:
		return r.GetDatabase(), written(r.GetWrites())
	case *firestorepb.BatchWriteRequest:
		return r.GetDatabase(), written(r.GetWrites())
	case interface{ GetDatabase() string }:
		return r.GetDatabase(), nil
	}
	if len(names) == 0 {
		return "", nil
	}
	database, _, _ = strings.Cut(names[0], "/documents")
	return database, names
}

// searched are the collections of a query. A group of collections is what its parent holds.
func searched(parent string, q *firestorepb.StructuredQuery) []string {
	names := make([]string, 0, 1)
	for _, from := range q.GetFrom() {
		if from.GetAllDescendants() {
			names = append(names, parent)
		} else {
			names = append(names, parent+"/"+from.GetCollectionId())
		}
	}
	return names
}

// told are the documents or collections of a target.
func told(t *firestorepb.Target) []string {
	if q := t.GetQuery(); q != nil {
		return searched(q.GetParent(), q.GetStructuredQuery())
	}
	return t.GetDocuments().GetDocuments()
}

func written(writes []*firestorepb.Write) []string {
	names := make([]string, len(writes))
	for i, w := range writes {
		names[i] = store.NameOf(w)
	}
	return names
}

// occasion is a call, or a message, as package faults knows it.
func occasion(ctx context.Context, method string, names []string) faults.Occasion {
	o := faults.Occasion{Method: method, Client: service.ClientOf(ctx)}
	for _, name := range names {
		if _, path, ok := strings.Cut(name, "/documents"); ok {
			o.Paths = append(o.Paths, strings.TrimPrefix(path, "/"))
		}
	}
	return o
}
