package query

import (
	"bytes"
	"container/heap"
	"iter"
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// Matches tells whether the query finds doc, limit and offset aside: by its name, filter, the fields that the
// order needs, and cursors.
func (q *Query) Matches(doc *pb.Document) bool {
	_, ok := q.Place(doc)
	return ok
}

// Place is the sort key of a document that the query finds, limit and offset aside; false if it does not.
func (q *Query) Place(doc *pb.Document) ([]byte, bool) {
	if !q.from.selects(doc.GetName()) || q.where != nil && !q.where.matches(doc) {
		return nil, false
	}
	key, ok := q.SortKey(doc)
	return key, ok && q.between(key)
}

// Result is what a query finds.
type Result struct {
	Documents []*pb.Document // in the query's order, projected; shares values with what Run was given
	Skipped   int            // how many documents the offset left out
}

// Source is where a query finds its documents. The documents are those that it can find, and perhaps others, each once.
type Source struct {
	Documents iter.Seq[*pb.Document]
	// Sorted says that they come in the order of the first field that the query orders by, as its direction is, and
	// then in that of their names, in the same direction. Then a query with a limit ends early. Else: in any order.
	Sorted bool
}

// Run runs the query over documents in any order, each at most once. It holds offset + limit documents in
// memory, or all that match if there is no limit.
func (q *Query) Run(documents iter.Seq[*pb.Document]) Result {
	return q.Find(Source{Documents: documents})
}

// Find is [Query.Run] with a source that may be sorted.
func (q *Query) Find(from Source) Result {
	found := q.first(from)
	skipped := min(q.offset, len(found))
	result := Result{Documents: make([]*pb.Document, 0, len(found)-skipped), Skipped: skipped}
	for _, r := range found[skipped:] {
		result.Documents = append(result.Documents, q.Project(r.doc))
	}
	return result
}

// Window is how many documents the query leaves out at the beginning, and how many it gives then; negative: all.
func (q *Query) Window() (offset, limit int) { return q.offset, q.limit }

// Limited tells whether the query has a limit.
func (q *Query) Limited() bool { return q.limit >= 0 }

// first are the first offset + limit rows, in order.
func (q *Query) first(from Source) []row {
	most := q.offset + q.limit
	var found rows
	if q.limit >= 0 && most == 0 {
		return nil
	}
	for doc := range from.Documents {
		key, ok := q.Place(doc)
		if !ok {
			continue
		}
		switch r := (row{key: key, doc: doc}); {
		case q.limit < 0:
			found = append(found, r)
		case len(found) < most:
			heap.Push(&found, r)
		case bytes.Compare(key, found[0].key) < 0:
			found[0] = r
			heap.Fix(&found, 0)
		}
		if from.Sorted && q.limit >= 0 && len(found) == most && q.pastLast(doc, found[0]) {
			break
		}
	}
	slices.SortFunc(found, func(a, b row) int { return bytes.Compare(a.key, b.key) })
	return found
}

// pastLast tells whether nothing that comes after doc in a sorted source comes before last in the query's order.
func (q *Query) pastLast(doc *pb.Document, last row) bool {
	first := q.orders[0]
	if len(q.orders) == 1 || len(q.orders) == 2 && q.orders[1].descending == first.descending {
		return true // the source's order is the query's
	}
	return !bytes.HasPrefix(last.key, first.appendKey(nil, fieldOf(doc, first.path)))
}

// row is a document that was found, with its sort key.
type row struct {
	key []byte
	doc *pb.Document
}

// rows is a heap with the last row, in the query's order, on top.
type rows []row

func (r rows) Len() int           { return len(r) }
func (r rows) Less(i, j int) bool { return bytes.Compare(r[i].key, r[j].key) > 0 }
func (r rows) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }

// Push is heap.Interface's.
func (r *rows) Push(x any) { *r = append(*r, x.(row)) }

// Pop is heap.Interface's; nothing is popped.
func (r *rows) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}
