// Package guard decides by security rules what clients may do: it is package service's Guard over package rules. It
// turns documents, queries and tokens into what rules know, and answers what rules ask for from the snapshot of the
// request.
//
// Every project has rules of its own; one without has the default, and without a default nothing is allowed.
package guard

import (
	"context"
	"strings"
	"sync"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/rules"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// maxProjects bounds how many projects can have rules of their own.
const maxProjects = 10_000

// Guard holds the rules of all projects. It is safe for concurrent use. The zero value allows nothing; New makes one.
type Guard struct {
	now func() time.Time

	mu       sync.RWMutex
	fallback *rules.Ruleset            // guarded by mu; nil allows nothing
	projects map[string]*rules.Ruleset // guarded by mu
}

var _ service.Guard = (*Guard)(nil)

// New makes a guard that allows nothing. now is what rules see as request.time; nil means time.Now.
func New(now func() time.Time) *Guard {
	if now == nil {
		now = time.Now
	}
	return &Guard{now: now, projects: map[string]*rules.Ruleset{}}
}

// SetDefault sets the rules of all projects that have none of their own. The error is a [rules.ParseError], and
// then the rules stay as they were.
func (g *Guard) SetDefault(source []byte) error {
	parsed, err := rules.Parse(source)
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fallback = parsed
	return nil
}

// Set sets the rules of one project. Errors as of [Guard.SetDefault]; RESOURCE_EXHAUSTED for too many projects.
func (g *Guard) Set(project string, source []byte) error {
	parsed, err := rules.Parse(source)
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, known := g.projects[project]; !known && len(g.projects) == maxProjects {
		return status.Errorf(codes.ResourceExhausted, "There are rules for %d projects already.", maxProjects)
	}
	g.projects[project] = parsed
	return nil
}

// Has tells whether there are rules for a project, and whether they are its own.
func (g *Guard) Has(project string) (some, own bool) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	_, own = g.projects[project]
	return own || g.fallback != nil, own
}

// of gives the rules for a resource, nil if nothing is allowed.
func (g *Guard) of(resource string) *rules.Ruleset {
	project, _, _ := strings.Cut(strings.TrimPrefix(resource, "projects/"), "/")
	g.mu.RLock()
	defer g.mu.RUnlock()
	if own, ok := g.projects[project]; ok {
		return own
	}
	return g.fallback
}

// Get implements service.Guard.
func (g *Guard) Get(ctx context.Context, c service.Caller, in store.Snapshot, name string) ([]string, error) {
	found := in.Get(name)
	from := &reader{before: in, after: in}
	err := g.ask(ctx, name, rules.Request{
		Method: rules.Get, Path: path(name), Auth: auth(c), Time: g.now(), Resource: data(found), Reader: from,
	})
	return from.read, err
}

// List implements service.Guard.
func (g *Guard) List(ctx context.Context, c service.Caller, in store.Snapshot, l service.List) ([]string, error) {
	from := l.Query.GetFrom()
	if len(from) != 1 || from[0].GetCollectionId() == "" {
		return nil, denied() // everything below a document is for administrators
	}
	query, err := queryOf(l.Query)
	if err != nil {
		return nil, err
	}
	reader := &reader{before: in, after: in}
	err = g.ask(ctx, l.Parent, rules.Request{
		Method: rules.ListDocuments, Path: append(path(l.Parent), from[0].GetCollectionId()),
		Descendants: from[0].GetAllDescendants(), Auth: auth(c), Time: g.now(), Query: query, Reader: reader,
	})
	return reader.read, err
}

// Write implements service.Guard. The changes share the lookups that a request has.
func (g *Guard) Write(
	ctx context.Context, c service.Caller, before, after store.Snapshot, changes []store.Change,
) ([]string, error) {
	// What a server timestamp becomes, so that rules can compare the two.
	at := after.Time().Std().Truncate(time.Millisecond)
	var lookups *rules.Lookups
	if len(changes) > 1 {
		lookups = &rules.Lookups{}
	}
	from := &reader{before: before, after: after}
	for _, change := range changes {
		err := g.ask(ctx, change.Name, rules.Request{
			Method: method(change), Path: path(change.Name), Auth: auth(c), Time: at,
			Resource: existing(change.Before), NewResource: data(change.After),
			Reader: from, Lookups: lookups,
		})
		if err != nil {
			return from.read, err
		}
	}
	return from.read, nil
}

func method(c store.Change) rules.Method {
	switch {
	case c.After == nil:
		return rules.Delete
	case c.Before == nil:
		return rules.Create
	}
	return rules.Update
}

// ask lets the rules decide.
func (g *Guard) ask(ctx context.Context, resource string, r rules.Request) error {
	set := g.of(resource)
	if set == nil {
		return denied()
	}
	decision, err := set.Allow(ctx, r)
	if err != nil || !decision.Allowed {
		return denied()
	}
	return nil
}

func denied() error {
	return status.Error(codes.PermissionDenied, "Missing or insufficient permissions.")
}

// path is a full name without its project, as rules have it.
func path(name string) rules.Path {
	_, below, _ := strings.Cut(strings.TrimPrefix(name, "projects/"), "/")
	return strings.Split(below, "/")
}

// reader answers get() and its like from the snapshots of a request, and notes what was asked for. It is owned by the
// request.
type reader struct {
	before, after store.Snapshot
	read          []string // full names
}

// Read implements rules.Reader.
func (r *reader) Read(_ context.Context, document rules.Path) (*rules.Map, error) {
	return r.find(r.before, document), nil
}

// ReadAfter implements rules.Reader.
func (r *reader) ReadAfter(_ context.Context, document rules.Path) (*rules.Map, error) {
	return r.find(r.after, document), nil
}

// find looks in the database of the request; rules can name no other.
func (r *reader) find(in store.Snapshot, document rules.Path) *rules.Map {
	const before = 3 // databases, its id, documents
	if len(document) <= before {
		return nil
	}
	name := in.Root() + "/" + strings.Join(document[before:], "/")
	r.read = append(r.read, name)
	return data(in.Get(name))
}

// existing is what rules see of a document before a commit. One that a precondition only claims to exist has no times:
// its write is an update of nothing.
func existing(d *firestorepb.Document) *rules.Map {
	if d.GetCreateTime() == nil {
		return nil
	}
	return data(d)
}

func data(d *firestorepb.Document) *rules.Map {
	if d == nil {
		return nil
	}
	m := mapOf(d.GetFields())
	return &m
}
