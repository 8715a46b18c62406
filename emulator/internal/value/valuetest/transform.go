package valuetest

import (
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// FieldTransform is a change of one field.
type FieldTransform = pb.DocumentTransform_FieldTransform

// Increment adds to a number; its field is still to be set.
func Increment(v *pb.Value) *FieldTransform {
	return &FieldTransform{TransformType: &pb.DocumentTransform_FieldTransform_Increment{Increment: v}}
}

// Maximum keeps the larger number; its field is still to be set.
func Maximum(v *pb.Value) *FieldTransform {
	return &FieldTransform{TransformType: &pb.DocumentTransform_FieldTransform_Maximum{Maximum: v}}
}

// Minimum keeps the smaller number; its field is still to be set.
func Minimum(v *pb.Value) *FieldTransform {
	return &FieldTransform{TransformType: &pb.DocumentTransform_FieldTransform_Minimum{Minimum: v}}
}

// AppendMissing appends the elements that an array lacks; its field is still to be set.
func AppendMissing(v ...*pb.Value) *FieldTransform {
	return &FieldTransform{TransformType: &pb.DocumentTransform_FieldTransform_AppendMissingElements{
		AppendMissingElements: &pb.ArrayValue{Values: v},
	}}
}

// RemoveAll removes elements from an array; its field is still to be set.
func RemoveAll(v ...*pb.Value) *FieldTransform {
	return &FieldTransform{TransformType: &pb.DocumentTransform_FieldTransform_RemoveAllFromArray{
		RemoveAllFromArray: &pb.ArrayValue{Values: v},
	}}
}

// ServerTime sets what only the server knows; its field is still to be set.
func ServerTime(v pb.DocumentTransform_FieldTransform_ServerValue) *FieldTransform {
	return &FieldTransform{TransformType: &pb.DocumentTransform_FieldTransform_SetToServerValue{SetToServerValue: v}}
}

// Transform is a random change of a field that documents often have; some are refused.
func (g Generator) Transform() *FieldTransform {
	number := g.Number
	if g.Chance(5) {
		number = func() *pb.Value { return g.Value(1) }
	}
	elements := func() []*pb.Value {
		values := make([]*pb.Value, g.Rand.IntN(4))
		for i := range values {
			for values[i] == nil || values[i].GetArrayValue() != nil || value.TypeOf(values[i]) == value.TypeVector {
				values[i] = g.Value(1)
			}
		}
		return values
	}
	var transform *FieldTransform
	switch g.Rand.IntN(5) {
	case 0:
		transform = Increment(number())
	case 1:
		transform = Maximum(number())
	case 2:
		transform = Minimum(number())
	case 3:
		transform = AppendMissing(elements()...)
	default:
		transform = RemoveAll(elements()...)
	}
	transform.FieldPath = Pick(g.Rand, "a", "b", "c", "_", "`a b`", "`é`", "new", "a.b", "new.deep")
	if g.Chance(3) {
		transform.FieldPath = Pick(g.Rand, "", "a.", "1", "__x__", "`", "a-b")
	}
	return transform
}
