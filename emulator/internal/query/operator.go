package query

import (
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// operator is what a filter on one field asks. Unary filters are operators without an operand.
type operator int

const (
	opNone operator = iota
	opLess
	opLessOrEqual
	opGreater
	opGreaterOrEqual
	opEqual
	opNotEqual
	opContains
	opIn
	opContainsAny
	opNotIn
	opIsNull
	opIsNaN
	opIsNotNull
	opIsNotNaN
)

// String is the operator's name in the protocol.
func (op operator) String() string {
	return [...]string{
		"OPERATOR_UNSPECIFIED", "LESS_THAN", "LESS_THAN_OR_EQUAL", "GREATER_THAN", "GREATER_THAN_OR_EQUAL",
		"EQUAL", "NOT_EQUAL", "ARRAY_CONTAINS", "IN", "ARRAY_CONTAINS_ANY", "NOT_IN",
		"IS_NULL", "IS_NAN", "IS_NOT_NULL", "IS_NOT_NAN",
	}[op]
}

func fieldOperator(op pb.StructuredQuery_FieldFilter_Operator) operator {
	switch op {
	case pb.StructuredQuery_FieldFilter_LESS_THAN:
		return opLess
	case pb.StructuredQuery_FieldFilter_LESS_THAN_OR_EQUAL:
		return opLessOrEqual
	case pb.StructuredQuery_FieldFilter_GREATER_THAN:
		return opGreater
	case pb.StructuredQuery_FieldFilter_GREATER_THAN_OR_EQUAL:
		return opGreaterOrEqual
	case pb.StructuredQuery_FieldFilter_EQUAL:
		return opEqual
	case pb.StructuredQuery_FieldFilter_NOT_EQUAL:
		return opNotEqual
	case pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS:
		return opContains
	case pb.StructuredQuery_FieldFilter_IN:
		return opIn
	case pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS_ANY:
		return opContainsAny
	case pb.StructuredQuery_FieldFilter_NOT_IN:
		return opNotIn
	default:
		return opNone
	}
}

func unaryOperator(op pb.StructuredQuery_UnaryFilter_Operator) operator {
	switch op {
	case pb.StructuredQuery_UnaryFilter_IS_NULL:
		return opIsNull
	case pb.StructuredQuery_UnaryFilter_IS_NAN:
		return opIsNaN
	case pb.StructuredQuery_UnaryFilter_IS_NOT_NULL:
		return opIsNotNull
	case pb.StructuredQuery_UnaryFilter_IS_NOT_NAN:
		return opIsNotNaN
	default:
		return opNone
	}
}

// negates tells whether the operator finds what is not something; a query may have one such.
func (op operator) negates() bool {
	return op == opNotEqual || op == opNotIn || op == opIsNotNull || op == opIsNotNaN
}

// orders tells whether a filter of this operator is an inequality, by whose field a query is ordered.
func (op operator) orders() bool { return op >= opLess && op <= opGreaterOrEqual || op.negates() }

// takesList tells whether the operand is a list of values.
func (op operator) takesList() bool { return op == opIn || op == opContainsAny || op == opNotIn }

// onArray tells whether the operator looks at the elements of an array.
func (op operator) onArray() bool { return op == opContains || op == opContainsAny }
