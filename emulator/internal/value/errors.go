package value

import (
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Rule names what was broken, for callers and tests that branch; a person reads the message.
type Rule string

// The rules that a value, a name or a query can break.
const (
	RuleValue     Rule = "value"      // a value of no type, or one that cannot be stored
	RuleArray     Rule = "array"      // an array directly in an array
	RuleVector    Rule = "vector"     // a map of type __vector__ that is none
	RuleDepth     Rule = "depth"      // maps and arrays nested more than MaxDepth deep
	RuleSize      Rule = "size"       // a document or a field value that is too large
	RuleFieldName Rule = "field name" // a field name that is empty, reserved or too long
	RuleFieldPath Rule = "field path" // a field path that cannot be parsed, or conflicts with another
	RuleName      Rule = "name"       // a document, collection or database name
	RuleTransform Rule = "transform"  // a field transform
	RuleQuery     Rule = "query"      // a structured query
)

// InvalidError says which rule what a client sent breaks, in a sentence that the client may be shown.
// As a gRPC status it is INVALID_ARGUMENT.
type InvalidError struct {
	Rule    Rule
	Message string
}

// Error is the sentence.
func (e *InvalidError) Error() string { return e.Message }

// GRPCStatus makes status.Code and status.Convert of google.golang.org/grpc see INVALID_ARGUMENT, also
// through wrapping.
func (e *InvalidError) GRPCStatus() *status.Status {
	return status.New(codes.InvalidArgument, e.Message)
}

func invalidf(rule Rule, format string, args ...any) error {
	return &InvalidError{Rule: rule, Message: fmt.Sprintf(format, args...)}
}
