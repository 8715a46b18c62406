package signaling

import (
	"context"
	"time"
)

// Sizes of what a guess holds, in bytes (SPEC N3).
const (
	shareBytes  = 32
	tagBytes    = 64
	secretBytes = 44
)

// Guess is the document in which two exchange a room's secret by a short code (SPEC N3). What is not written yet is
// nil.
type Guess struct {
	Joiner, Creator   string
	Nonce             Nonce
	Share             []byte
	Answer, AnswerTag []byte
	Tag               []byte
	Secret            []byte
	ExpireAt          time.Time
}

// ParseGuess reads a guess's fields. Errors are *protocol.ParseError.
func ParseGuess(f Fields) (Guess, error) {
	r := fieldReader{rule: "N3", fields: f}
	g := Guess{
		Joiner: r.uid("joiner"), Creator: r.uid("creator"), Nonce: r.nonce("nonce"), Share: r.bytes("share", shareBytes),
		Answer: r.optionalBytes("answer", shareBytes), AnswerTag: r.optionalBytes("answerTag", tagBytes),
		Tag: r.optionalBytes("tag", tagBytes), Secret: r.optionalBytes("secret", secretBytes),
		ExpireAt: r.time("expireAt"),
	}
	if (g.Answer == nil) != (g.AnswerTag == nil) {
		r.fail("answer", "without its tag")
	}
	return g, r.err
}

// GuessRef names the document of one guess. It may be copied, and used by any goroutine.
type GuessRef struct {
	store Store
	path  string
}

// Write makes the guess, without what is added later (SPEC N3). It fails with [ErrExists] or [ErrDenied] where there is
// one already, or the code is no more.
func (g GuessRef) Write(ctx context.Context, guess Guess) error {
	return g.store.Commit(ctx, Write{Op: Create, Path: g.path, Fields: Fields{
		"joiner": guess.Joiner, "creator": guess.Creator, "nonce": guess.Nonce[:], "share": guess.Share,
		"createdAt": ServerTime, "expireAt": guess.ExpireAt,
	}})
}

// Answer adds the creator's share and tag, once.
func (g GuessRef) Answer(ctx context.Context, share, tag []byte) error {
	return g.add(ctx, Fields{"answer": share, "answerTag": tag})
}

// Confirm adds the joiner's tag, once, after the answer.
func (g GuessRef) Confirm(ctx context.Context, tag []byte) error {
	return g.add(ctx, Fields{"tag": tag})
}

// Give adds the sealed secret, once, after the joiner's tag.
func (g GuessRef) Give(ctx context.Context, sealed []byte) error {
	return g.add(ctx, Fields{"secret": sealed})
}

func (g GuessRef) add(ctx context.Context, f Fields) error {
	return g.store.Commit(ctx, Write{Op: Update, Path: g.path, Fields: f})
}

// Delete removes the guess.
func (g GuessRef) Delete(ctx context.Context) error {
	return g.store.Commit(ctx, Write{Op: Delete, Path: g.path})
}

// Watch calls each with the guess as it is, and again after every change; nil while it does not exist or its time is
// over. It ends as [Store.Watch] does, and with a *protocol.ParseError when the document is not a guess.
func (g GuessRef) Watch(ctx context.Context, each func(*Guess)) error {
	return watchParsed(ctx, g.store, g.path, ParseGuess, func(guess *Guess, d Document) {
		if guess != nil && !guess.ExpireAt.After(d.ReadAt) {
			guess = nil
		}
		each(guess)
	})
}
