package rules

import (
	"context"
	"time"
)

// Method is what a request does. A statement's `read` stands for get and list, `write` for the rest.
type Method string

// The methods of requests.
const (
	Get           Method = "get"
	ListDocuments Method = "list"
	Create        Method = "create"
	Update        Method = "update"
	Delete        Method = "delete"
)

// Request is what is asked. Path and Method are needed, the rest may be left out. Allow changes nothing of it
// but what Lookups points to.
type Request struct {
	Method Method
	// Path is the document's, from `databases` on: databases, (default), documents, rooms, r1. In a list it
	// is that of the collection.
	Path Path
	// Descendants makes a list one of every collection with the path's last segment as its id, at any
	// depth below the rest of the path: a query on a collection group.
	Descendants bool
	// Auth is who asks; nil is nobody.
	Auth *Auth
	// Time is when, as the documents will have it for their server timestamps.
	Time time.Time
	// Resource is the document's data before the request; nil if it does not exist. A list has none.
	Resource *Map
	// NewResource is the document's data after a create or an update, transforms applied; nil otherwise.
	NewResource *Map
	// Query is that of a list; nil asks for everything.
	Query *Query
	// Reader answers get() and its like; nil knows no documents.
	Reader Reader
	// Lookups is shared by all operations of a batch or a transaction; nil for a single operation.
	Lookups *Lookups
}

// Auth is who asks: request.auth.
type Auth struct {
	UID   string
	Token Map // the claims of the ID token
}

// Reader reads documents for conditions. It is called from the goroutine of Allow.
type Reader interface {
	// Read returns the data of a document as it is before the request, or nil if there is none. An error
	// ends [Ruleset.Allow], which returns it.
	Read(ctx context.Context, document Path) (*Map, error)
	// ReadAfter returns the data of a document as it will be when the request, with all its writes, is done.
	ReadAfter(ctx context.Context, document Path) (*Map, error)
}

// Decision is what the rules say. The zero Decision denies.
type Decision struct {
	Allowed bool
	// Line and Column are those of the allow statement that allowed; 0 if denied.
	Line, Column int
	// Outcomes are the statements that were tried, in order: why it was denied.
	Outcomes []Outcome
}

// Outcome is what became of one allow statement.
type Outcome struct {
	Line, Column int // of the statement, from 1
	Allowed      bool
	Err          error // an [*EvalError] or a [*WorkError]; nil if the condition was evaluated
}

// document is a document as rules see it.
func document(path Path, data Map) Map {
	var m Map
	m.put("data", data)
	m.put("id", String(path[len(path)-1]))
	m.put("__name__", path)
	return m
}

// variables are request and resource. what is known of a list's documents takes the place of resource.
func (r *Request) variables(resource *result) map[string]result {
	var m Map
	m.put("auth", r.auth())
	m.put("method", String(r.Method))
	if !r.Descendants { // a collection group has no path, and asking for it is an error
		m.put("path", r.Path)
	}
	m.put("time", NewTimestamp(r.Time))
	switch r.Method {
	case Create, Update, Delete:
		m.put("resource", optional(r.Path, r.NewResource))
	case ListDocuments:
		m.put("query", r.query())
	case Get:
	}
	existing := known(optional(r.Path, r.Resource))
	if resource != nil {
		existing = *resource
	}
	return map[string]result{"request": known(m), "resource": existing}
}

func optional(path Path, data *Map) Value {
	if data == nil {
		return Null{}
	}
	return document(path, *data)
}

func (r *Request) auth() Value {
	if r.Auth == nil {
		return Null{}
	}
	var m Map
	m.put("uid", String(r.Auth.UID))
	m.put("token", r.Auth.Token)
	return m
}

func (r *Request) query() Value {
	q := r.Query
	if q == nil {
		q = &Query{}
	}
	var m, order Map
	m.put("limit", Null{})
	if q.Limit != nil {
		m.put("limit", Int(*q.Limit))
	}
	m.put("offset", Int(q.Offset))
	for _, o := range q.OrderBy {
		direction := String("ASC")
		if o.Descending {
			direction = "DESC"
		}
		order.put(o.Field, direction)
	}
	m.put("orderBy", order)
	return m
}
