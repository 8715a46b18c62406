package value

import (
	"unicode/utf8"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// The limits of documents (https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields).
const (
	MaxDocumentBytes = 1 << 20               // by DocumentSize
	MaxValueBytes    = MaxDocumentBytes - 89 // one string or bytes
	MaxDepth         = 20                    // of maps and arrays in each other
	MaxDimension     = 2048                  // elements of a vector
)

// The times that can be stored, in seconds: the years 1 to 9999.
const (
	minSeconds = -62135596800
	maxSeconds = 253402300799
	maxNanos   = 999_999_999
)

// ValidateDocument checks name and fields of a document that is to be stored, and its [DocumentSize]. The
// error is an [InvalidError].
func ValidateDocument(doc *pb.Document) error {
	if err := ValidateContent(doc); err != nil {
		return err
	}
	if DocumentSize(doc) > MaxDocumentBytes {
		return invalidf(RuleSize, "maximum entity size is %d bytes", MaxDocumentBytes)
	}
	return validateIndexEntries(doc.GetFields())
}

// ValidateContent checks all of a document but its size: what a client sent with transforms may be too large,
// if what they make of it, which ValidateDocument then checks, is not. The error is an [InvalidError].
func ValidateContent(doc *pb.Document) error {
	if _, err := ParseName(doc.GetName()); err != nil {
		return err
	}
	for name, v := range doc.GetFields() {
		if err := ValidateFieldName(name); err != nil {
			return err
		}
		if err := validate(v, 0, insideNothing); err != nil {
			return err
		}
	}
	return validatePaths(doc.GetFields(), 0)
}

// validatePaths checks the length of the paths to all fields in fields, the path to them being above bytes long. What
// is in an array has no path.
func validatePaths(fields map[string]*pb.Value, above int) error {
	for name, v := range fields {
		if above+len(name) > MaxFieldPathBytes {
			return errLongPath()
		}
		if TypeOf(v) == TypeMap {
			if err := validatePaths(v.GetMapValue().GetFields(), above+len(name)+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// ValidateValue checks one field's value. The error is an [InvalidError].
func ValidateValue(v *pb.Value) error { return validate(v, 0, insideNothing) }

// ValidateOperand checks a value that is only compared with others, in a query's filter or cursor. It may
// have arrays in arrays. The error is an [InvalidError].
func ValidateOperand(v *pb.Value) error { return validate(v, 0, insideOperand) }

// inside says what a value is directly in, which decides whether it may be an array or a vector.
type inside int

const (
	insideNothing inside = iota // a field of a document or a map
	insideArray
	insideOperand // or an array in it
)

// element is what the elements of an array are inside of, the array being inside in.
func (in inside) element() inside {
	if in == insideOperand {
		return insideOperand
	}
	return insideArray
}

// validate checks v, which is inside depth maps and arrays.
func validate(v *pb.Value, depth int, in inside) error {
	switch typ := v.GetValueType().(type) {
	case *pb.Value_NullValue, *pb.Value_BooleanValue, *pb.Value_IntegerValue, *pb.Value_DoubleValue:
		return nil
	case *pb.Value_TimestampValue:
		return validateTime(v)
	case *pb.Value_StringValue:
		if !utf8.ValidString(typ.StringValue) {
			return invalidf(RuleValue, "A string is not valid UTF-8.")
		}
		return validateLength(len(typ.StringValue))
	case *pb.Value_BytesValue:
		return validateLength(len(typ.BytesValue))
	case *pb.Value_ReferenceValue:
		_, err := ParseName(typ.ReferenceValue)
		return err
	case *pb.Value_GeoPointValue:
		return validateGeoPoint(v)
	case *pb.Value_ArrayValue:
		if in == insideArray {
			return invalidf(RuleArray, "Cannot convert an array value in an array value.")
		}
		return validateArray(typ.ArrayValue, depth+1, in.element())
	case *pb.Value_MapValue:
		if _, typed := typ.MapValue.GetFields()[typeField]; typed {
			return validateVector(typ.MapValue, in)
		}
		return validateMap(typ.MapValue, depth+1, in)
	case *pb.Value_FieldReferenceValue, *pb.Value_VariableReferenceValue,
		*pb.Value_FunctionValue, *pb.Value_PipelineValue:
		return invalidf(RuleValue, "A part of a pipeline cannot be stored.")
	default:
		return invalidf(RuleValue, "Cannot convert firestore.v1.Value with type unset.")
	}
}

func validateArray(array *pb.ArrayValue, depth int, in inside) error {
	if depth > MaxDepth {
		return errDepth()
	}
	for _, element := range array.GetValues() {
		if err := validate(element, depth, in); err != nil {
			return err
		}
	}
	return nil
}

func validateMap(m *pb.MapValue, depth int, in inside) error {
	if in == insideArray {
		in = insideNothing
	}
	if depth > MaxDepth {
		return errDepth()
	}
	for name, v := range m.GetFields() {
		if err := ValidateFieldName(name); err != nil {
			return err
		}
		if err := validate(v, depth, in); err != nil {
			return err
		}
	}
	return nil
}

func errDepth() error {
	return invalidf(RuleDepth, "Maps and arrays are nested more than %d levels deep.", MaxDepth)
}

func validateVector(m *pb.MapValue, in inside) error {
	fields := m.GetFields()
	name, isString := fields[typeField].GetValueType().(*pb.Value_StringValue)
	switch {
	case !isString:
		return invalidf(RuleVector, "Field %s is not a string.", typeField)
	case name.StringValue != vectorType:
		return invalidf(RuleVector, "A map has the unknown %s %q.", typeField, name.StringValue)
	case in == insideArray:
		return invalidf(RuleArray, "Cannot convert a vector value in an array value.")
	case fields[vectorField] == nil:
		return invalidf(RuleVector, "Vector map is missing key '%s'.", vectorField)
	case len(fields) > 2:
		return invalidf(RuleVector, "Vector Value map has extraneous entries.")
	}
	_, isArray := fields[vectorField].GetValueType().(*pb.Value_ArrayValue)
	elements := fields[vectorField].GetArrayValue().GetValues()
	switch {
	case !isArray:
		return invalidf(RuleVector, "The value of a vector is not an array.")
	case len(elements) == 0:
		return invalidf(RuleVector, "Cannot have a zero length vector.")
	case len(elements) > MaxDimension:
		return invalidf(RuleVector, "Vectors must be at most %d dimensions.", MaxDimension)
	}
	for _, element := range elements {
		if _, isDouble := element.GetValueType().(*pb.Value_DoubleValue); !isDouble {
			return invalidf(RuleVector, "Vector must only contain values of type 'double'")
		}
	}
	return nil
}

// ValidateFieldName checks the name of one field of a document or map. The error is an [InvalidError].
func ValidateFieldName(name string) error {
	switch {
	case name == "":
		return invalidf(RuleFieldName, "The property.name is the empty string.")
	case isReserved(name):
		return invalidf(RuleFieldName, "field name %s is reserved", name)
	case len(name) > MaxFieldNameBytes:
		return invalidf(RuleFieldName, "The property.name is longer than %d bytes.", MaxFieldNameBytes)
	case !utf8.ValidString(name):
		return invalidf(RuleFieldName, "A field name is not valid UTF-8.")
	default:
		return nil
	}
}

func validateLength(n int) error {
	if n > MaxValueBytes {
		return invalidf(RuleSize, "The value of a property is longer than %d bytes.", MaxValueBytes)
	}
	return nil
}

func validateTime(v *pb.Value) error {
	t := v.GetTimestampValue()
	if t.GetSeconds() < minSeconds || t.GetSeconds() > maxSeconds || t.GetNanos() < 0 || t.GetNanos() > maxNanos {
		return invalidf(RuleValue, "A timestamp is outside the years 1 to 9999.")
	}
	return nil
}

func validateGeoPoint(v *pb.Value) error {
	// Written so that NaN fails.
	if latitude := v.GetGeoPointValue().GetLatitude(); !(latitude >= -90 && latitude <= 90) {
		return invalidf(RuleValue, "Geo point latitude '%v' outside permitted range -90.0 to 90.0.", latitude)
	}
	if longitude := v.GetGeoPointValue().GetLongitude(); !(longitude >= -180 && longitude <= 180) {
		return invalidf(RuleValue, "Geo point longitude '%v' outside permitted range -180.0 to 180.0.", longitude)
	}
	return nil
}
