package query

import (
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// PreconditionError says that production has no index for a query and can have none. As a gRPC status it is
// FAILED_PRECONDITION.
type PreconditionError struct {
	Message string // a sentence that the client may be shown
}

// Error is the sentence.
func (e *PreconditionError) Error() string { return e.Message }

// GRPCStatus makes status.Code and status.Convert of google.golang.org/grpc see FAILED_PRECONDITION, also
// through wrapping.
func (e *PreconditionError) GRPCStatus() *status.Status {
	return status.New(codes.FailedPrecondition, e.Message)
}

// checkScan refuses queries for which there are no indexes: an index is of one collection id, in one
// collection or below the root, and what has no index can only be read by ascending name.
func (q *Query) checkScan() error {
	fields := len(q.orders) > 1
	var keyEquality, keyInequality, inequality bool
	q.visitFields(func(f *fieldFilter) {
		name := f.path.IsName()
		fields = fields || !name
		keyEquality = keyEquality || name && !f.op.orders()
		keyInequality = keyInequality || name && f.op.orders()
		inequality = inequality || !name && f.isInequality()
	})
	descending := q.orders[len(q.orders)-1].descending
	switch {
	case keyEquality && inequality && !keyInequality:
		return invalidf("Equality on key is not allowed if there are other inequality fields and key does not appear " +
			"in inequalities.")
	case q.from.group && q.from.below && fields:
		return invalidf("collection group queries are only allowed at the root parent")
	case q.from.collection == "" && (fields || descending):
		return invalidf("A collection id is required for all filters and orders except __name__ ascending.")
	case q.from.group && q.from.below && descending:
		return &PreconditionError{Message: "collection group queries are only allowed if they're at the root or " +
			"they're an ascending primary key scan"}
	case !fields && descending:
		return &PreconditionError{Message: "Firestore does not support descending key scans"}
	default:
		return nil
	}
}

// visitFields calls f for every filter on a field.
func (q *Query) visitFields(f func(*fieldFilter)) {
	if q.where != nil {
		q.where.visit(f)
	}
}

// orderByNumbers orders by the fields of sums and averages, before the name, so that documents without them
// are not found. It refuses a query that looks at names and is not ordered by the fields otherwise, since
// every index has the name at its end. asked is how many fields are in order_by.
func (q *Query) orderByNumbers(numbers []value.FieldPath, asked int) error {
	names := q.from.group && q.from.below ||
		slices.ContainsFunc(q.orders[:asked], func(o order) bool { return o.path.IsName() })
	q.visitFields(func(f *fieldFilter) { names = names || f.path.IsName() })
	name := q.orders[len(q.orders)-1]
	orders := slices.Clone(q.orders)[:len(q.orders)-1]
	for _, path := range numbers {
		if slices.ContainsFunc(orders, func(o order) bool { return o.path.Equal(path) }) {
			continue
		}
		if names {
			return invalidf("This query requires an index that has field %s after __name__ and Firestore does not "+
				"currently support such an index. Please try the query again with additional ordering on it.", path)
		}
		orders = append(orders, order{path: path, descending: name.descending})
	}
	orders = append(orders, name)
	q.orders = orders
	return nil
}
