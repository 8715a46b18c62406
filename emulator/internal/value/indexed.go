package value

import (
	"unicode/utf8"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// MaxIndexedBytes is how much of a field value, counted by [Size], an index holds. Longer operands are
// refused in filters, and values that differ later than that are in no order.
const MaxIndexedBytes = 1500

// Indexed is what an index holds of v: v itself, or a copy cut to [MaxIndexedBytes] if v is larger. Ordering
// uses it, so that long values come in the order they have in production; filters look at whole values.
func Indexed(v *pb.Value) *pb.Value {
	if Size(v) <= MaxIndexedBytes {
		return v
	}
	budget := MaxIndexedBytes
	return cut(v, &budget)
}

// cut copies v up to *budget bytes and takes from it what it used.
func cut(v *pb.Value, budget *int) *pb.Value {
	size := Size(v)
	if size <= *budget {
		*budget -= size
		return v
	}
	switch TypeOf(v) {
	case TypeString:
		v = &pb.Value{ValueType: &pb.Value_StringValue{StringValue: cutString(v.GetStringValue(), *budget-1)}}
	case TypeBytes:
		v = &pb.Value{ValueType: &pb.Value_BytesValue{BytesValue: v.GetBytesValue()[:*budget]}}
	case TypeArray:
		return &pb.Value{ValueType: &pb.Value_ArrayValue{ArrayValue: &pb.ArrayValue{
			Values: cutArray(v.GetArrayValue().GetValues(), budget),
		}}}
	case TypeMap:
		return &pb.Value{ValueType: &pb.Value_MapValue{MapValue: &pb.MapValue{
			Fields: cutMap(v.GetMapValue().GetFields(), budget),
		}}}
	default: // the rest are whole in an index, or, as vectors, not in one that orders
	}
	*budget = 0
	return v
}

func cutArray(values []*pb.Value, budget *int) []*pb.Value {
	var kept []*pb.Value
	for _, v := range values {
		if *budget <= 0 {
			break
		}
		kept = append(kept, cut(v, budget))
	}
	return kept
}

func cutMap(fields map[string]*pb.Value, budget *int) map[string]*pb.Value {
	kept := make(map[string]*pb.Value)
	for _, key := range sortedKeys(fields) {
		if *budget -= stringSize(key); *budget <= 0 {
			break
		}
		kept[key] = cut(fields[key], budget)
	}
	return kept
}

// cutString cuts s to at most n bytes, not within a code point.
func cutString(s string, n int) string {
	n = max(0, min(n, len(s)))
	for n > 0 && n < len(s) && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
