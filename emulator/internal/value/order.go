package value

import (
	"bytes"
	"cmp"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// Type is the place of a value's type in the order of types. Values of different types never compare equal,
// and range filters of queries match only values of their operand's type.
type Type byte

// The types in their order (https://firebase.google.com/docs/firestore/manage-data/data-types). The gaps
// leave room, and no Type is 0, which ends sequences in keys. TypeNone is that of a value without one.
const (
	TypeNone      Type = 1
	TypeNull      Type = 10
	TypeBoolean   Type = 20
	TypeNumber    Type = 30 // integers and doubles are one type
	TypeTimestamp Type = 40
	TypeString    Type = 50
	TypeBytes     Type = 60
	TypeReference Type = 70
	TypeGeoPoint  Type = 80
	TypeArray     Type = 90
	TypeVector    Type = 100 // a map with __type__ "__vector__"
	TypeMap       Type = 110
)

// TypeOf is the type of v; TypeNone if v is nil or holds nothing that can be stored.
func TypeOf(v *pb.Value) Type {
	switch v.GetValueType().(type) {
	case *pb.Value_NullValue:
		return TypeNull
	case *pb.Value_BooleanValue:
		return TypeBoolean
	case *pb.Value_IntegerValue, *pb.Value_DoubleValue:
		return TypeNumber
	case *pb.Value_TimestampValue:
		return TypeTimestamp
	case *pb.Value_StringValue:
		return TypeString
	case *pb.Value_BytesValue:
		return TypeBytes
	case *pb.Value_ReferenceValue:
		return TypeReference
	case *pb.Value_GeoPointValue:
		return TypeGeoPoint
	case *pb.Value_ArrayValue:
		return TypeArray
	case *pb.Value_MapValue:
		if isVector(v.GetMapValue()) {
			return TypeVector
		}
		return TypeMap
	default:
		return TypeNone
	}
}

// Compare is negative if a sorts before b, positive if after, and 0 if they are equal. It is Firestore's
// total order: by type, then
//
//   - numbers by their exact value, integers and doubles together, -0 as 0, NaN before all
//   - strings by code point, bytes byte by byte
//   - references by [CompareNames]
//   - geo points by latitude, then longitude
//   - arrays element by element, the shorter first; vectors by dimension, then element by element
//   - maps by their sorted keys: first difference of a key, else of its value, else the shorter first
func Compare(a, b *pb.Value) int {
	typ := TypeOf(a)
	if c := cmp.Compare(typ, TypeOf(b)); c != 0 {
		return c
	}
	switch typ {
	case TypeBoolean:
		return compareBooleans(a.GetBooleanValue(), b.GetBooleanValue())
	case TypeNumber:
		return compareNumbers(a, b)
	case TypeTimestamp:
		x, y := a.GetTimestampValue(), b.GetTimestampValue()
		return cmp.Or(cmp.Compare(x.GetSeconds(), y.GetSeconds()), cmp.Compare(x.GetNanos(), y.GetNanos()))
	case TypeString:
		return strings.Compare(a.GetStringValue(), b.GetStringValue())
	case TypeBytes:
		return bytes.Compare(a.GetBytesValue(), b.GetBytesValue())
	case TypeReference:
		return CompareNames(a.GetReferenceValue(), b.GetReferenceValue())
	case TypeGeoPoint:
		x, y := a.GetGeoPointValue(), b.GetGeoPointValue()
		return cmp.Or(cmp.Compare(x.GetLatitude(), y.GetLatitude()), cmp.Compare(x.GetLongitude(), y.GetLongitude()))
	case TypeArray:
		return compareArrays(a.GetArrayValue().GetValues(), b.GetArrayValue().GetValues())
	case TypeVector:
		x, y := vectorElements(a.GetMapValue()), vectorElements(b.GetMapValue())
		return cmp.Or(cmp.Compare(len(x), len(y)), compareArrays(x, y))
	case TypeMap:
		return compareMaps(a.GetMapValue().GetFields(), b.GetMapValue().GetFields())
	default: // null, and what has no type
		return 0
	}
}

// Equal tells whether a and b are the same to a query: 1 equals 1.0, -0 equals 0, and NaN equals NaN, also
// inside arrays and maps. (A query's operand that is itself null or NaN matches nothing; package query sees
// to that.)
func Equal(a, b *pb.Value) bool { return Compare(a, b) == 0 }

func compareBooleans(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

func compareArrays(a, b []*pb.Value) int {
	for i := range min(len(a), len(b)) {
		if c := Compare(a[i], b[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}
