package peer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/parley-chat/parley/cpace"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// EnterCode enters the [Room] of two that somebody has made a short code for (SPEC section 10); [EnterGroupCode] enters
// those of the app. One call is one guess at the words. Errors are ctx's, or have a name ([NameOf]): code_wrong,
// code_over, tampered, and those of [Enter]. The caller closes the Room.
func EnterCode(ctx context.Context, s Services, code protocol.ShortCode, o *Options) (*Room, error) {
	d := newDialer(s, o)
	secret, err := d.secretOf(ctx, code)
	if err != nil {
		return nil, named(ctx, err)
	}
	return Enter(ctx, s, secret, o)
}

// EnterGroupCode enters, as [EnterGroup] does, the room that somebody has made a short code for (SPEC section 10). One
// call is one guess at the words, of three that all have together. Errors are those of EnterGroup, and code_wrong,
// code_over and tampered ([NameOf]). The caller closes the Group.
func EnterGroupCode(ctx context.Context, s Services, code protocol.ShortCode, o *Options) (*Group, error) {
	secret, err := newDialer(s, o).secretOf(ctx, code)
	if err != nil {
		return nil, named(ctx, err)
	}
	return EnterGroup(ctx, s, secret, o)
}

// secretOf exchanges the words of a code for the room's secret.
func (d *dialer) secretOf(ctx context.Context, short protocol.ShortCode) (protocol.RoomSecret, error) {
	ref := signaling.CodeAt(d.Store, short.Slot)
	code, err := ref.Read(ctx)
	if err != nil {
		return protocol.RoomSecret{}, err
	}
	if code == nil {
		return protocol.RoomSecret{}, failure(CodeOver, nil)
	}
	j, err := d.guess(ctx, ref, code, short)
	if err != nil {
		return protocol.RoomSecret{}, err
	}
	return j.run(ctx)
}

// joining is the joiner's side of one guess.
type joining struct {
	ref       signaling.GuessRef
	joiner    *cpace.Joiner
	late      *time.Timer // ends the wait for the creator's next step
	confirmed bool
	secret    protocol.RoomSecret
}

// guess writes a guess where there is room for one.
func (d *dialer) guess(
	ctx context.Context, ref signaling.CodeRef, code *signaling.Code, short protocol.ShortCode,
) (*joining, error) {
	guess := signaling.Guess{Joiner: d.UID, Creator: code.Creator, ExpireAt: code.ExpireAt}
	if _, err := io.ReadFull(d.o.Random, guess.Nonce[:]); err != nil {
		return nil, fmt.Errorf("peer: guess: %w", err)
	}
	joiner, err := cpace.NewJoiner(d.o.Random, cpace.Binding{
		Code: short, CodeID: code.ID, CodeNonce: code.Nonce, GuessNonce: guess.Nonce, Joiner: d.UID, Creator: code.Creator,
	})
	if err != nil {
		return nil, err
	}
	guess.Share = joiner.Share()
	for n := range signaling.MaxGuesses {
		j := &joining{ref: ref.Guess(code.ID, n), joiner: joiner}
		err := j.ref.Write(ctx, guess)
		if err == nil {
			return j, nil
		}
		if !errors.Is(err, signaling.ErrExists) && !errors.Is(err, signaling.ErrDenied) {
			return nil, err
		}
	}
	return nil, failure(CodeOver, nil) // all are taken, or it was just deleted
}

// errTaken is how a guess ends well.
var errTaken = errors.New("peer: the secret was taken")

// run takes the guess to its end. The room's secret comes with the last of the other's steps.
func (j *joining) run(ctx context.Context) (protocol.RoomSecret, error) {
	watching, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	j.late = time.AfterFunc(guessWait, func() { stop(failure(CodeOver, nil)) })
	defer j.late.Stop()
	err := j.ref.Watch(watching, func(g *signaling.Guess) {
		if watching.Err() != nil {
			return
		}
		if err := j.step(watching, g); err != nil {
			stop(err)
		}
	})
	if cause := context.Cause(watching); cause != nil && ctx.Err() == nil {
		err = cause
	}
	if !errors.Is(err, errTaken) {
		return protocol.RoomSecret{}, err
	}
	away, cancel := parting(ctx)
	defer cancel()
	_ = j.ref.Delete(away) // or it ends by its expireAt
	return j.secret, nil
}

// step does what is this side's to do. It fails when the guess has come to its end, which may be errTaken.
func (j *joining) step(ctx context.Context, g *signaling.Guess) error {
	switch {
	case g == nil: // the creator has taken the code back
		return failure(CodeOver, nil)
	case !j.confirmed && g.Answer != nil:
		j.confirmed = true
		j.late.Reset(guessWait)
		return j.confirm(ctx, g)
	case j.confirmed && g.Secret != nil:
		var err error
		if j.secret, err = j.joiner.Take(g.Secret); err != nil {
			return failure(Tampered, err)
		}
		return errTaken
	}
	return nil
}

// confirm checks that the creator knows the words, and only then proves that this side does.
func (j *joining) confirm(ctx context.Context, g *signaling.Guess) error {
	tag, err := j.joiner.Confirm(g.Answer, g.AnswerTag)
	switch {
	case errors.Is(err, cpace.ErrWords):
		away, cancel := parting(ctx)
		defer cancel()
		_ = j.ref.Confirm(away, make([]byte, cpace.TagBytes)) // or the creator waits for it in vain (SPEC N6)
		return failure(CodeWrong, nil)
	case err != nil:
		return failure(Tampered, err)
	}
	if err := j.ref.Confirm(ctx, tag); errors.Is(err, signaling.ErrDenied) || errors.Is(err, signaling.ErrNotFound) {
		return failure(CodeOver, err)
	}
	return err
}
