package rules

import (
	"errors"
	"fmt"
)

// ErrQuery is wrapped by the error of [Ruleset.Allow] for a query that cannot be decided because its
// filters have more than 100 alternatives.
var ErrQuery = errors.New("rules: the query has too many alternatives")

// ParseError says where a ruleset is wrong. Line and Column count from 1, Column in characters.
type ParseError struct {
	Line, Column int
	Reason       string // a sentence without its full stop
}

// Error is «line:column: reason».
func (e *ParseError) Error() string {
	return fmt.Sprintf("rules: %d:%d: %s", e.Line, e.Column, e.Reason)
}

// EvalError says why a condition could not be evaluated. It denies and is never returned by
// [Ruleset.Allow]; it is found in [Outcome].
type EvalError struct {
	Line, Column int    // of the expression, from 1
	Reason       string // a sentence without its full stop; may quote values of the request
}

// Error is «line:column: reason».
func (e *EvalError) Error() string {
	return fmt.Sprintf("rules: %d:%d: %s", e.Line, e.Column, e.Reason)
}

// WorkError says that an evaluation took too much: more than 1 000 expressions, or more comparing and matching
// than an honest ruleset needs. No further statement is tried. It is found in [Outcome], like [EvalError].
type WorkError struct {
	Limit string // what was exceeded
}

// Error names the limit.
func (e *WorkError) Error() string {
	return "rules: the request needs more than " + e.Limit
}

// position is a place in the source, counting from 1.
type position struct{ line, column int }

func (p position) errorf(format string, args ...any) *ParseError {
	return &ParseError{Line: p.line, Column: p.column, Reason: fmt.Sprintf(format, args...)}
}

// fault is an evaluation error whose place is added by the expression that it came from.
func fault(format string, args ...any) error {
	return &EvalError{Reason: fmt.Sprintf(format, args...)}
}

// at adds the place to an error that has none yet.
func (p position) at(err error) error {
	var e *EvalError
	if errors.As(err, &e) && e.Line == 0 {
		e.Line, e.Column = p.line, p.column
	}
	return err
}
