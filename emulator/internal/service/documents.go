package service

import (
	"context"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
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
	mask, err := parseMask(r.GetMask())
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
	return mask.of(found), nil
}

// CreateDocument implements firestorepb.FirestoreServer.
func (s *Service) CreateDocument(
	ctx context.Context, r *firestorepb.CreateDocumentRequest,
) (*firestorepb.Document, error) {
	db, err := s.of(parent(r.GetParent()))
	if err != nil {
		return nil, err
	}
	if err := value.ValidateCollectionID(r.GetCollectionId()); err != nil {
		return nil, err
	}
	id := r.GetDocumentId()
	if id == "" {
		id = newDocumentID()
	}
	if err := value.ValidateDocumentID(id); err != nil {
		return nil, err
	}
	if r.GetDocument().GetName() != "" {
		return nil, status.Error(codes.InvalidArgument, "document.name must not be set")
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
	ctx context.Context, db *store.Store, w *firestorepb.Write, answered *firestorepb.DocumentMask,
) (*firestorepb.Document, error) {
	mask, err := parseMask(answered)
	if err != nil {
		return nil, err
	}
	writes := []store.Write{{Proto: w}}
	if err := checkWrites(db, writes); err != nil {
		return nil, err
	}
	var made *firestorepb.Document
	check := s.mayWrite(ctx, writes)
	_, err = db.Commit(ctx, store.Request{
		Writes: writes,
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
	return mask.of(made), nil
}

// DeleteDocument implements firestorepb.FirestoreServer.
func (s *Service) DeleteDocument(
	ctx context.Context, r *firestorepb.DeleteDocumentRequest,
) (*emptypb.Empty, error) {
	db, err := s.of(document(r.GetName()))
	if err != nil {
		return nil, err
	}
	if err := s.commit(ctx, db, &firestorepb.Write{
		Operation: &firestorepb.Write_Delete{Delete: r.GetName()}, CurrentDocument: r.GetCurrentDocument(),
	}); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, nil
}

// of gives the database that a name was found to lie in.
func (s *Service) of(name string, err error) (*store.Store, error) {
	if err != nil {
		return nil, err
	}
	return s.database(name)
}
