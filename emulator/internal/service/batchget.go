package service

import (
	"fmt"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/store"
)

// BatchGetDocuments implements firestorepb.FirestoreServer. A document that is asked for twice is told once.
func (s *Service) BatchGetDocuments(
	r *firestorepb.BatchGetDocumentsRequest, stream firestorepb.Firestore_BatchGetDocumentsServer,
) error {
	ctx := stream.Context()
	db, err := s.of(database(r.GetDatabase()))
	if err != nil {
		return err
	}
	names, err := distinctNames(db, r.GetDocuments())
	if err != nil {
		return err
	}
	mask, err := parseMask(r.GetMask())
	if err != nil {
		return err
	}
	c := consistency{transaction: r.GetTransaction(), begin: r.GetNewTransaction(), at: r.GetReadTime()}
	seen, err := c.look(db, store.Reads{Names: names})
	if err != nil {
		return err
	}
	for _, name := range names { // before anything is told
		if _, err := s.mayGet(ctx, seen.Snapshot, name); err != nil {
			return err
		}
	}
	if seen.begun != nil {
		if err := stream.Send(&firestorepb.BatchGetDocumentsResponse{Transaction: seen.begun}); err != nil {
			return fmt.Errorf("service: send: %w", err)
		}
	}
	for _, name := range names {
		if err := stream.Send(batchGot(seen, name, mask)); err != nil {
			return fmt.Errorf("service: send: %w", err)
		}
	}
	return nil
}

// distinctNames leaves out repeated names, and checks that all are documents' in this database.
func distinctNames(db *store.Store, names []string) ([]string, error) {
	seen := make(map[string]struct{}, len(names))
	var distinct []string
	for _, name := range names {
		if _, repeated := seen[name]; repeated {
			continue
		}
		if err := checkName(db.Root(), name); err != nil {
			return nil, err
		}
		seen[name] = struct{}{}
		distinct = append(distinct, name)
	}
	return distinct, nil
}

// batchGot is the answer about one document.
func batchGot(seen view, name string, m mask) *firestorepb.BatchGetDocumentsResponse {
	answer := &firestorepb.BatchGetDocumentsResponse{ReadTime: seen.Time().Proto()}
	if found := seen.Get(name); found != nil {
		answer.Result = &firestorepb.BatchGetDocumentsResponse_Found{Found: m.of(found)}
	} else {
		answer.Result = &firestorepb.BatchGetDocumentsResponse_Missing{Missing: name}
	}
	return answer
}
