package query

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// Canonical is a text that is equal for two queries only if they find the same, however they are written: in
// another order of filters, with the implied order spelled out, with 1 or with 1.0. It is for comparing, not
// for people; values stand in it as the hex of their keys.
func (q *Query) Canonical() string {
	var b strings.Builder
	b.WriteString(q.from.prefix)
	if q.from.group {
		b.WriteString("**/")
	}
	b.WriteString(q.from.collection)
	if q.where != nil {
		b.WriteString(" where " + q.where.text(comparableText))
	}
	b.WriteString(" order")
	for _, o := range q.orders {
		direction := " asc"
		if o.descending {
			direction = " desc"
		}
		b.WriteString(" " + o.path.String() + direction)
	}
	b.WriteString(q.startAt.canonical(" start") + q.endAt.canonical(" end"))
	if q.offset > 0 {
		b.WriteString(" offset " + strconv.Itoa(q.offset))
	}
	if q.limit >= 0 {
		b.WriteString(" limit " + strconv.Itoa(q.limit))
	}
	if q.projection != nil {
		b.WriteString(" select")
		for _, path := range q.projection.paths {
			b.WriteString(" " + path.String())
		}
	}
	return b.String()
}

func (c *cursor) canonical(name string) string {
	switch {
	case c == nil:
		return ""
	case c.before:
		return name + " before " + hex.EncodeToString(c.key)
	default:
		return name + " after " + hex.EncodeToString(c.key)
	}
}

// valueText writes a value so that texts of values are equal if, in some sense, the values are.
type valueText func(*pb.Value) string

// comparableText is equal for what compares equal, such as 1 and 1.0.
func comparableText(v *pb.Value) string { return hex.EncodeToString(value.AppendKey(nil, v)) }

// exactText is equal only for what is the same, type and all.
func exactText(v *pb.Value) string {
	wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(v)
	if err != nil { // not UTF-8, which Compile refuses
		return err.Error()
	}
	return hex.EncodeToString(wire)
}

func (f *fieldFilter) text(of valueText) string {
	keys := make([]string, len(f.operands))
	for i, operand := range f.operands {
		keys[i] = of(operand)
	}
	slices.Sort(keys)
	return f.path.String() + " " + f.op.String() + " " + strings.Join(slices.Compact(keys), ",")
}

func (c *compositeFilter) text(of valueText) string {
	texts := c.texts(of, nil)
	slices.Sort(texts)
	texts = slices.Compact(texts)
	if len(texts) == 1 {
		return texts[0]
	}
	if c.all {
		return "(" + strings.Join(texts, " and ") + ")"
	}
	return "(" + strings.Join(texts, " or ") + ")"
}

// texts are those of the filters inside, through composites of the same kind.
func (c *compositeFilter) texts(of valueText, texts []string) []string {
	for _, f := range c.filters {
		if inner, ok := f.(*compositeFilter); ok && inner.all == c.all {
			texts = inner.texts(of, texts)
		} else {
			texts = append(texts, f.text(of))
		}
	}
	return texts
}
