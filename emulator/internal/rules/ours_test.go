package rules_test

import (
	"context"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/emulator/internal/rules"
)

// The project's own firestore.rules, parsed once. What they have to say is tested over the network, by
// emulator-tests/rules; here is one case of every kind, so that a mistake of this package is found here.
func ourRules(tb testing.TB) *rules.Ruleset {
	tb.Helper()
	raw, err := os.ReadFile("../../../firestore.rules")
	if err != nil {
		tb.Fatal(err)
	}
	return parse(tb, string(raw))
}

type fields = map[string]rules.Value

var (
	ourTime = aliceGets().Time
	ourID   = strings.Repeat("a", 26) + "A"
)

func inHours(n int) rules.Value {
	return rules.NewTimestamp(ourTime.Add(time.Duration(n) * time.Hour))
}

func with(base fields, change fields) fields {
	out := maps.Clone(base)
	maps.Copy(out, change)
	for name, v := range out {
		if v == nil {
			delete(out, name)
		}
	}
	return out
}

func ourLink() fields {
	return fields{
		"caller": rules.String("ann"), "callee": rules.String("ben"), "state": rules.String("paired"),
		"callerKey": make(rules.Bytes, 32), "calleeKey": make(rules.Bytes, 32), "offer": payload(1, 512),
		"createdAt": inHours(0), "expireAt": inHours(1),
	}
}

func ourPair() fields { return with(ourLink(), fields{"kind": rules.String("pair"), "offer": nil}) }

func ourMesh() fields {
	return fields{
		"kind": rules.String("mesh"), "state": rules.String("waiting"), "owner": rules.String("ann"),
		"createdAt": inHours(0), "expireAt": inHours(24),
	}
}

func ourMember() fields {
	return fields{"key": make(rules.Bytes, 32), "joinedAt": inHours(0), "expireAt": inHours(24)}
}

func ourBatch() fields {
	return fields{"batch": payload(2, 4096), "expireAt": inHours(1)}
}

// payload is sealed, as far as rules can see: version 1, then the suite.
func payload(suite byte, size int) rules.Bytes {
	return append(rules.Bytes{1, suite}, make(rules.Bytes, size-2)...)
}

func ourCode() fields {
	return fields{
		"creator": rules.String("ben"), "codeId": rules.String(ourID), "nonce": make(rules.Bytes, 16),
		"createdAt": inHours(0), "expireAt": rules.NewTimestamp(ourTime.Add(10 * time.Minute)),
	}
}

func ourGuess() fields {
	return fields{
		"joiner": rules.String("ann"), "creator": rules.String("ben"),
		"nonce": make(rules.Bytes, 16), "share": make(rules.Bytes, 32),
		"createdAt": inHours(0), "expireAt": ourCode()["expireAt"],
	}
}

func TestOurRules(t *testing.T) {
	t.Parallel()
	ruleset := ourRules(t)
	offer := fields{"offer": payload(2, 512)}
	answer := fields{"answer": payload(2, 16384)}
	guessAnswer := fields{"answer": make(rules.Bytes, 32), "answerTag": make(rules.Bytes, 64)}
	closed := fields{"state": rules.String("closed"), "reason": rules.String("left")}
	member := rules.Query{Limit: new(int64(32))}
	toBen := rules.Query{Limit: new(int64(32)), Where: &rules.Filter{
		Op: rules.Equal, Field: []string{"callee"}, Value: rules.String("ben"),
	}}
	for _, c := range []struct {
		name     string
		who      string
		method   rules.Method
		path     string
		old, new fields
		query    rules.Query
		room     fields // what rooms/r is, before and after
		code     fields // what codes/417 is
		want     bool
	}{
		{name: "a room that is not there", who: "zoe", method: rules.Get, path: "rooms/r", want: true},
		{name: "a room, signed out", method: rules.Get, path: "rooms/r"},
		{name: "a mesh room", who: "zoe", method: rules.Get, path: "rooms/r", old: ourMesh(), want: true},
		{name: "a pair room", who: "ann", method: rules.Get, path: "rooms/r", old: ourPair(), want: true},
		{name: "the pair room of others", who: "zoe", method: rules.Get, path: "rooms/r", old: ourPair()},
		{
			name: "a pair room that expired", who: "ann", method: rules.Get, path: "rooms/r",
			old: with(ourPair(), fields{"expireAt": inHours(0)}),
		},
		{
			name: "all rooms", who: "ann", method: rules.ListDocuments, path: "rooms",
			query: rules.Query{Limit: new(int64(1))},
		},
		{name: "a new mesh room", who: "ann", method: rules.Create, path: "rooms/" + ourID, new: ourMesh(), want: true},
		{name: "a new mesh room of another", who: "ben", method: rules.Create, path: "rooms/" + ourID, new: ourMesh()},
		{name: "a new mesh room, bad id", who: "ann", method: rules.Create, path: "rooms/x", new: ourMesh()},
		{
			name: "a new mesh room, a field more", who: "ann", method: rules.Create, path: "rooms/" + ourID,
			new: with(ourMesh(), fields{"x": rules.Int(1)}),
		},
		{
			name: "a new mesh room, a client's clock", who: "ann", method: rules.Create, path: "rooms/" + ourID,
			new: with(ourMesh(), fields{"createdAt": rules.NewTimestamp(ourTime.Add(-time.Millisecond))}),
		},
		{name: "a new pair room", who: "ann", method: rules.Create, path: "rooms/" + ourID, new: ourPair()},
		{
			name: "the offer", who: "ann", method: rules.Update, path: "rooms/r", old: ourPair(),
			new: with(ourPair(), offer), want: true,
		},
		{
			name: "the offer of the callee", who: "ben", method: rules.Update, path: "rooms/r", old: ourPair(),
			new: with(ourPair(), offer),
		},
		{
			name: "the offer again", who: "ann", method: rules.Update, path: "rooms/r", old: with(ourPair(), offer),
			new: with(ourPair(), fields{"offer": payload(2, 1024)}),
		},
		{
			name: "an offer of the other suite", who: "ann", method: rules.Update, path: "rooms/r", old: ourPair(),
			new: with(ourPair(), fields{"offer": payload(1, 512)}),
		},
		{
			name: "the answer", who: "ben", method: rules.Update, path: "rooms/r", old: with(ourPair(), offer),
			new: with(with(ourPair(), offer), answer), want: true,
		},
		{
			name: "an answer too long", who: "ben", method: rules.Update, path: "rooms/r", old: with(ourPair(), offer),
			new: with(with(ourPair(), offer), fields{"answer": payload(2, 16385)}),
		},
		{
			name: "closing", who: "ben", method: rules.Update, path: "rooms/r", old: ourPair(),
			new: with(ourPair(), closed), want: true,
		},
		{
			name: "closing for no reason", who: "ben", method: rules.Update, path: "rooms/r", old: ourPair(),
			new: with(ourPair(), with(closed, fields{"reason": rules.String("bored")})),
		},
		{
			name: "closing a mesh room", who: "ann", method: rules.Update, path: "rooms/r", old: ourMesh(),
			new: with(ourMesh(), fields{"state": rules.String("closed")}), want: true,
		},
		{name: "deleting a pair room", who: "ben", method: rules.Delete, path: "rooms/r", old: ourPair(), want: true},
		{name: "deleting a mesh room", who: "ann", method: rules.Delete, path: "rooms/r", old: ourMesh()},
		{
			name: "candidates", who: "ann", method: rules.Create, path: "rooms/r/callerCandidates/31", new: ourBatch(),
			room: ourPair(), want: true,
		},
		{
			name: "candidates of the other side", who: "ann", method: rules.Create, path: "rooms/r/calleeCandidates/0",
			new: ourBatch(), room: ourPair(),
		},
		{
			name: "candidates number 32", who: "ann", method: rules.Create, path: "rooms/r/callerCandidates/32",
			new: ourBatch(), room: ourPair(),
		},
		{
			name: "candidates of no room", who: "ann", method: rules.Create, path: "rooms/r/callerCandidates/0",
			new: ourBatch(),
		},
		{
			name: "listing candidates", who: "ben", method: rules.ListDocuments, path: "rooms/r/callerCandidates",
			query: member, room: ourPair(), want: true,
		},
		{
			name: "listing candidates without a limit", who: "ben", method: rules.ListDocuments,
			path: "rooms/r/callerCandidates", room: ourPair(),
		},
		{
			name: "entering", who: "ben", method: rules.Create, path: "rooms/r/members/ben", new: ourMember(),
			room: ourMesh(), want: true,
		},
		{
			name: "entering as another", who: "ben", method: rules.Create, path: "rooms/r/members/ann", new: ourMember(),
			room: ourMesh(),
		},
		{
			name: "entering with a short key", who: "ben", method: rules.Create, path: "rooms/r/members/ben",
			new: with(ourMember(), fields{"key": make(rules.Bytes, 31)}), room: ourMesh(),
		},
		{
			name: "calling", who: "ann", method: rules.Create, path: "rooms/r/links/" + ourID, new: ourLink(),
			room: ourMesh(), want: true,
		},
		{
			name: "calling oneself", who: "ann", method: rules.Create, path: "rooms/r/links/" + ourID,
			new: with(ourLink(), fields{"callee": rules.String("ann")}), room: ourMesh(),
		},
		{
			name: "calling in a pair room", who: "ann", method: rules.Create, path: "rooms/r/links/" + ourID,
			new: ourLink(), room: ourPair(),
		},
		{
			name: "listing one's calls", who: "ben", method: rules.ListDocuments, path: "rooms/r/links",
			query: toBen, want: true,
		},
		{name: "listing another's calls", who: "ann", method: rules.ListDocuments, path: "rooms/r/links", query: toBen},
		{name: "listing all calls", who: "ben", method: rules.ListDocuments, path: "rooms/r/links", query: member},
		{name: "a code", who: "ben", method: rules.Create, path: "codes/417", new: ourCode(), want: true},
		{name: "a code in no slot", who: "ben", method: rules.Create, path: "codes/017", new: ourCode()},
		{
			name: "a code over one that lives", who: "ben", method: rules.Update, path: "codes/417", old: ourCode(),
			new: ourCode(),
		},
		{
			name: "a guess", who: "ann", method: rules.Create, path: "codes/417/guesses/" + ourID + "-2", new: ourGuess(),
			code: ourCode(), want: true,
		},
		{
			name: "a fourth guess", who: "ann", method: rules.Create, path: "codes/417/guesses/" + ourID + "-3",
			new: ourGuess(), code: ourCode(),
		},
		{
			name: "a guess at no code", who: "ann", method: rules.Create, path: "codes/417/guesses/" + ourID + "-0",
			new: ourGuess(),
		},
		{
			name: "an answer to a guess", who: "ben", method: rules.Update, path: "codes/417/guesses/x", old: ourGuess(),
			new: with(ourGuess(), guessAnswer), want: true,
		},
		{
			name: "a tag before the answer", who: "ann", method: rules.Update, path: "codes/417/guesses/x", old: ourGuess(),
			new: with(ourGuess(), fields{"tag": make(rules.Bytes, 64)}),
		},
		{name: "the guess of others", who: "zoe", method: rules.Get, path: "codes/417/guesses/x", old: ourGuess()},
		{name: "the queue", who: "ann", method: rules.Get, path: "queue/q"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			request := rules.Request{Method: c.method, Time: ourTime, Query: &c.query}
			request.Path = append(rules.Path{"databases", "(default)", "documents"}, strings.Split(c.path, "/")...)
			if c.who != "" {
				request.Auth = &rules.Auth{UID: c.who}
			}
			if c.old != nil {
				request.Resource = data(c.old)
			}
			if c.new != nil {
				request.NewResource = data(c.new)
			}
			there := map[string]rules.Map{}
			if c.room != nil {
				there["rooms/r"] = *data(c.room)
			}
			if c.code != nil {
				there["codes/417"] = *data(c.code)
			}
			request.Reader = documents{before: there}
			decision, err := ruleset.Allow(context.Background(), request)
			if err != nil {
				t.Fatal(err)
			}
			if decision.Allowed != c.want {
				t.Errorf("allowed %v, want %v: %+v", decision.Allowed, c.want, decision.Outcomes)
			}
		})
	}
}
