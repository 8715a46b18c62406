package value

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// A vector is a map of these two fields on the wire.
const (
	typeField   = "__type__"
	vectorType  = "__vector__"
	vectorField = "value"
)

func isVector(m *pb.MapValue) bool {
	if m.GetFields()[typeField].GetStringValue() != vectorType {
		return false
	}
	_, ok := m.GetFields()[vectorField].GetValueType().(*pb.Value_ArrayValue)
	return ok
}

func vectorElements(m *pb.MapValue) []*pb.Value {
	return m.GetFields()[vectorField].GetArrayValue().GetValues()
}

func compareMaps(a, b map[string]*pb.Value) int {
	aKeys, bKeys := sortedKeys(a), sortedKeys(b)
	for i := range min(len(aKeys), len(bKeys)) {
		if c := strings.Compare(aKeys[i], bKeys[i]); c != 0 {
			return c
		}
		if c := Compare(a[aKeys[i]], b[bKeys[i]]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(aKeys), len(bKeys))
}

func sortedKeys(m map[string]*pb.Value) []string {
	keys := slices.AppendSeq(make([]string, 0, len(m)), maps.Keys(m))
	slices.Sort(keys)
	return keys
}
