package signaling

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// codeLifetime is how long a short code lasts (SPEC N2), from a time of the store's clock.
const codeLifetime = 10 * time.Minute

// MaxGuesses is how many guesses a short code takes (SPEC N3).
const MaxGuesses = 3

// Nonce is the randomness of a code or a guess (SPEC N2, N3).
type Nonce [16]byte

// Code is the document of a short code (SPEC N2).
type Code struct {
	Creator  string
	ID       protocol.RoomID
	Nonce    Nonce
	ExpireAt time.Time
	// ReadAt is the store's time at which it was so; not part of the document.
	ReadAt time.Time
}

// ParseCode reads a code's fields. Errors are *protocol.ParseError.
func ParseCode(f Fields) (Code, error) {
	r := fieldReader{rule: "N2", fields: f}
	c := Code{Creator: r.uid("creator"), Nonce: r.nonce("nonce"), ExpireAt: r.time("expireAt")}
	var err error
	if c.ID, err = protocol.ParseRoomID(r.text("codeId")); err != nil {
		r.fail("codeId", "not an id")
	}
	return c, r.err
}

// CodeRef names the document of a short code and the guesses below it. It may be copied, and used by any goroutine.
type CodeRef struct {
	store Store
	path  string
}

// CodeAt names the short code in a slot (SPEC N1).
func CodeAt(store Store, slot string) CodeRef {
	return CodeRef{store: store, path: "codes/" + slot}
}

// Read gives the code as it is now; nil if there is none or its time is over. Errors are the store's, or a
// *protocol.ParseError for what is not a code.
func (c CodeRef) Read(ctx context.Context) (*Code, error) {
	code, _, err := c.read(ctx)
	return code, err
}

// read also gives the document in which the code was, or was not.
func (c CodeRef) read(ctx context.Context) (*Code, Document, error) {
	d, err := c.store.Get(ctx, c.path)
	if err != nil || d.Fields == nil {
		return nil, d, err
	}
	code, err := ParseCode(d.Fields)
	if err != nil || !code.ExpireAt.After(d.ReadAt) {
		return nil, d, err
	}
	code.ReadAt = d.ReadAt
	return &code, d, nil
}

// Make puts a code into the slot, if there is none or the old one's time is over, and gives it with its end filled in.
// It fails with [ErrExists] if the slot is taken.
func (c CodeRef) Make(ctx context.Context, creator string, id protocol.RoomID, nonce Nonce) (Code, error) {
	there, d, err := c.read(ctx)
	var bad *protocol.ParseError
	if there != nil || errors.As(err, &bad) {
		return Code{}, ErrExists
	}
	if err != nil {
		return Code{}, err
	}
	// To the millisecond, which is what a browser can write again (SPEC N2).
	until := d.ReadAt.Add(codeLifetime).Truncate(time.Millisecond)
	code := Code{Creator: creator, ID: id, Nonce: nonce, ExpireAt: until, ReadAt: d.ReadAt}
	op := Create
	if d.Fields != nil {
		op = Set
	}
	err = c.store.Commit(ctx, Write{Op: op, Path: c.path, Fields: Fields{
		"creator": creator, "codeId": string(id), "nonce": nonce[:],
		"createdAt": ServerTime, "expireAt": code.ExpireAt,
	}})
	if errors.Is(err, ErrDenied) {
		// Somebody was faster: what the rules take for a slot that is free they refuse for one that is not.
		return Code{}, fmt.Errorf("%w: %w", ErrExists, err)
	}
	return code, err
}

// Delete removes the code, and the guesses with these numbers as far as they are still there.
func (c CodeRef) Delete(ctx context.Context, id protocol.RoomID, guesses []int) error {
	err := c.store.Commit(ctx, Write{Op: Delete, Path: c.path})
	for _, n := range guesses {
		_ = c.Guess(id, n).Delete(ctx) // its joiner may have been faster; else it ends by its expireAt
	}
	return err
}

// Guess names a guess at the code with this id. n is 0 to MaxGuesses-1.
func (c CodeRef) Guess(id protocol.RoomID, n int) GuessRef {
	return GuessRef{store: c.store, path: c.guesses() + "/" + string(id) + "-" + strconv.Itoa(n)}
}

func (c CodeRef) guesses() string { return c.path + "/guesses" }

// WatchGuesses calls each with the guesses that there are at a code that creator has made, by their numbers, and again
// after every change. What is not a guess is left out. It ends as [Store.WatchQuery] does.
func (c CodeRef) WatchGuesses(
	ctx context.Context, creator string, id protocol.RoomID, each func(map[int]Guess),
) error {
	q := Query{Collection: c.guesses(), Field: "creator", Equals: creator, Limit: maxListed}
	return c.store.WatchQuery(ctx, q, func(docs []Document, _ time.Time) {
		guesses := make(map[int]Guess, MaxGuesses)
		for _, d := range docs {
			n, ours := guessNumber(d.ID, id)
			if g, err := ParseGuess(d.Fields); ours && err == nil && g.Creator == creator && g.Joiner != creator {
				guesses[n] = g
			}
		}
		each(guesses)
	})
}

// guessNumber is false for a guess at another code, such as one that was in the same slot before.
func guessNumber(docID string, id protocol.RoomID) (int, bool) {
	text, ours := strings.CutPrefix(docID, string(id)+"-")
	if !ours || len(text) != 1 || text[0] < '0' || text[0] >= '0'+MaxGuesses {
		return 0, false
	}
	return int(text[0] - '0'), true
}
