package value

import (
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"
)

// Stored is v as Firestore keeps it: timestamps cut to microseconds, also inside arrays and maps. It is v
// itself if nothing has to change, else a copy.
func Stored(v *pb.Value) *pb.Value {
	if !cutsTime(v) {
		return v
	}
	kept := proto.CloneOf(v)
	cutTimes(kept)
	return kept
}

const nanosPerMicro = 1000

func cutsTime(v *pb.Value) bool {
	switch TypeOf(v) {
	case TypeTimestamp:
		return v.GetTimestampValue().GetNanos()%nanosPerMicro != 0
	case TypeArray:
		return slices.ContainsFunc(v.GetArrayValue().GetValues(), cutsTime)
	case TypeMap:
		for _, field := range v.GetMapValue().GetFields() {
			if cutsTime(field) {
				return true
			}
		}
	default:
	}
	return false
}

func cutTimes(v *pb.Value) {
	switch TypeOf(v) {
	case TypeTimestamp:
		v.GetTimestampValue().Nanos -= v.GetTimestampValue().GetNanos() % nanosPerMicro
	case TypeArray:
		for _, element := range v.GetArrayValue().GetValues() {
			cutTimes(element)
		}
	case TypeMap:
		for _, field := range v.GetMapValue().GetFields() {
			cutTimes(field)
		}
	default:
	}
}
