package service

import (
	"context"
	"crypto/rand"
	"fmt"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/parley-chat/parley/emulator/internal/store"
	"github.com/parley-chat/parley/emulator/internal/value"
)

// GetDocument implements firestorepb.FirestoreServer.
func (s *Service) GetDocument(
	ctx context.Context, r *firestorepb.GetDocumentRequest,
) (*firestorepb.Document, error) {
	db, err := s.of(document(r.GetName()))
	if err != nil {
		return nil, err
	}
	c := consistency{transaction: r.GetTransaction(), at: r.GetReadTime()}
	seen, err := c.look(db, store.Reads{Names: []string{r.GetName()}})
	if err != nil {
		return nil, err
	}
	if _, err := s.mayGet(ctx, seen.Snapshot, r.GetName()); err != nil {
		return nil, err
	}
	found := seen.Get(r.GetName())
	if found == nil {
		return nil, status.Errorf(codes.NotFound, "Document %q not found.", r.GetName())
	}
	return masked(found, r.GetMask())
}

// CreateDocument implements firestorepb.FirestoreServer.
func (s *Service) CreateDocument(
	ctx context.Context, r *firestorepb.CreateDocumentRequest,
) (*firestorepb.Document, error) {
	db, err := s.of(parent(r.GetParent()))
	if err != nil {
		return nil, err
	}
	id := r.GetDocumentId()
	if id == "" {
		id = rand.Text()
	}
	name := r.GetParent() + "/" + r.GetCollectionId() + "/" + id
	given := &firestorepb.Document{Name: name, Fields: r.GetDocument().GetFields()}
	return s.put(ctx, db, &firestorepb.Write{
		Operation:       &firestorepb.Write_Update{Update: given},
		CurrentDocument: &firestorepb.Precondition{ConditionType: &firestorepb.Precondition_Exists{Exists: false}},
	}, r.GetMask())
}

// UpdateDocument implements firestorepb.FirestoreServer.
func (s *Service) UpdateDocument(
	ctx context.Context, r *firestorepb.UpdateDocumentRequest,
) (*firestorepb.Document, error) {
	db, err := s.of(document(r.GetDocument().GetName()))
	if err != nil {
		return nil, err
	}
	return s.put(ctx, db, &firestorepb.Write{
		Operation:  &firestorepb.Write_Update{Update: r.GetDocument()},
		UpdateMask: r.GetUpdateMask(), CurrentDocument: r.GetCurrentDocument(),
	}, r.GetMask())
}

// put commits one write and gives the document that it made.
func (s *Service) put(
	ctx context.Context, db *store.Store, w *firestorepb.Write, mask *firestorepb.DocumentMask,
) (*firestorepb.Document, error) {
	var made *firestorepb.Document
	check := s.mayWrite(ctx)
	_, err := db.Commit(ctx, store.Request{
		Writes: []store.Write{{Proto: w}},
		Check: func(before, after store.Snapshot, changes []store.Change) error {
			made = after.Get(w.GetUpdate().GetName())
			if check == nil {
				return nil
			}
			return check(before, after, changes)
		},
	})
	if err != nil {
		return nil, err
	}
	return masked(made, mask)
}

// DeleteDocument implements firestorepb.FirestoreServer.
func (s *Service) DeleteDocument(
	ctx context.Context, r *firestorepb.DeleteDocumentRequest,
) (*emptypb.Empty, error) {
	db, err := s.of(document(r.GetName()))
	if err != nil {
		return nil, err
	}
	_, err = db.Commit(ctx, store.Request{Check: s.mayWrite(ctx), Writes: []store.Write{{Proto: &firestorepb.Write{
		Operation: &firestorepb.Write_Delete{Delete: r.GetName()}, CurrentDocument: r.GetCurrentDocument(),
	}}}})
	if err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, nil
}

// BatchGetDocuments implements firestorepb.FirestoreServer.
func (s *Service) BatchGetDocuments(
	r *firestorepb.BatchGetDocumentsRequest, stream firestorepb.Firestore_BatchGetDocumentsServer,
) error {
	ctx := stream.Context()
	db, err := s.of(database(r.GetDatabase()))
	if err != nil {
		return err
	}
	for _, name := range r.GetDocuments() {
		if in, err := document(name); err != nil {
			return err
		} else if in+"/documents" != db.Root() {
			return status.Errorf(codes.InvalidArgument, "Document %q is not in database %q.", name, r.GetDatabase())
		}
	}
	c := consistency{transaction: r.GetTransaction(), begin: r.GetNewTransaction(), at: r.GetReadTime()}
	seen, err := c.look(db, store.Reads{Names: r.GetDocuments()})
	if err != nil {
		return err
	}
	if seen.begun != nil {
		if err := stream.Send(&firestorepb.BatchGetDocumentsResponse{Transaction: seen.begun}); err != nil {
			return fmt.Errorf("service: send: %w", err)
		}
	}
	for _, name := range r.GetDocuments() {
		answer, err := s.batchGet(ctx, seen, name, r.GetMask())
		if err != nil {
			return err
		}
		if err := stream.Send(answer); err != nil {
			return fmt.Errorf("service: send: %w", err)
		}
	}
	return nil
}

func (s *Service) batchGet(
	ctx context.Context, seen view, name string, mask *firestorepb.DocumentMask,
) (*firestorepb.BatchGetDocumentsResponse, error) {
	if _, err := s.mayGet(ctx, seen.Snapshot, name); err != nil {
		return nil, err
	}
	answer := &firestorepb.BatchGetDocumentsResponse{ReadTime: seen.Time().Proto()}
	found := seen.Get(name)
	if found == nil {
		answer.Result = &firestorepb.BatchGetDocumentsResponse_Missing{Missing: name}
		return answer, nil
	}
	told, err := masked(found, mask)
	answer.Result = &firestorepb.BatchGetDocumentsResponse_Found{Found: told}
	return answer, err
}

// of gives the database that a name was found to lie in.
func (s *Service) of(name string, err error) (*store.Store, error) {
	if err != nil {
		return nil, err
	}
	return s.database(name)
}

// masked is the document with the fields of the mask alone; all of it without a mask.
func masked(d *firestorepb.Document, mask *firestorepb.DocumentMask) (*firestorepb.Document, error) {
	if mask == nil {
		return d, nil
	}
	fields := map[string]*firestorepb.Value{}
	for _, path := range mask.GetFieldPaths() {
		parsed, err := value.ParseFieldPath(path)
		if err != nil {
			return nil, err
		}
		if v := parsed.Get(d.GetFields()); v != nil {
			parsed.Set(fields, proto.CloneOf(v)) // a later path may lead into it
		}
	}
	return &firestorepb.Document{
		Name: d.GetName(), Fields: fields, CreateTime: d.GetCreateTime(), UpdateTime: d.GetUpdateTime(),
	}, nil
}
