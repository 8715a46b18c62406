package query

import (
	"bytes"
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// order is one field that a query orders by.
type order struct {
	path       value.FieldPath
	descending bool
}

// compileOrders gives the whole order: what is asked for, what is implied, and the name.
func compileOrders(asked []*pb.StructuredQuery_Order, implied []value.FieldPath) ([]order, error) {
	var orders []order
	has := func(path value.FieldPath) bool {
		return slices.ContainsFunc(orders, func(o order) bool { return o.path.Equal(path) })
	}
	descending := false
	for _, o := range asked {
		path, err := value.ParseFieldPath(o.GetField().GetFieldPath())
		if err != nil {
			return nil, err
		}
		if has(path) {
			return nil, invalidf("order by clause cannot contain duplicate fields %s", path)
		}
		switch o.GetDirection() {
		case pb.StructuredQuery_DIRECTION_UNSPECIFIED, pb.StructuredQuery_ASCENDING, pb.StructuredQuery_DESCENDING:
			descending = o.GetDirection() == pb.StructuredQuery_DESCENDING
		default:
			return nil, invalidf("Unknown order direction %d.", o.GetDirection())
		}
		orders = append(orders, order{path: path, descending: descending})
	}
	for _, path := range implied {
		if !has(path) && !path.IsName() {
			orders = append(orders, order{path: path, descending: descending})
		}
	}
	name := value.FieldPath{value.NameField}
	if !has(name) {
		orders = append(orders, order{path: name, descending: descending})
	}
	if !orders[len(orders)-1].path.IsName() {
		return nil, invalidf("order by clause cannot contain more fields after the key")
	}
	return orders, nil
}

// inequalityFields are the fields by which an inequality orders, by their paths.
func (q *Query) inequalityFields() []value.FieldPath {
	var paths []value.FieldPath
	q.visitFields(func(f *fieldFilter) {
		if f.isInequality() {
			paths = append(paths, f.path)
		}
	})
	slices.SortFunc(paths, value.FieldPath.Compare)
	return paths
}

// Less tells whether a comes before b in the query's order; both must have the fields it orders by.
func (q *Query) Less(a, b *pb.Document) bool { return q.Compare(a, b) < 0 }

// Compare is negative if a comes before b in the query's order, positive if after, and 0 only if they have
// the same name. A field that is missing comes first; such documents are not found.
func (q *Query) Compare(a, b *pb.Document) int {
	for _, o := range q.orders {
		var c int
		if o.path.IsName() {
			c = value.CompareNames(a.GetName(), b.GetName())
		} else {
			c = value.Compare(value.Indexed(o.path.Get(a.GetFields())), value.Indexed(o.path.Get(b.GetFields())))
		}
		if c != 0 && o.descending {
			return -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// perOrder is room in a sort key for a number, or what a name's key has besides the name.
const perOrder = 32

// SortKey is a key of the document whose bytes compare as [Query.Compare] compares documents; false if the
// document lacks a field that the query orders by, and so is not found.
func (q *Query) SortKey(doc *pb.Document) ([]byte, bool) {
	key := make([]byte, 0, len(doc.GetName())+perOrder*len(q.orders))
	for _, o := range q.orders {
		if o.path.IsName() {
			start := len(key)
			key = value.AppendNameKey(append(key, byte(value.TypeReference)), doc.GetName())
			o.turn(key[start:])
			continue
		}
		v := o.path.Get(doc.GetFields())
		if v == nil {
			return nil, false
		}
		key = o.appendKey(key, v)
	}
	return key, true
}

// appendKey appends the key of v; if descending, all its bits are turned. As no key begins another, the
// order of turned keys is the reverse.
func (o order) appendKey(dst []byte, v *pb.Value) []byte {
	start := len(dst)
	dst = value.AppendKey(dst, value.Indexed(v))
	o.turn(dst[start:])
	return dst
}

// turn turns the bits of a key if the order is descending.
func (o order) turn(key []byte) {
	if o.descending {
		for i := range key {
			key[i] = ^key[i]
		}
	}
}

// cursor is a place in the order: before or after all documents that begin with its values.
type cursor struct {
	key    []byte // of the values, as in SortKey
	values []*pb.Value
	before bool
}

func compileCursor(c *pb.Cursor, orders []order, database string) (*cursor, error) {
	if c == nil {
		return nil, nil
	}
	if len(c.GetValues()) > len(orders) {
		return nil, invalidf("Cursor has too many values.")
	}
	compiled := &cursor{values: c.GetValues(), before: c.GetBefore()}
	for i, v := range c.GetValues() {
		if err := checkOperand(v); err != nil {
			return nil, err
		}
		if orders[i].path.IsName() {
			if err := checkReference(v, database, "Cursor __name__ value is not a document reference."); err != nil {
				return nil, err
			}
		}
		compiled.key = orders[i].appendKey(compiled.key, v)
	}
	return compiled, nil
}

// isAfter tells whether a document of this key comes after the cursor's place.
func (c *cursor) isAfter(key []byte) bool {
	if bytes.HasPrefix(key, c.key) {
		return c.before
	}
	return bytes.Compare(key, c.key) > 0
}

// between tells whether a document of this key lies between the query's cursors.
func (q *Query) between(key []byte) bool {
	return (q.startAt == nil || q.startAt.isAfter(key)) && (q.endAt == nil || !q.endAt.isAfter(key))
}
