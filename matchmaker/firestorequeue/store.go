package firestorequeue

import (
	"context"
	"errors"
	"fmt"
	"io"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/protocol"
)

// Names of documents.

func (q *Queue) slotName(pool string) string {
	return q.database + "/documents/queue/" + pool + "/slots/0"
}

func (q *Queue) ticketName(id matchmaker.TicketID) string {
	return q.database + "/documents/tickets/" + string(id)
}

func (q *Queue) roomName(id protocol.RoomID) string {
	return q.database + "/documents/rooms/" + string(id)
}

// reading is a view with the versions that it was read in; nil: the document does not exist.
type reading struct {
	matchmaker.View
	slotVersion, ticketVersion *timestamppb.Timestamp
}

// read reads the slot, and the ticket if the call wants it, as they are at one moment.
func (q *Queue) read(ctx context.Context, c call) (reading, error) {
	names := []string{q.slotName(c.pool)}
	if c.readTicket {
		names = append(names, q.ticketName(c.ticket))
	}
	found, err := q.get(ctx, names...)
	if err != nil {
		return reading{}, err
	}
	r := reading{View: matchmaker.View{TicketRead: c.readTicket}}
	if document := found[names[0]]; document != nil {
		r.slotVersion = document.GetUpdateTime()
		r.Slot = whole(ctx, q, "slot", document, parseSlot)
	}
	if !c.readTicket {
		return r, nil
	}
	if document := found[names[1]]; document != nil {
		r.ticketVersion = document.GetUpdateTime()
		r.Ticket = whole(ctx, q, "ticket", document, parseTicket)
	}
	return r, nil
}

// readRoom adds the ticket's room to r.
func (q *Queue) readRoom(ctx context.Context, r *reading) error {
	id := r.Ticket.RoomID
	found, err := q.get(ctx, q.roomName(id))
	if err != nil {
		return err
	}
	r.RoomRead = true
	if document := found[q.roomName(id)]; document != nil {
		r.Room = whole(ctx, q, "room", document, func(f fields) (matchmaker.Room, error) { return parseRoom(id, f) })
	}
	return nil
}

// whole parses a document; one that is broken counts as absent.
func whole[T any](
	ctx context.Context, q *Queue, kind string, d *firestorepb.Document, parse func(fields) (T, error),
) *T {
	value, err := parse(d.GetFields())
	if err != nil {
		q.options.Log.WarnContext(ctx, "broken document, treated as absent", "kind", kind, "reason", err.Error())
		return nil
	}
	return &value
}

// get reads documents by name. They are read at one moment: Firestore does not read a later one of a batch
// from a time at which an earlier one had changed. An absent document is absent from the map.
func (q *Queue) get(ctx context.Context, names ...string) (map[string]*firestorepb.Document, error) {
	ctx, cancel := context.WithTimeout(q.outgoing(ctx), q.options.RPCTimeout)
	defer cancel()
	stream, err := q.client.BatchGetDocuments(ctx, &firestorepb.BatchGetDocumentsRequest{
		Database: q.database, Documents: names,
	})
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	found, answered := map[string]*firestorepb.Document{}, 0
	for {
		answer, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read: %w", err)
		}
		if document := answer.GetFound(); document != nil {
			found[document.GetName()] = document
		}
		if answer.GetResult() != nil {
			answered++
		}
	}
	if answered != len(names) {
		return nil, status.Errorf(codes.Unavailable, "read: %d of %d documents were answered", answered, len(names))
	}
	return found, nil
}

// commit applies the plan, all of it or nothing.
func (q *Queue) commit(ctx context.Context, c call, r reading, p matchmaker.Plan) error {
	ctx, cancel := context.WithTimeout(q.outgoing(ctx), q.options.RPCTimeout)
	defer cancel()
	_, err := q.client.Commit(ctx, &firestorepb.CommitRequest{Database: q.database, Writes: q.writes(c, r, p)})
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// writes are the plan's writes with their preconditions.
func (q *Queue) writes(c call, r reading, p matchmaker.Plan) []*firestorepb.Write {
	var writes []*firestorepb.Write
	switch p.SlotWrite {
	case matchmaker.Put:
		writes = append(writes, put(q.slotName(c.pool), slotFields(p.Slot, q.options.Limits), unchanged(r.slotVersion)))
	case matchmaker.Delete:
		writes = append(writes, remove(q.slotName(c.pool), unchanged(r.slotVersion)))
	case matchmaker.Keep:
	}
	if p.Ticket != nil {
		writes = append(writes, put(q.ticketName(c.ticket), ticketFields(*p.Ticket), unchanged(r.ticketVersion)))
	}
	switch p.OtherWrite {
	case matchmaker.Put:
		writes = append(writes, put(q.ticketName(p.OtherTicket), ticketFields(p.Other), nil))
	case matchmaker.Delete:
		writes = append(writes, remove(q.ticketName(p.OtherTicket), nil))
	case matchmaker.Keep:
	}
	if p.CreateRoom != nil {
		writes = append(writes, put(q.roomName(p.CreateRoom.ID), roomFields(*p.CreateRoom), unchanged(nil)))
	}
	if p.CloseRoom != "" {
		closing := put(q.roomName(p.CloseRoom), closedFields(), exists(true))
		closing.UpdateMask = &firestorepb.DocumentMask{FieldPaths: []string{"state", "reason"}}
		writes = append(writes, closing)
	}
	return writes
}

func put(name string, f fields, p *firestorepb.Precondition) *firestorepb.Write {
	document := &firestorepb.Document{Name: name, Fields: f}
	return &firestorepb.Write{Operation: &firestorepb.Write_Update{Update: document}, CurrentDocument: p}
}

func remove(name string, p *firestorepb.Precondition) *firestorepb.Write {
	return &firestorepb.Write{Operation: &firestorepb.Write_Delete{Delete: name}, CurrentDocument: p}
}

// unchanged asks that the document is in the version that was read; nil: that it does not exist.
func unchanged(version *timestamppb.Timestamp) *firestorepb.Precondition {
	if version == nil {
		return exists(false)
	}
	return &firestorepb.Precondition{ConditionType: &firestorepb.Precondition_UpdateTime{UpdateTime: version}}
}

func exists(is bool) *firestorepb.Precondition {
	return &firestorepb.Precondition{ConditionType: &firestorepb.Precondition_Exists{Exists: is}}
}

// outgoing says which database the call is for, as Firestore's own clients do.
func (q *Queue) outgoing(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "google-cloud-resource-prefix", q.database)
}

// outcome is what an error of Firestore means for us.
type outcome int

const (
	conflict outcome = iota // somebody was faster; nothing was changed
	failure                 // whether it was applied is not known
	refusal                 // it will not be better next time
)

func classify(err error) outcome {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return failure
	}
	switch status.Code(err) {
	case codes.Aborted, codes.AlreadyExists, codes.FailedPrecondition, codes.NotFound:
		return conflict
	case codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted, codes.Internal, codes.Canceled:
		return failure
	case codes.OK, codes.Unknown, codes.InvalidArgument, codes.PermissionDenied, codes.Unauthenticated,
		codes.OutOfRange, codes.Unimplemented, codes.DataLoss:
		return refusal
	}
	return refusal
}
