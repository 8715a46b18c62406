package value

import (
	"slices"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Transform applies field transforms to a document's fields, in their order, and returns each one's result
// as a WriteResult holds it: the new value for REQUEST_TIME, increment, maximum and minimum, null for the
// array transforms. REQUEST_TIME is requestTime cut to milliseconds.
//
// It changes fields, which must be the caller's own and not nil; afterwards they share values with transforms,
// which must not be changed any more. All transforms are checked before the first
// is applied; the error is an [InvalidError]. One path may be transformed twice; a path inside another of
// them is refused.
func Transform(
	fields map[string]*pb.Value, transforms []*pb.DocumentTransform_FieldTransform, requestTime time.Time,
) ([]*pb.Value, error) {
	paths, err := parseTransforms(transforms)
	if err != nil {
		return nil, err
	}
	results := make([]*pb.Value, len(transforms))
	for i, transform := range transforms {
		var next *pb.Value
		next, results[i] = apply(transform, paths[i].Get(fields), requestTime)
		paths[i].Set(fields, next)
	}
	return results, nil
}

// ValidateTransforms checks transforms as [Transform] does, without a document. The error is an [InvalidError].
func ValidateTransforms(transforms []*pb.DocumentTransform_FieldTransform) error {
	_, err := parseTransforms(transforms)
	return err
}

// parseTransforms checks transforms and gives their paths.
func parseTransforms(transforms []*pb.DocumentTransform_FieldTransform) ([]FieldPath, error) {
	paths := make([]FieldPath, len(transforms))
	for i, transform := range transforms {
		var err error
		if paths[i], err = ParseFieldPath(transform.GetFieldPath()); err != nil {
			return nil, err
		}
		if paths[i].IsName() {
			return nil, invalidf(RuleTransform, "The name of a document cannot be transformed.")
		}
		if err := validateTransform(transform); err != nil {
			return nil, err
		}
	}
	return paths, CheckConflicts(paths)
}

func validateTransform(transform *pb.DocumentTransform_FieldTransform) error {
	switch t := transform.GetTransformType().(type) {
	case *pb.DocumentTransform_FieldTransform_SetToServerValue:
		if t.SetToServerValue != pb.DocumentTransform_FieldTransform_REQUEST_TIME {
			return invalidf(RuleTransform, "ServerValue type must be specified for set_to_server_value transformation.")
		}
		return nil
	case *pb.DocumentTransform_FieldTransform_Increment:
		return validateNumber(t.Increment)
	case *pb.DocumentTransform_FieldTransform_Maximum:
		return validateNumber(t.Maximum)
	case *pb.DocumentTransform_FieldTransform_Minimum:
		return validateNumber(t.Minimum)
	case *pb.DocumentTransform_FieldTransform_AppendMissingElements:
		return validateArray(t.AppendMissingElements, 1, insideArray)
	case *pb.DocumentTransform_FieldTransform_RemoveAllFromArray:
		return validateElements(t.RemoveAllFromArray)
	default:
		return invalidf(RuleTransform, "Operation type must be specified for field transformation.")
	}
}

func validateNumber(v *pb.Value) error {
	if err := ValidateValue(v); err != nil {
		return err
	}
	if TypeOf(v) != TypeNumber {
		return invalidf(RuleTransform, "Input must be int64 or double.")
	}
	return nil
}

// validateElements checks elements that are only compared, so an array among them does no harm.
func validateElements(array *pb.ArrayValue) error {
	for _, element := range array.GetValues() {
		if err := ValidateOperand(element); err != nil {
			return err
		}
	}
	return nil
}

// apply returns what becomes of current, which may be nil, and the transform's result.
func apply(
	transform *pb.DocumentTransform_FieldTransform, current *pb.Value, requestTime time.Time,
) (next, result *pb.Value) {
	switch t := transform.GetTransformType().(type) {
	case *pb.DocumentTransform_FieldTransform_Increment:
		next = increment(current, t.Increment)
	case *pb.DocumentTransform_FieldTransform_Maximum:
		next = extreme(current, t.Maximum, 1)
	case *pb.DocumentTransform_FieldTransform_Minimum:
		next = extreme(current, t.Minimum, -1)
	case *pb.DocumentTransform_FieldTransform_AppendMissingElements:
		return appendMissing(current, t.AppendMissingElements.GetValues()), null()
	case *pb.DocumentTransform_FieldTransform_RemoveAllFromArray:
		return removeAll(current, t.RemoveAllFromArray.GetValues()), null()
	default: // REQUEST_TIME, as validateTransform has seen
		cutTime := timestamppb.New(requestTime.Truncate(time.Millisecond))
		next = &pb.Value{ValueType: &pb.Value_TimestampValue{TimestampValue: cutTime}}
	}
	return next, proto.CloneOf(next)
}

func null() *pb.Value { return &pb.Value{ValueType: &pb.Value_NullValue{}} }

func appendMissing(current *pb.Value, elements []*pb.Value) *pb.Value {
	kept := slices.Clone(current.GetArrayValue().GetValues())
	for _, element := range elements {
		if !contains(kept, element) {
			kept = append(kept, Stored(element))
		}
	}
	return array(kept)
}

func removeAll(current *pb.Value, elements []*pb.Value) *pb.Value {
	var kept []*pb.Value
	for _, v := range current.GetArrayValue().GetValues() {
		if !contains(elements, v) {
			kept = append(kept, v)
		}
	}
	return array(kept)
}

func contains(values []*pb.Value, v *pb.Value) bool {
	return slices.ContainsFunc(values, func(other *pb.Value) bool { return Equal(other, v) })
}

func array(values []*pb.Value) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_ArrayValue{ArrayValue: &pb.ArrayValue{Values: values}}}
}
