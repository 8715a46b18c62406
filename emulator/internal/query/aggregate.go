package query

import (
	"iter"
	"slices"
	"strconv"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// maxAggregations is how many a query may have
// (https://firebase.google.com/docs/firestore/query-data/aggregation-queries#limitations).
const maxAggregations = 5

// Aggregation is a checked aggregation query. It never changes, so any goroutine may use it.
type Aggregation struct {
	query    *Query
	measures []measure
}

// measure is one aggregation.
type measure struct {
	alias string
	kind  measureKind
	upTo  int64           // of a count; negative: no bound
	path  value.FieldPath // of a sum or average
}

type measureKind int

const (
	count measureKind = iota
	sum
	average
)

// CompileAggregation checks an aggregation query below parent, as [Compile] does, and returns its errors.
func CompileAggregation(parent string, query *pb.StructuredAggregationQuery) (*Aggregation, error) {
	if err := refuseUnknown(query, "StructuredAggregationQuery"); err != nil {
		return nil, err
	}
	if query.GetStructuredQuery() == nil {
		return nil, invalidf("An aggregation query needs a structured query.")
	}
	asked := query.GetAggregations()
	switch {
	case len(asked) == 0:
		return nil, invalidf("Aggregations can not be empty.")
	case len(asked) > maxAggregations:
		return nil, invalidf("A query can have at most %d aggregations.", maxAggregations)
	}
	a := &Aggregation{measures: make([]measure, len(asked))}
	unnamed := 0
	var err error
	for i, aggregation := range asked {
		if a.measures[i], err = compileMeasure(aggregation); err != nil {
			return nil, err
		}
		if a.measures[i].alias = aggregation.GetAlias(); a.measures[i].alias == "" {
			unnamed++
			a.measures[i].alias = "field_" + strconv.Itoa(unnamed)
		}
		if err := checkAlias(a.measures[:i], a.measures[i].alias); err != nil {
			return nil, err
		}
	}
	numbers := a.numbers()
	if len(numbers) > 0 && query.GetStructuredQuery().GetSelect() != nil {
		return nil, invalidf("Cannot apply property masks when aggregation fields are present.")
	}
	if a.query, err = Compile(parent, query.GetStructuredQuery()); err != nil {
		return nil, err
	}
	if err := a.query.orderByNumbers(numbers, len(query.GetStructuredQuery().GetOrderBy())); err != nil {
		return nil, err
	}
	return a, nil
}

// numbers are the fields of sums and averages, by their paths.
func (a *Aggregation) numbers() []value.FieldPath {
	var paths []value.FieldPath
	for _, m := range a.measures {
		if m.path != nil {
			paths = append(paths, m.path)
		}
	}
	slices.SortFunc(paths, value.FieldPath.Compare)
	return paths
}

func checkAlias(earlier []measure, alias string) error {
	if slices.ContainsFunc(earlier, func(m measure) bool { return m.alias == alias }) {
		return invalidf("Aggregation aliases contain duplicate alias: %s.", alias)
	}
	return value.ValidateFieldName(alias)
}

func compileMeasure(aggregation *pb.StructuredAggregationQuery_Aggregation) (measure, error) {
	switch typ := aggregation.GetOperator().(type) {
	case *pb.StructuredAggregationQuery_Aggregation_Count_:
		upTo := int64(-1)
		if typ.Count.GetUpTo() != nil {
			if upTo = typ.Count.GetUpTo().GetValue(); upTo < 0 {
				return measure{}, invalidf(
					"The `up_to` value in a COUNT aggregation must be greater than or equal to zero.")
			}
		}
		return measure{kind: count, upTo: upTo}, nil
	case *pb.StructuredAggregationQuery_Aggregation_Sum_:
		return compileNumbers(sum, typ.Sum.GetField())
	case *pb.StructuredAggregationQuery_Aggregation_Avg_:
		return compileNumbers(average, typ.Avg.GetField())
	default:
		if err := refuseUnknown(aggregation, "StructuredAggregationQuery.Aggregation"); err != nil {
			return measure{}, err
		}
		return measure{}, invalidf("Operator field in Aggregation is not set.")
	}
}

func compileNumbers(kind measureKind, f *pb.StructuredQuery_FieldReference) (measure, error) {
	path, err := value.ParseFieldPath(f.GetFieldPath())
	if err != nil {
		return measure{}, err
	}
	if path.IsName() {
		return measure{}, invalidf("Aggregations are not supported for the property: %s", path)
	}
	return measure{kind: kind, path: path}, nil
}

// Query is the query whose documents are aggregated, for [Query.Index] and the like.
func (a *Aggregation) Query() *Query { return a.query }

// Run aggregates over documents in any order, each at most once, and returns the values by their aliases.
// Only documents that have every field of a sum or average count, for all aggregations together; values
// that are no numbers then add nothing. A sum of integers is an integer, or a double where that would
// overflow; the sum of none is the integer 0, the average of none is null; NaN makes both NaN.
func (a *Aggregation) Run(documents iter.Seq[*pb.Document]) map[string]*pb.Value {
	results, _ := a.Find(Source{Documents: documents})
	return results
}

// Find is [Aggregation.Run] with a source that may be sorted. entries is how many index entries Firestore reads for it,
// those that the offset skips among them.
func (a *Aggregation) Find(from Source) (results map[string]*pb.Value, entries int) {
	found := a.query.first(from)
	entries = len(found)
	found = found[min(a.query.offset, len(found)):]
	results = make(map[string]*pb.Value, len(a.measures))
	for _, m := range a.measures {
		results[m.alias] = m.over(found)
	}
	return results, entries
}

func (m measure) over(found []row) *pb.Value {
	if m.kind == count {
		n := int64(len(found))
		if m.upTo >= 0 {
			n = min(n, m.upTo)
		}
		return value.Integer(n)
	}
	var numbers value.Sum
	for _, r := range found {
		numbers.Add(m.path.Get(r.doc.GetFields()))
	}
	if m.kind == average {
		return numbers.Average()
	}
	return numbers.Value()
}
