package protocol

import "fmt"

// ParseError tells that input is against a rule of SPEC.md. It holds nothing of the input itself, so
// it can be logged and shown.
type ParseError struct {
	Rule   string // the rule's id, such as "V2"
	Field  string // the member at fault, empty if the whole input is
	Reason string // what is wrong, in a few words
}

// Error says rule, field and reason in one line.
func (e *ParseError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("protocol: [%s] %s", e.Rule, e.Reason)
	}
	return fmt.Sprintf("protocol: [%s] %s: %s", e.Rule, e.Field, e.Reason)
}

// UnsupportedVersion is the Reason where an event or a presence is of a version that this code does not speak: its
// author may be right.
const UnsupportedVersion = "unsupported version"

func parseErrorf(rule, field, format string, args ...any) error {
	return &ParseError{Rule: rule, Field: field, Reason: fmt.Sprintf(format, args...)}
}
