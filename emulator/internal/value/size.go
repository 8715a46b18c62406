package value

import (
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// The sizes in bytes that Firestore counts (https://firebase.google.com/docs/firestore/storage-size).
const (
	documentOverhead = 32
	nameOverhead     = 16
	scalarSize       = 8 // integers, doubles, timestamps, numeric ids
	geoPointSize     = 16
)

// Size is the size of v in bytes as Firestore bills and limits it: 1 for null and booleans, 8 for numbers and
// timestamps, 16 for a geo point, a string's UTF-8 and 1, bytes as they are, a reference as its document's
// name, arrays and maps the sum of what is in them, keys included.
func Size(v *pb.Value) int {
	switch TypeOf(v) {
	case TypeNull, TypeBoolean:
		return 1
	case TypeNumber, TypeTimestamp:
		return scalarSize
	case TypeString:
		return stringSize(v.GetStringValue())
	case TypeBytes:
		return len(v.GetBytesValue())
	case TypeReference:
		return NameSize(v.GetReferenceValue())
	case TypeGeoPoint:
		return geoPointSize
	case TypeArray:
		sum := 0
		for _, element := range v.GetArrayValue().GetValues() {
			sum += Size(element)
		}
		return sum
	case TypeVector:
		return scalarSize * len(vectorElements(v.GetMapValue()))
	case TypeMap:
		return fieldsSize(v.GetMapValue().GetFields())
	default:
		return 0
	}
}

// DocumentSize is the size of a document in bytes: its name, its fields with their names, and 32.
func DocumentSize(doc *pb.Document) int {
	return NameSize(doc.GetName()) + fieldsSize(doc.GetFields()) + documentOverhead
}

// NameSize is the size of a document's name in bytes: its ids as strings, numeric ones as 8, and 16. Project
// and database are not counted.
func NameSize(name string) int {
	for range databaseSegments + 1 {
		_, name, _ = strings.Cut(name, "/")
	}
	size := nameOverhead
	for more := name != ""; more; {
		var id string
		id, name, more = strings.Cut(name, "/")
		if _, numeric := numericID(id); numeric {
			size += scalarSize
		} else {
			size += stringSize(id)
		}
	}
	return size
}

func stringSize(s string) int { return len(s) + 1 }

func fieldsSize(fields map[string]*pb.Value) int {
	sum := 0
	for key, v := range fields {
		sum += stringSize(key) + Size(v)
	}
	return sum
}
