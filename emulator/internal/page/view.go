package page

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator/internal/gate"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// How many rows of a kind there are at most.
const (
	maxDatabases = 1000
	maxListeners = 100
	maxClients   = 10
)

// view is all that the template shows.
type view struct {
	Now       string
	Ahead     string   // how far the clock was moved; empty if it was not
	Databases []choice // at most maxDatabases
	Unknown   string   // the database that was asked for and is not there
	Database  *contents
	Listening listening
	Asked     []operation
}

// Many tells whether there is more than one database, so that it must be said which one something is about.
func (v view) Many() bool { return len(v.Databases) > 1 }

// Elsewhere tells whether a place is in another database than the one that is shown.
func (v view) Elsewhere(w where) bool {
	return w.Path != "" && w.Database != "" && (v.Database == nil || v.Database.Label != w.Database)
}

// choice is a database that can be looked at.
type choice struct {
	Label, Value string
	Chosen       bool
}

// listening are those who listen.
type listening struct {
	Targets, Streams int
	Listeners        []listener // at most maxListeners
}

type listener struct {
	What    where
	More    int    // further documents of the same target
	Asks    string // the conditions of a query
	Client  string
	For     string
	Current bool
}

// operation is a call that has ended.
type operation struct {
	Time, Took   string
	Method, Code string
	Failed       bool
	What         where
	More         int // further documents of the same call
}

// bill is what a client used.
type bill struct {
	Client string
	metering.Usage
}

// view makes what an address asks for: a database as «P» or «P/D», in it a path, and after which id its list begins.
func (p *Page) view(asked url.Values) view {
	v := view{Now: p.from.Now().UTC().Format("2006-01-02 15:04:05 UTC")}
	if ahead := p.from.Ahead(); ahead > 0 {
		v.Ahead = span(ahead)
	}
	databases := slices.SortedFunc(slices.Values(p.from.Databases()), func(a, b *store.Store) int {
		return cmp.Compare(a.Name(), b.Name())
	})
	chosen, wanted := -1, asked.Get("database")
	if wanted == "" && len(databases) > 0 {
		chosen = 0
	}
	for i, d := range databases {
		label := labelOf(d.Name())
		if label == wanted {
			chosen = i
		}
		if i < maxDatabases {
			v.Databases = append(v.Databases, choice{Label: label, Value: label, Chosen: i == chosen})
		}
	}
	if chosen >= 0 {
		v.Database = p.contents(databases[chosen], asked.Get("path"), asked.Get("after"))
	} else {
		v.Unknown = wanted
	}
	v.Listening = listeningOf(p.from.Listeners())
	for _, o := range p.from.Operations() {
		v.Asked = append(v.Asked, operation{
			Time: o.Ended.UTC().Format("15:04:05"), Took: span(o.Took),
			Method: o.Method, Code: codeText(o.Code), Failed: o.Code != codes.OK,
			What: whereIs(o.Name), More: o.More,
		})
	}
	return v
}

func listeningOf(all []gate.Listener, streams int) listening {
	l := listening{Targets: len(all), Streams: streams}
	for _, one := range all[:min(len(all), maxListeners)] {
		shown := listener{Client: nameOf(one.Client), For: span(time.Since(one.Since)), Current: one.Current}
		if q := one.Target.GetQuery(); q != nil {
			shown.What, shown.Asks = whereIs(searched(q)), conditions(q.GetStructuredQuery())
		} else if names := one.Target.GetDocuments().GetDocuments(); len(names) > 0 {
			shown.What, shown.More = whereIs(names[0]), len(names)-1
		}
		l.Listeners = append(l.Listeners, shown)
	}
	return l
}

// billed are all clients together, and those who used most.
func billed(by map[string]metering.Usage) (total metering.Usage, clients []bill, more int) {
	for client, used := range by {
		total.Reads += used.Reads
		total.Writes += used.Writes
		total.Deletes += used.Deletes
		clients = append(clients, bill{client, used})
	}
	sum := func(b bill) int64 { return b.Reads + b.Writes + b.Deletes }
	slices.SortFunc(clients, func(a, b bill) int {
		return cmp.Or(cmp.Compare(sum(b), sum(a)), cmp.Compare(a.Client, b.Client))
	})
	shown := clients[:min(len(clients), maxClients)]
	for i := range shown {
		shown[i].Client = nameOf(shown[i].Client)
	}
	return total, shown, len(clients) - len(shown)
}

// nameOf is a client as people know it.
func nameOf(client string) string {
	if client == "" {
		return "not signed in"
	}
	return short(client)
}

// where is a place that can be looked at.
type where struct {
	Database string // as labelOf has it
	Path     string // empty: the database itself
	URL      string // empty if there is no such place
}

// whereIs is the place of a full name. What is none stays what it is.
func whereIs(name string) where {
	segments := strings.Split(name, "/")
	if len(segments) < 4 || segments[0] != "projects" || segments[2] != "databases" {
		return where{Path: short(name)}
	}
	database := labelOf(strings.Join(segments[:4], "/"))
	path := ""
	if len(segments) > 5 {
		path = strings.TrimSuffix(strings.Join(segments[5:], "/"), "/")
	}
	return where{Database: database, Path: short(path), URL: address(database, path, "")}
}

// address is that of a place in a database.
func address(database, path, after string) string {
	asked := url.Values{"database": {database}}
	if path != "" {
		asked.Set("path", path)
	}
	if after != "" {
		asked.Set("after", after)
	}
	return "/?" + asked.Encode()
}

// labelOf is the name of a database in short: its project, and its id if that is not the usual one.
func labelOf(name string) string {
	project, id, _ := strings.Cut(strings.TrimPrefix(name, "projects/"), "/databases/")
	if id == "(default)" {
		return project
	}
	return project + "/" + id
}
