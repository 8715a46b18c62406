package service

import (
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// parseOrderBy reads an order as ListDocuments has it: fields joined by commas, each with asc or desc behind it or
// none. A field may be quoted, with commas and spaces inside.
//
//	priority desc, `last name`, __name__
func parseOrderBy(clause string) ([]*firestorepb.StructuredQuery_Order, error) {
	var orders []*firestorepb.StructuredQuery_Order
	for _, term := range splitTerms(clause) {
		field, direction := cutField(strings.TrimSpace(term))
		order := &firestorepb.StructuredQuery_Order{
			Field: &firestorepb.StructuredQuery_FieldReference{FieldPath: field},
		}
		switch {
		case field == "":
			return nil, errOrderBy(clause)
		case direction == "" || strings.EqualFold(direction, "asc"):
			order.Direction = firestorepb.StructuredQuery_ASCENDING
		case strings.EqualFold(direction, "desc"):
			order.Direction = firestorepb.StructuredQuery_DESCENDING
		default:
			return nil, errOrderBy(clause)
		}
		orders = append(orders, order)
	}
	return orders, nil
}

func errOrderBy(clause string) error {
	return status.Errorf(codes.InvalidArgument, "Invalid order by clause %q.", clause)
}

// splitTerms splits at the commas that are not quoted.
func splitTerms(clause string) []string {
	var terms []string
	start := 0
	for i := range unquoted(clause) {
		if clause[i] == ',' {
			terms = append(terms, clause[start:i])
			start = i + 1
		}
	}
	return append(terms, clause[start:])
}

// cutField splits a term at the first space that is not quoted.
func cutField(term string) (field, direction string) {
	for i := range unquoted(term) {
		if term[i] == ' ' {
			return term[:i], strings.TrimSpace(term[i:])
		}
	}
	return term, ""
}

// unquoted gives the places of all bytes that are not between backticks.
func unquoted(s string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		quoted := false
		for i := 0; i < len(s); i++ {
			switch {
			case s[i] == '`':
				quoted = !quoted
			case quoted && s[i] == '\\':
				i++
			case !quoted && !yield(i):
				return
			}
		}
	}
}
