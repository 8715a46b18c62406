package service_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/parley-chat/parley/emulator/internal/query/querytest"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// listConditions are what lists are allowed under, each in a collection of its own.
func listConditions() []string {
	return []string{
		"resource.data.a == 1", "resource.data.a != 1", "resource.data.a > 0", "resource.data.a != null",
		"resource.data.a is int", "resource.data.a == true", "!(resource.data.a in [1]) || resource.data == {}",
		"1 in resource.data.l", "!resource.data.l.hasAny([1])", "resource.data.a == 1 || 1 in resource.data.l",
		"d == 'x'", "request.path[4] == 'x' || request.query.limit <= 10", "request.query.orderBy.keys() == ['a b.c']",
	}
}

// proofless are the pairs of a condition and a query that the official emulator allows and ours does not, by what
// proves nothing: see package rules.
func proofless(condition, query string) bool {
	return strings.Contains(query, "IS_NAN&") && strings.Contains(condition, "a")
}

type listFilter = *pb.StructuredQuery_Filter

// fieldFilters are filters by themselves, with names.
func fieldFilters() map[string]listFilter {
	list := Array(Int(1), Int(2))
	filters := map[string]listFilter{
		"IS_NULL":     querytest.Unary("a", pb.StructuredQuery_UnaryFilter_IS_NULL),
		"IS_NAN":      querytest.Unary("a", pb.StructuredQuery_UnaryFilter_IS_NAN),
		"IS_NOT_NULL": querytest.Unary("a", pb.StructuredQuery_UnaryFilter_IS_NOT_NULL),
		"l==[1]":      querytest.Compare("l", pb.StructuredQuery_FieldFilter_EQUAL, Array(Int(1))),
		"b==1":        querytest.Compare("b", pb.StructuredQuery_FieldFilter_EQUAL, Int(1)),
	}
	for number := range int32(10) {
		op := pb.StructuredQuery_FieldFilter_Operator(number + 1)
		switch op {
		case pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS:
			filters["l has 1"] = querytest.Compare("l", op, Int(1))
			filters["l has 1.0"] = querytest.Compare("l", op, Double(1))
		case pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS_ANY:
			filters["l any"] = querytest.Compare("l", op, list)
		case pb.StructuredQuery_FieldFilter_IN, pb.StructuredQuery_FieldFilter_NOT_IN:
			filters["a "+op.String()] = querytest.Compare("a", op, list)
			filters["a "+op.String()+" null"] = querytest.Compare("a", op, Array(Int(1), Null()))
		default:
			for name, v := range map[string]*pb.Value{
				"1": Int(1), "0.5": Double(0.5), "null": Null(), "true": Bool(true),
			} {
				filters["a "+op.String()+" "+name] = querytest.Compare("a", op, v)
			}
		}
	}
	return filters
}

// listQueries are queries of a collection, with names: every filter alone, and what is made of some.
func listQueries(documents string) map[string]*pb.StructuredQuery {
	queries := map[string]*pb.StructuredQuery{
		"all": {}, "offset": {Offset: 3},
		"limit 0": {Limit: wrapperspb.Int32(0)}, "limit 10": {Limit: wrapperspb.Int32(10)},
		"order": {OrderBy: []*pb.StructuredQuery_Order{{Field: querytest.Field("`a b`.c")}}},
		"from 1 on": {
			OrderBy: []*pb.StructuredQuery_Order{{Field: querytest.Field("a")}},
			StartAt: &pb.Cursor{Values: []*pb.Value{Int(1)}, Before: true}, EndAt: &pb.Cursor{Values: []*pb.Value{Int(1)}},
		},
	}
	for name, where := range composed(fieldFilters(), documents) {
		queries[name] = &pb.StructuredQuery{Where: where}
	}
	return queries
}

func composed(f map[string]listFilter, documents string) map[string]listFilter {
	and := func(some ...listFilter) listFilter {
		return querytest.Join(pb.StructuredQuery_CompositeFilter_AND, some...)
	}
	or := func(some ...listFilter) listFilter {
		return querytest.Join(pb.StructuredQuery_CompositeFilter_OR, some...)
	}
	named := func(op pb.StructuredQuery_FieldFilter_Operator, ids ...string) listFilter {
		var names []*pb.Value
		for _, id := range ids {
			names = append(names, Ref(documents+"/"+id))
		}
		if op == pb.StructuredQuery_FieldFilter_IN {
			return querytest.Compare("__name__", op, Array(names...))
		}
		return querytest.Compare("__name__", op, names[0])
	}
	is, in := pb.StructuredQuery_FieldFilter_EQUAL, pb.StructuredQuery_FieldFilter_IN
	one, has, anyOf, inList, b := f["a EQUAL 1"], f["l has 1"], f["l any"], f["a IN"], f["b==1"]
	f["1&1"], f["(1&b)&1"], f["list&list"] = and(one, one), and(and(one, b), one), and(f["l==[1]"], f["l==[1]"])
	f["in&in"], f["in&1"], f["IS_NAN&in"] = and(inList, inList), and(inList, one), and(f["IS_NAN"], inList)
	f["or twice"] = and(or(one, b), or(one, b))
	f["null&b"], f["null|1"] = and(f["a EQUAL null"], b), or(f["a EQUAL null"], one)
	f["range"] = and(f["a GREATER_THAN 0.5"], f["a LESS_THAN_OR_EQUAL 1"])
	f["1|has"], f["1|any"], f["in|has"], f["has|b"] = or(one, has), or(one, anyOf), or(inList, has), or(has, b)
	f["1&has"], f["in&any"], f["1&(has|b)"] = and(one, has), and(inList, anyOf), and(one, or(has, b))
	x, y := named(is, "x"), named(is, "y")
	f["x"], f["x twice"], f["x|y"], f["x&y"] = x, and(x, x), or(x, y), and(x, y)
	f["in x"], f["in x,y"] = named(in, "x"), named(in, "x", "y")
	f["x&in x,y"], f["x&1"], f["x|1"] = and(x, f["in x,y"]), and(x, one), or(x, one)
	f["from x on"] = named(pb.StructuredQuery_FieldFilter_GREATER_THAN_OR_EQUAL, "x")
	return f
}

// Which lists rules allow: every condition with every query, at both.
func TestRulesOfLists(t *testing.T) {
	t.Parallel()
	servers := both(t)
	conditions := listConditions()
	var source strings.Builder
	for i, condition := range conditions {
		fmt.Fprintf(&source, "match /{all=**}/t%d/{d} { allow list: if %s; }\n", i, condition)
		x, y := fmt.Sprintf("t%d/x", i), fmt.Sprintf("t%d/y", i)
		seed(t, servers, set(x, fields{"a": Int(1)}), set(y, fields{"a": Int(2)}))
	}
	for _, s := range servers {
		s.setRules("rules_version = '2';\nservice cloud.firestore { match /databases/{db}/documents {\n" +
			source.String() + "} }")
	}
	ctx := as(t.Context(), user(map[string]any{"sub": "ann"}))
	var askers sync.WaitGroup
	for i, condition := range conditions {
		askers.Go(func() { compareLists(ctx, t, servers, i, condition) })
	}
	askers.Wait()
}

// compareLists asks for a condition's collection in every way.
func compareLists(ctx context.Context, t *testing.T, servers [2]*server, i int, condition string) {
	t.Helper()
	collection := fmt.Sprintf("t%d", i)
	for name, query := range listQueries(servers[0].root + "/" + collection) {
		query.From = []*pb.StructuredQuery_CollectionSelector{{CollectionId: collection, AllDescendants: i%2 == 1}}
		request := &pb.RunQueryRequest{
			Parent: servers[0].root, QueryType: &pb.RunQueryRequest_StructuredQuery{StructuredQuery: query},
		}
		_, theirs := all(servers[0].RunQuery(ctx, request))
		_, ours := all(servers[1].RunQuery(ctx, request))
		if same := status.Code(theirs) == status.Code(ours); !same && !proofless(condition, name) {
			t.Errorf("allow list: if %s; asked %s\nofficial: %v\nours: %v", condition, name, theirs, ours)
		}
	}
}
