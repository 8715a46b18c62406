package guard

import (
	"math"
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/rules"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/value"
)

// auth is who asks, as rules see it: nil for somebody without a token.
func auth(c service.Caller) *rules.Auth {
	if c.Claims == nil {
		return nil
	}
	uid, _ := c.Claims["sub"].(string)
	token, _ := claim(c.Claims).(rules.Map)
	return &rules.Auth{UID: uid, Token: token}
}

// claim is a value of JSON. Whole numbers are ints, as in production.
func claim(v any) rules.Value {
	switch v := v.(type) {
	case bool:
		return rules.Bool(v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return rules.Int(v)
		}
		return rules.Float(v)
	case string:
		return rules.String(v)
	case []any:
		list := make(rules.List, len(v))
		for i, one := range v {
			list[i] = claim(one)
		}
		return list
	case map[string]any:
		fields := make(map[string]rules.Value, len(v))
		for name, one := range v {
			fields[name] = claim(one)
		}
		return rules.NewMap(fields)
	}
	return rules.Null{}
}

func mapOf(fields map[string]*firestorepb.Value) rules.Map {
	all := make(map[string]rules.Value, len(fields))
	for name, v := range fields {
		all[name] = valueOf(v)
	}
	return rules.NewMap(all)
}

// valueOf is a document's value as rules have it.
func valueOf(v *firestorepb.Value) rules.Value {
	switch v := v.GetValueType().(type) {
	case *firestorepb.Value_BooleanValue:
		return rules.Bool(v.BooleanValue)
	case *firestorepb.Value_IntegerValue:
		return rules.Int(v.IntegerValue)
	case *firestorepb.Value_DoubleValue:
		return rules.Float(v.DoubleValue)
	case *firestorepb.Value_TimestampValue:
		return rules.NewTimestamp(v.TimestampValue.AsTime())
	case *firestorepb.Value_StringValue:
		return rules.String(v.StringValue)
	case *firestorepb.Value_BytesValue:
		return rules.Bytes(v.BytesValue)
	case *firestorepb.Value_ReferenceValue:
		return path(v.ReferenceValue)
	case *firestorepb.Value_GeoPointValue:
		return rules.LatLng{Latitude: v.GeoPointValue.GetLatitude(), Longitude: v.GeoPointValue.GetLongitude()}
	case *firestorepb.Value_ArrayValue:
		list := make(rules.List, len(v.ArrayValue.GetValues()))
		for i, one := range v.ArrayValue.GetValues() {
			list[i] = valueOf(one)
		}
		return list
	case *firestorepb.Value_MapValue:
		return mapOf(v.MapValue.GetFields())
	}
	return rules.Null{}
}

// queryOf is a query as rules see it: what the client asked, without what Firestore adds.
func queryOf(q *firestorepb.StructuredQuery) (*rules.Query, error) {
	asked := &rules.Query{Offset: int64(q.GetOffset())}
	if q.GetLimit() != nil {
		asked.Limit = new(int64(q.GetLimit().GetValue()))
	}
	for _, order := range q.GetOrderBy() {
		field, err := value.ParseFieldPath(order.GetField().GetFieldPath())
		if err != nil {
			return nil, unreadable()
		}
		asked.OrderBy = append(asked.OrderBy, rules.Order{
			Field:      strings.Join(field, "."),
			Descending: order.GetDirection() == firestorepb.StructuredQuery_DESCENDING,
		})
	}
	if q.GetWhere() == nil {
		return asked, nil
	}
	where, err := filterOf(q.GetWhere())
	asked.Where = &where
	return asked, err
}

func filterOf(f *firestorepb.StructuredQuery_Filter) (rules.Filter, error) {
	switch f := f.GetFilterType().(type) {
	case *firestorepb.StructuredQuery_Filter_FieldFilter:
		name, err := value.ParseFieldPath(f.FieldFilter.GetField().GetFieldPath())
		op, known := operators()[f.FieldFilter.GetOp()]
		if err != nil || !known {
			return rules.Filter{}, unreadable()
		}
		return rules.Filter{Op: op, Field: name, Value: valueOf(f.FieldFilter.GetValue())}, nil
	case *firestorepb.StructuredQuery_Filter_UnaryFilter:
		return unaryOf(f.UnaryFilter)
	case *firestorepb.StructuredQuery_Filter_CompositeFilter:
		together := rules.Filter{Op: rules.And}
		if f.CompositeFilter.GetOp() == firestorepb.StructuredQuery_CompositeFilter_OR {
			together.Op = rules.Or
		}
		for _, one := range f.CompositeFilter.GetFilters() {
			inner, err := filterOf(one)
			if err != nil {
				return rules.Filter{}, err
			}
			together.Filters = append(together.Filters, inner)
		}
		return together, nil
	}
	return rules.Filter{}, unreadable()
}

func unaryOf(f *firestorepb.StructuredQuery_UnaryFilter) (rules.Filter, error) {
	name, err := value.ParseFieldPath(f.GetField().GetFieldPath())
	if err != nil {
		return rules.Filter{}, unreadable()
	}
	op, known := map[firestorepb.StructuredQuery_UnaryFilter_Operator]rules.Operator{
		firestorepb.StructuredQuery_UnaryFilter_IS_NULL:     rules.IsNull,
		firestorepb.StructuredQuery_UnaryFilter_IS_NOT_NULL: rules.IsNotNull,
		firestorepb.StructuredQuery_UnaryFilter_IS_NAN:      rules.IsNaN,
		firestorepb.StructuredQuery_UnaryFilter_IS_NOT_NAN:  rules.IsNotNaN,
	}[f.GetOp()]
	if !known {
		return rules.Filter{}, unreadable()
	}
	return rules.Filter{Op: op, Field: name}, nil
}

func operators() map[firestorepb.StructuredQuery_FieldFilter_Operator]rules.Operator {
	return map[firestorepb.StructuredQuery_FieldFilter_Operator]rules.Operator{
		firestorepb.StructuredQuery_FieldFilter_EQUAL:                 rules.Equal,
		firestorepb.StructuredQuery_FieldFilter_NOT_EQUAL:             rules.NotEqual,
		firestorepb.StructuredQuery_FieldFilter_LESS_THAN:             rules.Less,
		firestorepb.StructuredQuery_FieldFilter_LESS_THAN_OR_EQUAL:    rules.LessOrEqual,
		firestorepb.StructuredQuery_FieldFilter_GREATER_THAN:          rules.Greater,
		firestorepb.StructuredQuery_FieldFilter_GREATER_THAN_OR_EQUAL: rules.GreaterOrEqual,
		firestorepb.StructuredQuery_FieldFilter_IN:                    rules.In,
		firestorepb.StructuredQuery_FieldFilter_NOT_IN:                rules.NotIn,
		firestorepb.StructuredQuery_FieldFilter_ARRAY_CONTAINS:        rules.ArrayContains,
		firestorepb.StructuredQuery_FieldFilter_ARRAY_CONTAINS_ANY:    rules.ArrayContainsAny,
	}
}

// unreadable is what compiling the query says better; whoever asks the guard has compiled it before.
func unreadable() error { return status.Error(codes.InvalidArgument, "The query cannot be read.") }
