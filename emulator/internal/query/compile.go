package query

import (
	"strconv"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// Query is a checked query. It never changes, so any goroutine may use it.
type Query struct {
	from       selector
	where      filter // nil finds everything
	orders     []order
	startAt    *cursor // nil: from the first
	endAt      *cursor // nil: to the last
	offset     int
	limit      int // negative: none
	projection *projection
}

// Compile checks a query below parent, the name of a document or of a database's root
// (projects/{project}/databases/{database}/documents). The query and its values must not be changed
// afterwards. The error is a [value.InvalidError], a [PreconditionError] or an [UnimplementedError].
func Compile(parent string, query *pb.StructuredQuery) (*Query, error) {
	if query.GetFindNearest() != nil {
		return nil, &UnimplementedError{Member: "StructuredQuery.find_nearest"}
	}
	if err := refuseUnknown(query, "StructuredQuery"); err != nil {
		return nil, err
	}
	q := &Query{offset: int(query.GetOffset()), limit: -1}
	if q.offset < 0 {
		return nil, invalidf("offset is negative")
	}
	if query.GetLimit() != nil {
		if q.limit = int(query.GetLimit().GetValue()); q.limit < 0 {
			return nil, invalidf("limit is negative")
		}
	}
	var err error
	if q.from, err = compileFrom(parent, query.GetFrom()); err != nil {
		return nil, err
	}
	if query.GetWhere() != nil {
		c := filterCompiler{database: q.from.database}
		if q.where, err = c.compileWhole(query.GetWhere()); err != nil {
			return nil, err
		}
		if err := checkNegations(q.where); err != nil {
			return nil, err
		}
		q.where = simplify(q.where)
	}
	if err := q.checkParts(len(query.GetOrderBy())); err != nil {
		return nil, err
	}
	if q.where != nil {
		if err := checkDisjunctions(q.where); err != nil {
			return nil, err
		}
	}
	if q.orders, err = compileOrders(query.GetOrderBy(), q.inequalityFields()); err != nil {
		return nil, err
	}
	explicit := q.orders[:len(query.GetOrderBy())]
	if q.startAt, err = compileCursor(query.GetStartAt(), explicit, q.from.database); err != nil {
		return nil, err
	}
	if q.endAt, err = compileCursor(query.GetEndAt(), explicit, q.from.database); err != nil {
		return nil, err
	}
	if q.projection, err = compileProjection(query.GetSelect()); err != nil {
		return nil, err
	}
	return q, q.checkScan()
}

// refuseUnknown refuses members that a newer protocol has, since they can change what a query means.
func refuseUnknown(m proto.Message, name string) error {
	unknown := m.ProtoReflect().GetUnknown()
	if len(unknown) == 0 {
		return nil
	}
	number, _, _ := protowire.ConsumeTag(unknown)
	return &UnimplementedError{Member: name + " field " + strconv.Itoa(int(number))}
}

// checkReference checks what __name__ is compared with.
func checkReference(v *pb.Value, database, otherwise string) error {
	reference, ok := v.GetValueType().(*pb.Value_ReferenceValue)
	if !ok {
		return invalidf("%s", otherwise)
	}
	name, err := value.ParseName(reference.ReferenceValue)
	if err != nil {
		return err
	}
	if name.Database != database {
		return invalidf("The request was for database '%s' but was attempting to access database '%s'",
			database, name.Database)
	}
	return nil
}

// fieldOf is the value of a document's field, nil if there is none.
func fieldOf(doc *pb.Document, path value.FieldPath) *pb.Value {
	if path.IsName() {
		return &pb.Value{ValueType: &pb.Value_ReferenceValue{ReferenceValue: doc.GetName()}}
	}
	return path.Get(doc.GetFields())
}
