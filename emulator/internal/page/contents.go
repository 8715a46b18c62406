package page

import (
	"iter"
	"slices"
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/store"
	"github.com/parley-chat/parley/emulator/internal/value"
)

// perPage is how many documents, or collections, are shown at once.
const perPage = 100

// contents are a database, and what lies at a path in it.
type contents struct {
	Label   string
	Count   string // of all documents
	Rules   rules
	Total   metering.Usage
	Clients []bill
	More    int // clients that are not among Clients

	Crumbs []link // from the database to the path
	// Collection: the path is that of a collection, whose documents are in Children. Otherwise it is that of a document
	// or the database itself, and Children are the collections below it.
	Collection bool
	Children   []child
	// From is what the list begins after, if it does. First is the address of its beginning, Next of what comes behind.
	From, First, Next string
	Document          *document // nil if the path is that of no document
}

// rules says which rules hold.
type rules struct{ Some, Own bool }

type link struct{ Label, URL string }

// child is a collection, or a document of one.
type child struct {
	link
	Missing bool    // the document is not there, but has documents below it
	Preview []field // of a document: key and value
	Size    string  // of a document
}

// document is one document.
type document struct {
	Missing          bool
	Created, Changed string
	Size             string
	Fields           []field
	Cut              bool // there are more fields than are shown
}

// contents is what lies at a path, as of now. A list of it begins after an id.
func (p *Page) contents(db *store.Store, path, after string) *contents {
	in := db.Snapshot()
	label := labelOf(db.Name())
	c := &contents{
		Label: label, Count: counted(in.Len(), "document"), From: after, First: address(label, path, ""),
		Crumbs: []link{{Label: label, URL: address(label, "", "")}},
	}
	project, _, _ := strings.Cut(strings.TrimPrefix(db.Name(), "projects/"), "/")
	c.Rules.Some, c.Rules.Own = p.from.Rules(project)
	c.Total, c.Clients, c.More = billed(p.from.Usage(db.Name()))
	if path == "" || len(path) > value.MaxNameBytes {
		c.collections(in, in.Root(), "", after)
		return c
	}
	ids := strings.Split(path, "/")
	for i, id := range ids {
		below := strings.Join(ids[:i+1], "/")
		c.Crumbs = append(c.Crumbs, link{Label: id, URL: address(c.Label, below, "")})
	}
	if len(ids)%2 == 1 {
		c.Collection = true
		parent := strings.Join(append([]string{in.Root()}, ids[:len(ids)-1]...), "/")
		c.documents(in, parent, path, after)
		return c
	}
	name := in.Root() + "/" + path
	c.Document = documentOf(in.Get(name))
	c.collections(in, name, path, after)
	return c
}

// collections lists those below a parent, which has this path.
func (c *contents) collections(in store.Snapshot, parent, path, after string) {
	for _, id := range c.page(path, after, in.CollectionIDs(parent)) {
		at := strings.TrimPrefix(path+"/"+id, "/")
		c.Children = append(c.Children, child{link: link{Label: id, URL: address(c.Label, at, "")}})
	}
}

// documents lists those of a collection, which has this path and lies below parent: also those that are not there
// themselves.
func (c *contents) documents(in store.Snapshot, parent, path, after string) {
	collectionID := path[strings.LastIndexByte(path, '/')+1:]
	there := func(yield func(string) bool) {
		for d := range in.Collection(parent, collectionID) {
			id := d.GetName()[strings.LastIndexByte(d.GetName(), '/')+1:]
			if id > after && !yield(id) {
				return
			}
		}
	}
	known := first(there, perPage+1)
	ids := func(yield func(string) bool) {
		for id := range in.ParentIDs(parent, collectionID) {
			if !yield(id) {
				return
			}
		}
		for _, id := range known {
			if !yield(id) {
				return
			}
		}
	}
	for _, id := range c.page(path, after, ids) {
		one := child{link: link{Label: id, URL: address(c.Label, path+"/"+id, "")}}
		if d := in.Get(parent + "/" + collectionID + "/" + id); d != nil {
			one.Preview, one.Size = preview(d.GetFields()), size(value.DocumentSize(d))
		} else {
			one.Missing = true
		}
		c.Children = append(c.Children, one)
	}
}

// page gives the first ids after one, in order, and keeps the address of what comes behind them. It keeps few of them
// in memory, however many there are.
func (c *contents) page(path, after string, ids iter.Seq[string]) []string {
	var found []string
	sorted := func() {
		slices.Sort(found)
		found = slices.Compact(found)
		found = found[:min(len(found), perPage+1)]
	}
	for id := range ids {
		if id <= after {
			continue
		}
		if found = append(found, id); len(found) > 10*perPage {
			sorted()
		}
	}
	sorted()
	if len(found) > perPage {
		found = found[:perPage]
		c.Next = address(c.Label, path, found[perPage-1])
	}
	return found
}

// first gives at most n.
func first(ids iter.Seq[string], n int) []string {
	var found []string
	for id := range ids {
		if found = append(found, id); len(found) == n {
			break
		}
	}
	return found
}

// documentOf is a document as it is shown; nil is one that is missing.
func documentOf(d *firestorepb.Document) *document {
	if d == nil {
		return &document{Missing: true}
	}
	const times = "2006-01-02 15:04:05.000 UTC"
	shown := &document{
		Created: d.GetCreateTime().AsTime().Format(times), Changed: d.GetUpdateTime().AsTime().Format(times),
		Size: size(value.DocumentSize(d)),
	}
	shown.Fields, shown.Cut = fieldsOf(d.GetFields())
	return shown
}
