package query

import (
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// The most values in a list (https://firebase.google.com/docs/firestore/query-data/queries#limitations).
const (
	maxIn    = 30 // IN and ARRAY_CONTAINS_ANY
	maxNotIn = 10
)

// filterCompiler checks filters one by one; checkNegations and checkDisjunctions then check them together.
type filterCompiler struct {
	database string
}

// compileWhole takes the whole filter of a query, which alone may be empty or an AND of none: that finds
// everything.
func (c filterCompiler) compileWhole(f *pb.StructuredQuery_Filter) (filter, error) {
	if err := refuseUnknown(f, "StructuredQuery.Filter"); err != nil {
		return nil, err
	}
	and := f.GetCompositeFilter()
	if f.GetFilterType() == nil ||
		and.GetOp() == pb.StructuredQuery_CompositeFilter_AND && len(and.GetFilters()) == 0 {
		return &compositeFilter{all: true}, nil
	}
	return c.compile(f)
}

func (c filterCompiler) compile(f *pb.StructuredQuery_Filter) (filter, error) {
	if err := refuseUnknown(f, "StructuredQuery.Filter"); err != nil {
		return nil, err
	}
	switch typ := f.GetFilterType().(type) {
	case *pb.StructuredQuery_Filter_CompositeFilter:
		return c.compileComposite(typ.CompositeFilter)
	case *pb.StructuredQuery_Filter_FieldFilter:
		return c.compileField(typ.FieldFilter)
	case *pb.StructuredQuery_Filter_UnaryFilter:
		return c.compileUnary(typ.UnaryFilter)
	default:
		return nil, invalidf("A filter inside another is empty.")
	}
}

func (c filterCompiler) compileComposite(f *pb.StructuredQuery_CompositeFilter) (filter, error) {
	composite := &compositeFilter{filters: make([]filter, len(f.GetFilters()))}
	switch f.GetOp() {
	case pb.StructuredQuery_CompositeFilter_AND:
		composite.all = true
	case pb.StructuredQuery_CompositeFilter_OR:
	default:
		return nil, invalidf("Unsupported CompositeFilter operator.")
	}
	if len(composite.filters) == 0 {
		return nil, invalidf("Composite filter must have at least one sub-filter.")
	}
	for i, inner := range f.GetFilters() {
		var err error
		if composite.filters[i], err = c.compile(inner); err != nil {
			return nil, err
		}
	}
	return composite, nil
}

func (c filterCompiler) compileUnary(f *pb.StructuredQuery_UnaryFilter) (filter, error) {
	path, err := value.ParseFieldPath(f.GetField().GetFieldPath())
	if err != nil {
		return nil, err
	}
	op := unaryOperator(f.GetOp())
	if op == opNone {
		return nil, invalidf("Unknown UnaryFilter operator.")
	}
	if path.IsName() {
		return nil, invalidf("%s filter value must be a document reference", value.NameField)
	}
	return &fieldFilter{path: path, op: op}, nil
}

func (c filterCompiler) compileField(f *pb.StructuredQuery_FieldFilter) (filter, error) {
	path, err := value.ParseFieldPath(f.GetField().GetFieldPath())
	if err != nil {
		return nil, err
	}
	compiled := &fieldFilter{path: path, op: fieldOperator(f.GetOp()), operands: []*pb.Value{f.GetValue()}}
	if compiled.op == opNone {
		return nil, invalidf("Unknown FieldFilter operator.")
	}
	if path.IsName() && compiled.op.onArray() {
		return nil, invalidf("%s is no array: %s cannot be used with it.", value.NameField, compiled.op)
	}
	if err := checkOperand(f.GetValue()); err != nil {
		return nil, err
	}
	if compiled.op.takesList() {
		if err := checkList(compiled.op, f.GetValue()); err != nil {
			return nil, err
		}
		compiled.operands = f.GetValue().GetArrayValue().GetValues()
	}
	for _, operand := range compiled.operands {
		if path.IsName() {
			err = checkReference(operand, c.database, value.NameField+" filter value must be a document reference")
		} else if value.Size(operand) > value.MaxIndexedBytes {
			err = invalidf("value for %s is too large to be used in a query", path)
		}
		if err != nil {
			return nil, err
		}
	}
	return compiled, nil
}

// checkOperand refuses what is no value. Parts of pipelines are known but not supported.
func checkOperand(v *pb.Value) error {
	switch v.GetValueType().(type) {
	case *pb.Value_FieldReferenceValue:
		return &UnimplementedError{Member: "Value.field_reference_value"}
	case *pb.Value_VariableReferenceValue:
		return &UnimplementedError{Member: "Value.variable_reference_value"}
	case *pb.Value_FunctionValue:
		return &UnimplementedError{Member: "Value.function_value"}
	case *pb.Value_PipelineValue:
		return &UnimplementedError{Member: "Value.pipeline_value"}
	default:
		return value.ValidateOperand(v)
	}
}

func checkList(op operator, v *pb.Value) error {
	most := maxIn
	if op == opNotIn {
		most = maxNotIn
	}
	n := len(v.GetArrayValue().GetValues())
	switch {
	case value.TypeOf(v) != value.TypeArray:
		return invalidf("'%s' requires an ArrayValue.", op)
	case n == 0:
		return invalidf("'%s' requires an non-empty ArrayValue.", op)
	case n > most:
		return invalidf("'%s' supports up to %d comparison values.", op, most)
	default:
		return nil
	}
}
