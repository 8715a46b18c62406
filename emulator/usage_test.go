package emulator_test

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"testing"

	"cloud.google.com/go/firestore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator"
)

const inX = "projects/demo-x/databases/(default)"

const openRules = `
rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    match /{anything=**} { allow read, write: if true; }
  }
}`

const memberRules = `
rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    function member(id) {
      return exists(/databases/$(database)/documents/members/$(id))
        && get(/databases/$(database)/documents/members/$(id)).data.in;
    }
    match /notes/{id} { allow read, write: if member('one') && member('two'); }
    match /closed/{id} { allow read: if !member('one'); }
  }
}`

// token is an unsigned one, as clients of emulators have.
func token(uid string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"`+uid+`"}`)) + "."
}

// billed is a server with memberRules, two members and ten notes.
type billed struct {
	server       *emulator.Server
	owner, alice *firestore.Client
}

func startBilled(t *testing.T) *billed {
	t.Helper()
	s, err := emulator.Start(t.Context(), &emulator.Options{Rules: []byte(memberRules)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &billed{server: s, owner: clientOf(t, s, "owner"), alice: clientOf(t, s, token("alice"))}
	for _, id := range []string{"one", "two"} {
		if _, err := b.owner.Doc("members/"+id).Set(t.Context(), map[string]any{"in": true}); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 10 {
		if _, err := b.owner.Doc("notes/"+strconv.Itoa(n)).Set(t.Context(), map[string]any{"n": n}); err != nil {
			t.Fatal(err)
		}
	}
	b.wants(t, "owner", "the beginning", emulator.Usage{Writes: 12})
	return b
}

// wants compares what a client has used since the last look; all others have used nothing.
func (b *billed) wants(t *testing.T, client, what string, want emulator.Usage) {
	t.Helper()
	all := b.server.Usage(inX)
	b.server.ResetUsage(inX)
	if got := all[client]; got != want {
		t.Errorf("%s: %+v, want %+v", what, got, want)
	}
	delete(all, client)
	if len(all) > 0 {
		t.Errorf("%s: others used %+v", what, all)
	}
}

// but is the error, unless it is the one that is expected.
func but(err error, expected codes.Code) error {
	if status.Code(err) == expected {
		return nil
	}
	return err
}

// operation is what somebody does, and what it costs.
type operation struct {
	what                   string
	do                     func(context.Context, *firestore.Client) error
	reads, writes, deletes int64
}

func (b *billed) run(t *testing.T, name string, c *firestore.Client, all []operation) {
	t.Helper()
	for _, one := range all {
		if err := one.do(t.Context(), c); err != nil {
			t.Errorf("%s: %v", one.what, err)
		}
		b.wants(t, name, one.what, emulator.Usage{Reads: one.reads, Writes: one.writes, Deletes: one.deletes})
	}
}

func TestUsage(t *testing.T) {
	all := func(q firestore.Query) func(context.Context, *firestore.Client) error {
		return func(ctx context.Context, _ *firestore.Client) error {
			_, err := q.Documents(ctx).GetAll()
			return err
		}
	}
	b := startBilled(t)
	notes := b.owner.Collection("notes")
	count := func(q firestore.Query) func(context.Context, *firestore.Client) error {
		return func(ctx context.Context, _ *firestore.Client) error {
			_, err := q.NewAggregationQuery().WithCount("n").Get(ctx)
			return err
		}
	}
	set := func(ctx context.Context, c *firestore.Client) error {
		_, err := c.Doc("notes/0").Set(ctx, map[string]any{"n": 0})
		return err
	}
	b.run(t, "owner", b.owner, []operation{
		{"get", func(ctx context.Context, c *firestore.Client) error {
			_, err := c.Doc("notes/0").Get(ctx)
			return err
		}, 1, 0, 0},
		{"get what is missing", func(ctx context.Context, c *firestore.Client) error {
			_, err := c.Doc("notes/none").Get(ctx)
			return but(err, codes.NotFound)
		}, 1, 0, 0},
		{"get three", func(ctx context.Context, c *firestore.Client) error {
			_, err := c.GetAll(ctx, []*firestore.DocumentRef{c.Doc("notes/0"), c.Doc("notes/none"), c.Doc("notes/1")})
			return err
		}, 3, 0, 0},
		{"a query", all(notes.Where("n", ">", 4)), 5, 0, 0},
		{"a query that finds nothing", all(notes.Where("n", ">", 99)), 1, 0, 0},
		{"a query that skips three and finds two", all(notes.OrderBy("n", firestore.Asc).Offset(3).Limit(2)), 5, 0, 0},
		{"a query that skips all", all(notes.OrderBy("n", firestore.Asc).Offset(20)), 10, 0, 0},
		{"count ten", count(notes.Query), 1, 0, 0},
		{"count none", count(notes.Where("n", ">", 99)), 1, 0, 0},
		{"collections", func(ctx context.Context, c *firestore.Client) error {
			_, err := c.Collections(ctx).GetAll()
			return err
		}, 1, 0, 0},
		{"a write that changes nothing", set, 0, 1, 0},
		{"delete", func(ctx context.Context, c *firestore.Client) error {
			_, err := c.Doc("notes/9").Delete(ctx)
			return err
		}, 0, 0, 1},
		{"delete what is missing", func(ctx context.Context, c *firestore.Client) error {
			_, err := c.Doc("notes/9").Delete(ctx)
			return err
		}, 0, 0, 1},
		{"a commit that fails", func(ctx context.Context, c *firestore.Client) error {
			_, err := c.Doc("notes/0").Create(ctx, map[string]any{})
			return but(err, codes.AlreadyExists)
		}, 0, 0, 0},
		{"a transaction", func(ctx context.Context, c *firestore.Client) error {
			return c.RunTransaction(ctx, func(_ context.Context, tx *firestore.Transaction) error {
				if _, err := tx.Get(c.Doc("notes/0")); err != nil {
					return err
				}
				if err := tx.Delete(c.Doc("notes/8")); err != nil {
					return err
				}
				return tx.Set(c.Doc("notes/0"), map[string]any{"n": 0})
			})
		}, 1, 1, 1},
		{"in bulk, one of two fails", func(ctx context.Context, c *firestore.Client) error {
			bulk := c.BulkWriter(ctx)
			if _, err := bulk.Create(c.Doc("notes/0"), map[string]any{}); err != nil {
				return err
			}
			if _, err := bulk.Set(c.Doc("notes/1"), map[string]any{"n": 1}); err != nil {
				return err
			}
			bulk.End()
			return nil
		}, 0, 1, 0},
	})
	// A lost answer is that of something that was done.
	setFaults(t, b.server, emulator.Fault{Kind: emulator.FaultLose, Methods: []string{"Commit"}, Times: 1})
	b.run(t, "owner", b.owner, []operation{{"a write whose answer is lost, and again", set, 0, 2, 0}})
}

func TestUsageOfRules(t *testing.T) {
	b := startBilled(t)
	b.run(t, "alice", b.alice, []operation{
		{"a document, by two others", func(ctx context.Context, c *firestore.Client) error {
			_, err := c.Doc("notes/0").Get(ctx)
			return err
		}, 3, 0, 0},
		{"three documents by the same two", func(ctx context.Context, c *firestore.Client) error {
			_, err := c.GetAll(ctx, []*firestore.DocumentRef{c.Doc("notes/0"), c.Doc("notes/1"), c.Doc("notes/2")})
			return err
		}, 5, 0, 0},
		{"a query", func(ctx context.Context, c *firestore.Client) error {
			_, err := c.Collection("notes").Documents(ctx).GetAll()
			return err
		}, 12, 0, 0},
		{"what is refused", func(ctx context.Context, c *firestore.Client) error {
			_, err := c.Doc("closed/0").Get(ctx)
			return but(err, codes.PermissionDenied)
		}, 1, 0, 0},
		{"two writes", func(ctx context.Context, c *firestore.Client) error {
			return c.RunTransaction(ctx, func(_ context.Context, tx *firestore.Transaction) error {
				if err := tx.Delete(c.Doc("notes/8")); err != nil {
					return err
				}
				return tx.Set(c.Doc("notes/0"), map[string]any{"n": 0})
			})
		}, 2, 1, 1},
	})
}

// A listener pays for what it is told: not for what is deleted, and after a break only for what is new.
func TestUsageOfAListener(t *testing.T) {
	b := startBilled(t)
	heard := b.alice.Collection("notes").Where("n", ">", 4).OrderBy("n", firestore.Asc).Snapshots(t.Context())
	defer heard.Stop()
	// as compares the bills: the owner's, who has changed something, and alice's, who was told.
	as := func(what string, owner, alice emulator.Usage) {
		t.Helper()
		values(t, heard)
		all := b.server.Usage(inX)
		b.server.ResetUsage(inX)
		if all["owner"] != owner || all["alice"] != alice {
			t.Errorf("%s: %+v, want %+v and %+v", what, all, owner, alice)
		}
	}
	reads := func(n int64) emulator.Usage { return emulator.Usage{Reads: n} }
	change := func(path string, n int) {
		t.Helper()
		if _, err := b.owner.Doc(path).Set(t.Context(), map[string]any{"n": n}); err != nil {
			t.Fatal(err)
		}
	}
	write, remove := emulator.Usage{Writes: 1}, emulator.Usage{Deletes: 1}
	as("five, and two that the rules look up", emulator.Usage{}, reads(7))
	change("notes/5", 50)
	as("one has changed", write, reads(1))
	change("notes/new", 60)
	as("one is new", write, reads(1))
	change("notes/5", 0)
	as("one leaves because it has changed", write, reads(1))
	if _, err := b.owner.Doc("notes/6").Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	as("one is deleted", remove, emulator.Usage{})
	b.server.CutStreams()
	change("notes/7", 70)
	as("one changed while away, and the two of the rules", write, reads(3))
}

func TestUsageEndpoint(t *testing.T) {
	const usage = "/emulator/v1/projects/demo-x/databases/(default)/usage"
	s := start(t)
	run(t, s, []step{
		{"nothing", "GET", usage, "", 200, []any{"clients"}, map[string]any{}},
		{"create", "POST", documents + "/a?documentId=1", `{}`, 200, nil, nil},
		{"patch", "PATCH", documents + "/a/1", `{}`, 200, nil, nil},
		{"get", "GET", documents + "/a/1", "", 200, nil, nil},
		{"get what is missing", "GET", documents + "/a/2", "", 404, nil, nil},
		{"list", "GET", documents + "/a", "", 200, nil, nil},
		{"list none", "GET", documents + "/b", "", 200, nil, nil},
		{"no such document", "GET", documents + "/a/__x__", "", 400, nil, nil},
		{"delete", "DELETE", documents + "/a/1", "", 200, nil, nil},
		{
			"the bill", "GET", usage, "",
			200,
			[]any{"clients", "owner"},
			map[string]any{"reads": 4.0, "writes": 2.0, "deletes": 1.0},
		},
		{"another database", "GET", strings.Replace(usage, "-x", "-y", 1), "", 200, []any{"clients"}, map[string]any{}},
		{"reset", "DELETE", usage, "", 200, nil, map[string]any{}},
		{"nothing again", "GET", usage, "", 200, []any{"clients"}, map[string]any{}},
	})
}
