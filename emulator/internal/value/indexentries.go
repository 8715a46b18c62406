package value

import (
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// MaxIndexEntries is how many entries in indexes a document may have
// (https://firebase.google.com/docs/firestore/quotas#indexes). Only the indexes count that every field has by itself.
const MaxIndexEntries = 40_000

// validateIndexEntries checks how many entries the automatic indexes of the fields have: two for each field that is no
// array, one in either direction; one for each different element of an array; those of what is in a map.
func validateIndexEntries(fields map[string]*pb.Value) error {
	if indexEntries(fields, countElements) > MaxIndexEntries && indexEntries(fields, countDistinct) > MaxIndexEntries {
		return invalidf(RuleSize, "A document may have at most %d index entries.", MaxIndexEntries)
	}
	return nil
}

func indexEntries(fields map[string]*pb.Value, ofArray func(*pb.ArrayValue) int) int {
	sum := 0
	for _, v := range fields {
		switch TypeOf(v) {
		case TypeMap:
			sum += indexEntries(v.GetMapValue().GetFields(), ofArray)
		case TypeArray:
			sum += ofArray(v.GetArrayValue())
		default:
			sum += 2
		}
	}
	return sum
}

// countElements is never less than countDistinct, and quick.
func countElements(a *pb.ArrayValue) int { return len(a.GetValues()) }

func countDistinct(a *pb.ArrayValue) int {
	distinct := make(map[string]struct{}, len(a.GetValues()))
	for _, element := range a.GetValues() {
		distinct[string(AppendKey(nil, element))] = struct{}{}
	}
	return len(distinct)
}
