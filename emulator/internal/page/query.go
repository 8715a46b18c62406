package page

import (
	"strconv"
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
)

// maxConditions bounds how much is said of a query.
const maxConditions = 20

// searched is the full name of what a query searches: a collection, or of a group of collections what holds them.
func searched(q *firestorepb.Target_QueryTarget) string {
	for _, from := range q.GetStructuredQuery().GetFrom() {
		if !from.GetAllDescendants() {
			return q.GetParent() + "/" + from.GetCollectionId()
		}
	}
	return q.GetParent()
}

// conditions are what a query asks for, in the words of SQL.
func conditions(q *firestorepb.StructuredQuery) string {
	var said []string
	for _, from := range q.GetFrom() {
		if from.GetAllDescendants() {
			said = append(said, "every collection "+strconv.Quote(short(from.GetCollectionId())))
		}
	}
	left := maxConditions
	if filter := filterText(q.GetWhere(), &left, false); filter != "" {
		said = append(said, "where "+filter)
	}
	for i, order := range q.GetOrderBy() {
		if i == maxConditions {
			said = append(said, "…")
			break
		}
		by := "order by " + short(order.GetField().GetFieldPath())
		if order.GetDirection() == firestorepb.StructuredQuery_DESCENDING {
			by += " descending"
		}
		said = append(said, by)
	}
	if q.GetStartAt() != nil || q.GetEndAt() != nil {
		said = append(said, "between cursors")
	}
	if q.GetOffset() > 0 {
		said = append(said, "offset "+strconv.Itoa(int(q.GetOffset())))
	}
	if q.GetLimit() != nil {
		said = append(said, "limit "+strconv.Itoa(int(q.GetLimit().GetValue())))
	}
	return cut(strings.Join(said, ", "), maxText)
}

// filterText is a filter: as many of its parts as are left to say. inside: of another one.
func filterText(f *firestorepb.StructuredQuery_Filter, left *int, inside bool) string {
	*left--
	switch kind := f.GetFilterType().(type) {
	case *firestorepb.StructuredQuery_Filter_FieldFilter:
		one := kind.FieldFilter
		return short(one.GetField().GetFieldPath()) + " " + operator(one.GetOp().String()) + " " + operand(one.GetValue())
	case *firestorepb.StructuredQuery_Filter_UnaryFilter:
		return short(kind.UnaryFilter.GetField().GetFieldPath()) + " " + operator(kind.UnaryFilter.GetOp().String())
	case *firestorepb.StructuredQuery_Filter_CompositeFilter:
		var parts []string
		for _, inner := range kind.CompositeFilter.GetFilters() {
			if *left <= 0 {
				parts = append(parts, "…")
				break
			}
			parts = append(parts, filterText(inner, left, true))
		}
		all := strings.Join(parts, " "+strings.ToLower(kind.CompositeFilter.GetOp().String())+" ")
		if inside && len(parts) > 1 {
			return "(" + all + ")"
		}
		return all
	}
	return ""
}

// operator is the protocol's name of an operator as people write it.
func operator(name string) string {
	if sign, ok := map[string]string{
		"EQUAL": "=", "NOT_EQUAL": "≠", "LESS_THAN": "<", "LESS_THAN_OR_EQUAL": "≤", "GREATER_THAN": ">",
		"GREATER_THAN_OR_EQUAL": "≥",
	}[name]; ok {
		return sign
	}
	return strings.ToLower(strings.ReplaceAll(name, "_", " "))
}

// operand is what a field is compared with.
func operand(v *firestorepb.Value) string {
	if list := v.GetArrayValue(); list != nil {
		return "[" + strings.Join(listed(list.GetValues(), quoted), ", ") + "]"
	}
	return quoted(v)
}

func quoted(v *firestorepb.Value) string {
	if s, is := v.GetValueType().(*firestorepb.Value_StringValue); is {
		return strconv.Quote(short(s.StringValue))
	}
	return text(v)
}
