package hostile

import (
	"bytes"
	"path"
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parley-chat/parley/emulator-tests/admin"
)

// Where a payload says its version and suite (SPEC L1).
const (
	version = 0
	suite   = 1
)

// ofKind lies about one kind of document and is honest about the others.
func ofKind(kind string, lie Lie) Lie {
	return func(m Message) []Message {
		if m.kind() != kind || m.Fields == nil {
			return Honest(m)
		}
		return lie(m)
	}
}

// changing changes a field's bytes wherever they go by.
func changing(field string, change func([]byte) []byte) Lie {
	return func(m Message) []Message {
		if was := m.Bytes(field); was != nil {
			m = m.With(admin.Fields{field: bytesOf(change(bytes.Clone(was)))})
		}
		return []Message{m}
	}
}

// fixed writes a text of the attacker's in place of the field's.
func fixed(field, text string) Lie {
	return func(m Message) []Message {
		if m.Text(field) != "" {
			m = m.With(admin.Fields{field: textOf(text)})
		}
		return []Message{m}
	}
}

// without withholds a field, and what would not be a document without it.
func without(field string) Lie {
	return func(m Message) []Message {
		if m.Bytes(field) == nil {
			return Honest(m)
		}
		if m.New {
			return nil
		}
		if m = m.Without(field); len(m.Fields) == 0 {
			return nil
		}
		return []Message{m}
	}
}

// flip changes one bit of the byte at a place; below zero it counts from the end.
func flip(at int) func([]byte) []byte {
	return func(p []byte) []byte {
		p[(at+len(p))%len(p)] ^= 1
		return p
	}
}

func head(value byte, at int) func([]byte) []byte {
	return func(p []byte) []byte {
		p[at] = value
		return p
	}
}

// otherSuite says 2 for 1 and 1 for 2.
func otherSuite(p []byte) []byte { return head(3-p[suite], suite)(p) }

// mirrored answers each offer with itself.
func mirrored() Lie {
	offers := map[string][]byte{}
	return func(m Message) []Message {
		if offer := m.Bytes("offer"); offer != nil {
			offers[m.Path] = offer
		}
		if m.Bytes("answer") != nil {
			m = m.With(admin.Fields{"answer": bytesOf(offers[m.Path])})
		}
		return []Message{m}
	}
}

// renumbered carries each batch as another, and also as itself if both is set.
func renumbered(both bool) Lie {
	return func(m Message) []Message {
		n, err := strconv.Atoi(m.ID())
		if m.Bytes("batch") == nil || err != nil {
			return Honest(m)
		}
		other := m
		other.Path = path.Join(path.Dir(m.Path), strconv.Itoa((n+5)%32))
		if both {
			return []Message{other, m}
		}
		return []Message{other}
	}
}

// renamed shows each link under another id, and brings what is written there back.
func renamed() Lie {
	names := map[string]string{} // both ways
	return func(m Message) []Message {
		parts := strings.SplitN(m.Path, "/", 5) // rooms/{roomId}/links/{linkId}/…
		if len(parts) < 4 || parts[2] != kindLink {
			return Honest(m)
		}
		other, known := names[parts[3]]
		if !known {
			other = strings.Repeat("A", 26) + parts[3][26:] // an id as SPEC V2 has it
			names[parts[3]], names[other] = other, parts[3]
		}
		parts[3] = other
		m.Path = strings.Join(parts, "/")
		return []Message{m}
	}
}

// closed tells the caller of each offer that the other has closed the link, and the other nothing.
func closed(reason string) Lie {
	return func(m Message) []Message {
		if m.Bytes("offer") == nil {
			return Honest(m)
		}
		end := Message{To: m.To.Other(), Path: m.Path, Fields: admin.Fields{
			"state": textOf("closed"), "reason": textOf(reason),
		}}
		return []Message{end}
	}
}

// aged tells that a member came an hour ago.
func aged(m Message) []Message {
	joined := m.Fields["joinedAt"].GetTimestampValue()
	if joined == nil {
		return Honest(m)
	}
	return []Message{m.With(admin.Fields{"joinedAt": timeOf(joined.AsTime().Add(-time.Hour))})}
}

// crowded shows beside each member one who came before, whose key is the attacker's.
func crowded(m Message) []Message {
	ghost := aged(m)[0].With(admin.Fields{"key": bytesOf(flip(0)(bytes.Clone(m.Bytes("key"))))})
	ghost.Path = path.Join(path.Dir(m.Path), "ghost")
	return []Message{ghost, m}
}

func timeOf(t time.Time) *firestorepb.Value {
	return &firestorepb.Value{ValueType: &firestorepb.Value_TimestampValue{TimestampValue: timestamppb.New(t)}}
}
