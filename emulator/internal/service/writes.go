package service

import (
	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/store"
	"github.com/parley-chat/parley/emulator/internal/value"
)

// maxTransforms is how many transforms a commit may have for one document
// (https://firebase.google.com/docs/firestore/quotas#writes_and_transactions).
const maxTransforms = 500

// checkWrites checks the writes of a commit by themselves: what is wrong with them is told before anything is asked
// that depends on what is stored, rules and preconditions among it.
func checkWrites(db *store.Store, writes []store.Write) error {
	documents := map[string]*sequence{}
	for _, w := range writes {
		name := w.Verify
		if name == "" {
			if err := checkWrite(w.Proto); err != nil {
				return err
			}
			name = store.NameOf(w.Proto)
		}
		if err := checkName(db.Root(), name); err != nil {
			return err
		}
		if at := w.Proto.GetCurrentDocument().GetUpdateTime(); at != nil {
			if _, err := moment(at); err != nil {
				return err
			}
		}
		before := documents[name]
		if before == nil {
			before = &sequence{}
			documents[name] = before
		}
		if err := before.add(w); err != nil {
			return err
		}
	}
	return nil
}

// checkWrite checks what belongs together in a write, and what an update or a transform is made of.
func checkWrite(w *firestorepb.Write) error {
	masked, transformed := w.GetUpdateMask() != nil, len(w.GetUpdateTransforms()) > 0
	switch operation := w.GetOperation().(type) {
	case *firestorepb.Write_Update:
		if _, err := parseMask(w.GetUpdateMask()); err != nil {
			return err
		}
		if err := value.ValidateContent(operation.Update); err != nil {
			return err
		}
		return value.ValidateTransforms(w.GetUpdateTransforms())
	case *firestorepb.Write_Delete:
		return refuseIf(masked, transformed, "delete")
	case *firestorepb.Write_Transform:
		if len(operation.Transform.GetFieldTransforms()) == 0 {
			return status.Error(codes.InvalidArgument, "The list of FieldTransform must not be empty.")
		}
		if err := refuseIf(masked, transformed, "transform"); err != nil {
			return err
		}
		return value.ValidateTransforms(operation.Transform.GetFieldTransforms())
	}
	return status.Error(codes.InvalidArgument, "empty write operation")
}

func refuseIf(masked, transformed bool, kind string) error {
	switch {
	case masked:
		return status.Errorf(codes.InvalidArgument, "a %s must not specify a document mask.", kind)
	case transformed:
		return status.Errorf(codes.InvalidArgument, "a %s must not specify a update transform.", kind)
	}
	return nil
}

// sequence is what the writes of a commit that came so far do to one document.
type sequence struct {
	last       string // what the last one does: insert, update, upsert, delete or verify; empty: there was none
	since      *firestorepb.Precondition_UpdateTime
	transforms int
}

// add takes the next write of the document. Some cannot follow each other, since a commit makes one change of them.
func (s *sequence) add(write store.Write) error {
	if write.Verify != "" {
		return s.addVerify(write.Proto)
	}
	w := write.Proto
	s.transforms += len(w.GetUpdateTransforms()) + len(w.GetTransform().GetFieldTransforms())
	if s.transforms > maxTransforms {
		return status.Errorf(
			codes.InvalidArgument, "A commit may have at most %d transforms of one document.", maxTransforms)
	}
	next, needs, absent := kindOf(w)
	since, _ := w.GetCurrentDocument().GetConditionType().(*firestorepb.Precondition_UpdateTime)
	switch {
	case s.last == "":
		s.since = since
	case s.last == "verify":
		return errVerified()
	case absent && s.last != "delete", needs && s.last == "delete":
		return status.Errorf(codes.InvalidArgument, "Cannot %s then %s an entity in the same request.", s.last, next)
	case since != nil && (s.since == nil || !since.UpdateTime.AsTime().Equal(s.since.UpdateTime.AsTime())):
		return status.Error(codes.InvalidArgument, "Cannot collapse mutations with different version preconditions")
	}
	s.last = next
	return nil
}

// addVerify takes a check of the document, which is the only thing that a commit does to it.
func (s *sequence) addVerify(w *firestorepb.Write) error {
	switch {
	case w.GetCurrentDocument().GetConditionType() == nil:
		return status.Error(codes.InvalidArgument, "a verify must contain a precondition")
	case s.last != "" && s.last != "verify":
		return errVerified()
	}
	s.last = "verify"
	return nil
}

func errVerified() error {
	return status.Error(codes.InvalidArgument,
		"the same document cannot be verified and then written in a single request")
}

// kindOf is what a write does, and whether it needs the document to be there, or to be absent.
func kindOf(w *firestorepb.Write) (kind string, needs, absent bool) {
	condition := w.GetCurrentDocument()
	needs = condition.GetExists() || condition.GetUpdateTime() != nil
	_, absent = condition.GetConditionType().(*firestorepb.Precondition_Exists)
	absent = absent && !needs
	switch _, deletes := w.GetOperation().(*firestorepb.Write_Delete); {
	case deletes:
		return "delete", needs, absent
	case needs:
		return "update", needs, absent
	case absent:
		return "insert", needs, absent
	}
	return "upsert", needs, absent
}
