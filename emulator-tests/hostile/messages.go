package hostile

import (
	"maps"
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator-tests/admin"
)

// The kinds of documents (SPEC section 3).
const (
	kindRoom   = "rooms"
	kindMember = "members"
	kindLink   = "links"
	kindCode   = "codes"
	kindGuess  = "guesses"
)

// kind is the name of the collection that the message's document is in.
func (m Message) kind() string {
	parts := strings.Split(m.Path, "/")
	return parts[max(0, len(parts)-2)]
}

// ID is the last part of the path.
func (m Message) ID() string { return m.Path[strings.LastIndexByte(m.Path, '/')+1:] }

// Bytes is the field's value; nil if the message does not have it.
func (m Message) Bytes(field string) []byte { return m.Fields[field].GetBytesValue() }

// Text is the field's value; empty if the message does not have it.
func (m Message) Text(field string) string { return m.Fields[field].GetStringValue() }

// With is the message with other fields in place of those of the same name.
func (m Message) With(fields admin.Fields) Message {
	all := maps.Clone(m.Fields)
	maps.Copy(all, fields)
	m.Fields = all
	return m
}

// Without is the message without a field.
func (m Message) Without(field string) Message {
	all := maps.Clone(m.Fields)
	delete(all, field)
	m.Fields = all
	return m
}

func bytesOf(b []byte) *firestorepb.Value {
	return &firestorepb.Value{ValueType: &firestorepb.Value_BytesValue{BytesValue: b}}
}

func textOf(s string) *firestorepb.Value {
	return &firestorepb.Value{ValueType: &firestorepb.Value_StringValue{StringValue: s}}
}

// IsRoom tells whether the message is about a room itself.
func (m Message) IsRoom() bool { return m.kind() == kindRoom }
