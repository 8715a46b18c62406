package value

import (
	"encoding/binary"
	"math"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// The marks inside keys. A sequence ends with a mark that sorts before every element, so the shorter of two
// sequences comes first; a zero byte inside a string is written as zeroByte, which sorts after its end.
const (
	endOfSequence = 0x00
	moreFields    = 0x01 // before each field of a map
	numericMark   = 0x01 // before a numeric id
	idMark        = 0x02 // before any other id
	endOfBytes    = 0x01 // after 0x00
	zeroByte      = 0xff // after 0x00
)

// signBit turns the two's complement of an int64 into bytes that sort like the number.
const signBit = 1 << 63

// AppendKey appends a key of v to dst, for an index. The bytes of two keys compare as [Compare] compares
// their values, and are equal if the values are, so 1 and 1.0 have one key. No key is the prefix of another,
// so keys can be joined into keys of several fields. A key cannot be turned back into its value.
//
//	type byte, then: boolean 1 byte; number 8 (double below) + 2 (rest); timestamp 8 + 4; string and bytes
//	escaped, ended by 00 01; reference [AppendNameKey]; geo point 8 + 8; array: keys, 00;
//	vector: 4 (dimension) + keys; map: for each field 01 key value, then 00
func AppendKey(dst []byte, v *pb.Value) []byte {
	typ := TypeOf(v)
	dst = append(dst, byte(typ))
	switch typ {
	case TypeBoolean:
		if v.GetBooleanValue() {
			return append(dst, 1)
		}
		return append(dst, 0)
	case TypeNumber:
		return appendNumber(dst, v)
	case TypeTimestamp:
		t := v.GetTimestampValue()
		dst = appendInteger(dst, t.GetSeconds())
		return binary.BigEndian.AppendUint32(dst, uint32(t.GetNanos())+1<<31) //nolint:gosec // the bits are meant
	case TypeString:
		return appendEscaped(dst, v.GetStringValue())
	case TypeBytes:
		return appendEscaped(dst, v.GetBytesValue())
	case TypeReference:
		return AppendNameKey(dst, v.GetReferenceValue())
	case TypeGeoPoint:
		dst = appendDouble(dst, v.GetGeoPointValue().GetLatitude())
		return appendDouble(dst, v.GetGeoPointValue().GetLongitude())
	case TypeArray:
		return append(appendKeys(dst, v.GetArrayValue().GetValues()), endOfSequence)
	case TypeVector:
		elements := vectorElements(v.GetMapValue())
		dst = binary.BigEndian.AppendUint32(dst, uint32(len(elements))) //nolint:gosec // a message has less than 2^31 bytes
		return appendKeys(dst, elements)
	case TypeMap:
		fields := v.GetMapValue().GetFields()
		for _, key := range sortedKeys(fields) {
			dst = AppendKey(appendEscaped(append(dst, moreFields), key), fields[key])
		}
		return append(dst, endOfSequence)
	default: // null, and what has no type
		return dst
	}
}

// AppendNameKey appends a key of a document's name, whose bytes compare as [CompareNames] compares names.
func AppendNameKey(dst []byte, name string) []byte {
	for more := true; more; {
		var id string
		id, name, more = strings.Cut(name, "/")
		if n, numeric := numericID(id); numeric {
			dst = appendInteger(append(dst, numericMark), n)
		} else {
			dst = appendEscaped(append(dst, idMark), id)
		}
	}
	return append(dst, endOfSequence)
}

// KeyAfter is the least key above key and everything that begins with it: the end of a range of keys. It is
// nil if there is none.
func KeyAfter(key []byte) []byte {
	for i := len(key) - 1; i >= 0; i-- {
		if key[i] != math.MaxUint8 {
			after := append([]byte(nil), key[:i+1]...)
			after[i]++
			return after
		}
	}
	return nil
}

func appendKeys(dst []byte, values []*pb.Value) []byte {
	for _, v := range values {
		dst = AppendKey(dst, v)
	}
	return dst
}

// appendNumber writes the largest double that is not above the number, and what is missing to it: at most
// 1023, since an int64 has 10 bits more than a double's fraction.
func appendNumber(dst []byte, v *pb.Value) []byte {
	integer, ok := v.GetValueType().(*pb.Value_IntegerValue)
	if !ok {
		return append(appendDouble(dst, v.GetDoubleValue()), 0, 0)
	}
	floor := floorDouble(integer.IntegerValue)
	rest := uint16(integer.IntegerValue - int64(floor)) //nolint:gosec // 0 to 1023
	return binary.BigEndian.AppendUint16(appendDouble(dst, floor), rest)
}

// appendDouble writes d so that the bytes sort like the numbers, with NaN as zeros, before -Infinity.
func appendDouble(dst []byte, d float64) []byte {
	var bits uint64
	switch {
	case math.IsNaN(d):
	case d == 0: // -0 too
		bits = signBit
	default:
		bits = math.Float64bits(d)
		if bits&signBit != 0 {
			bits = ^bits
		} else {
			bits |= signBit
		}
	}
	return binary.BigEndian.AppendUint64(dst, bits)
}

func appendInteger(dst []byte, i int64) []byte {
	return binary.BigEndian.AppendUint64(dst, uint64(i)^signBit) //nolint:gosec // the bits are meant
}

func appendEscaped[T string | []byte](dst []byte, s T) []byte {
	start := 0
	for i := range len(s) {
		if s[i] == 0 {
			dst = append(append(dst, s[start:i]...), 0, zeroByte)
			start = i + 1
		}
	}
	return append(append(dst, s[start:]...), 0, endOfBytes)
}
