package firestorequeue

import (
	"errors"
	"fmt"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/protocol"
)

// fields are the contents of a document.
type fields = map[string]*firestorepb.Value

// What a room's kind, state and reason may be (SPEC D2, D6), as far as pairing goes.
const (
	kindPair    = "pair"
	statePaired = "paired"
	stateClosed = "closed"
	reasonLeft  = "left"
)

// slotFields writes a slot. Its expireAt lies after that of its ticket, so that TTL never deletes the slot
// of a ticket that is still remembered: that would look like a pair.
func slotFields(s matchmaker.Slot, l matchmaker.Limits) fields {
	return fields{
		"uid": text(s.UID), "ticket": text(string(s.Ticket)), "roomId": text(string(s.RoomID)), "key": key(s.Key),
		"createdAt": at(s.CreatedAt), "leaseUntil": at(s.LeaseUntil),
		"expireAt": at(s.CreatedAt.Add(2 * l.TicketLife)),
	}
}

func parseSlot(f fields) (matchmaker.Slot, error) {
	d := document{fields: f}
	s := matchmaker.Slot{
		UID:       d.uid("uid"),
		Ticket:    matchmaker.TicketID(d.roomID("ticket")), // of the same form (SPEC V2)
		RoomID:    d.roomID("roomId"),
		Key:       d.key("key"),
		CreatedAt: d.time("createdAt"), LeaseUntil: d.time("leaseUntil"),
	}
	return s, d.err
}

func ticketFields(t matchmaker.Ticket) fields {
	f := fields{
		"uid": text(t.UID), "pool": text(t.Pool), "state": text(string(t.State)),
		"createdAt": at(t.CreatedAt), "expireAt": at(t.ExpireAt),
	}
	if t.RoomID != "" {
		f["roomId"] = text(string(t.RoomID))
	}
	if t.PeerKey != nil {
		f["peerKey"] = key(*t.PeerKey)
	}
	return f
}

func parseTicket(f fields) (matchmaker.Ticket, error) {
	d := document{fields: f}
	t := matchmaker.Ticket{
		UID: d.uid("uid"), Pool: d.text("pool"), State: matchmaker.TicketState(d.text("state")),
		CreatedAt: d.time("createdAt"), ExpireAt: d.time("expireAt"),
	}
	switch t.State {
	case matchmaker.TicketEnded:
	case matchmaker.TicketWaiting, matchmaker.TicketMoved:
		t.RoomID = d.roomID("roomId")
	case matchmaker.TicketPaired:
		t.RoomID = d.roomID("roomId")
		peer := d.key("peerKey")
		t.PeerKey = &peer
	default:
		d.fail("state", errors.New("unknown"))
	}
	return t, d.err
}

func roomFields(r matchmaker.Room) fields {
	return fields{
		"kind": text(kindPair), "state": text(statePaired),
		"caller": text(r.Caller), "callee": text(r.Callee),
		"callerKey": key(r.CallerKey), "calleeKey": key(r.CalleeKey),
		"createdAt": at(r.CreatedAt), "expireAt": at(r.ExpireAt),
	}
}

func closedFields() fields {
	return fields{"state": text(stateClosed), "reason": text(reasonLeft)}
}

func parseRoom(id protocol.RoomID, f fields) (matchmaker.Room, error) {
	d := document{fields: f}
	r := matchmaker.Room{
		ID:     id,
		Caller: d.uid("caller"), Callee: d.uid("callee"),
		CallerKey: d.key("callerKey"), CalleeKey: d.key("calleeKey"),
		CreatedAt: d.time("createdAt"), ExpireAt: d.time("expireAt"),
	}
	if d.text("kind") != kindPair {
		d.fail("kind", errors.New("not a pair"))
	}
	switch d.text("state") {
	case statePaired:
	case stateClosed:
		r.Closed = true
	default:
		d.fail("state", errors.New("unknown"))
	}
	return r, d.err
}

func text(s string) *firestorepb.Value {
	return &firestorepb.Value{ValueType: &firestorepb.Value_StringValue{StringValue: s}}
}

func key(k protocol.Key) *firestorepb.Value {
	return &firestorepb.Value{ValueType: &firestorepb.Value_BytesValue{BytesValue: k[:]}}
}

func at(t time.Time) *firestorepb.Value {
	return &firestorepb.Value{ValueType: &firestorepb.Value_TimestampValue{TimestampValue: timestamppb.New(t)}}
}

// document reads fields strictly and keeps the first error. Fields that it does not know are left alone: a
// newer version may have written them.
type document struct {
	fields fields
	err    error
}

func (d *document) fail(name string, err error) {
	if d.err == nil {
		d.err = fmt.Errorf("field %s: %w", name, err)
	}
}

var errType = errors.New("missing, or of another type")

func (d *document) text(name string) string {
	v, ok := d.fields[name].GetValueType().(*firestorepb.Value_StringValue)
	if !ok {
		d.fail(name, errType)
		return ""
	}
	return v.StringValue
}

func (d *document) uid(name string) string {
	uid, err := protocol.ParseUID(d.text(name))
	if err != nil {
		d.fail(name, err)
	}
	return uid
}

func (d *document) roomID(name string) protocol.RoomID {
	id, err := protocol.ParseRoomID(d.text(name))
	if err != nil {
		d.fail(name, err)
	}
	return id
}

func (d *document) key(name string) protocol.Key {
	v, ok := d.fields[name].GetValueType().(*firestorepb.Value_BytesValue)
	if !ok {
		d.fail(name, errType)
		return protocol.Key{}
	}
	k, err := protocol.KeyFromBytes(v.BytesValue)
	if err != nil {
		d.fail(name, err)
	}
	return k
}

func (d *document) time(name string) time.Time {
	v, ok := d.fields[name].GetValueType().(*firestorepb.Value_TimestampValue)
	if !ok || !v.TimestampValue.IsValid() {
		d.fail(name, errType)
		return time.Time{}
	}
	return v.TimestampValue.AsTime()
}
