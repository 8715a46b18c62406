package value

import (
	"unicode/utf8"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// MaxIndexedBytes is how much of a field value, counted by [Size], an index holds. Longer operands are
// refused in filters, and values that differ later than that are in no order.
const MaxIndexedBytes = 1500

// Indexed is what an index holds of v: v itself, or a copy cut to about [MaxIndexedBytes] if v is larger, with
// a mark at the cut that sorts it after a value that ends there. The copy is for [Compare] and [AppendKey]
// only. Ordering uses it, so that long values come in the order they have in production; filters look at
// whole values. What is kept and how it sorts was seen at the official emulator.
func Indexed(v *pb.Value) *pb.Value {
	if Size(v) <= MaxIndexedBytes {
		return v
	}
	kept, _ := cut(v, MaxIndexedBytes)
	return kept
}

// cut copies about budget bytes of v. left is what remains of the budget, negative once a mark is set.
func cut(v *pb.Value, budget int) (kept *pb.Value, left int) {
	size := Size(v)
	if size <= budget {
		return v, budget - size
	}
	switch TypeOf(v) {
	case TypeString:
		text := v.GetStringValue()
		end := cutEnd(text, budget-1)
		if end == len(text) {
			return v, 0
		}
		return &pb.Value{ValueType: &pb.Value_StringValue{StringValue: text[:end] + cutMark}}, -1
	case TypeBytes:
		text := string(v.GetBytesValue()[:budget]) + cutMark
		return &pb.Value{ValueType: &pb.Value_BytesValue{BytesValue: []byte(text)}}, -1
	case TypeArray:
		values, left := cutArray(v.GetArrayValue().GetValues(), budget)
		return array(values), left
	case TypeVector:
		return cutVector(v, budget), 0
	case TypeMap:
		fields, left := cutMap(v.GetMapValue().GetFields(), budget)
		return &pb.Value{ValueType: &pb.Value_MapValue{MapValue: &pb.MapValue{Fields: fields}}}, left
	default: // the rest are kept whole if anything is
		return v, 0
	}
}

// The marks make what is cut longer than what ends where it was cut. Other values cut there have the same
// mark, and nothing longer is left whole.
const (
	cutMark  = "\x00"
	cutField = "\xff" // sorts after all names, which are UTF-8
)

// cutEnd is the first end of a code point at or after n bytes.
func cutEnd(s string, n int) int {
	n = max(0, n)
	for n < len(s) && !utf8.RuneStart(s[n]) {
		n++
	}
	return n
}

func cutArray(values []*pb.Value, budget int) ([]*pb.Value, int) {
	var kept []*pb.Value
	for _, v := range values {
		if budget == 0 {
			return append(kept, null()), -1
		}
		v, budget = cut(v, budget)
		if kept = append(kept, v); budget < 0 {
			break
		}
	}
	return kept, budget
}

func cutMap(fields map[string]*pb.Value, budget int) (map[string]*pb.Value, int) {
	kept := make(map[string]*pb.Value)
	for _, name := range sortedKeys(fields) {
		if budget -= stringSize(name); budget <= 0 {
			kept[cutField] = null()
			return kept, -1
		}
		if kept[name], budget = cut(fields[name], budget); budget < 0 {
			break
		}
	}
	return kept, budget
}

// cutVector keeps the dimension, by which vectors are ordered first; what is cut off becomes 0.
func cutVector(v *pb.Value, budget int) *pb.Value {
	elements := make([]*pb.Value, len(vectorElements(v.GetMapValue())))
	for i, element := range vectorElements(v.GetMapValue()) {
		if elements[i] = element; i*scalarSize >= budget {
			elements[i] = Double(0)
		}
	}
	return &pb.Value{ValueType: &pb.Value_MapValue{MapValue: &pb.MapValue{Fields: map[string]*pb.Value{
		typeField: v.GetMapValue().GetFields()[typeField], vectorField: array(elements),
	}}}}
}
