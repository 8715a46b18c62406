package peer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/parley-chat/parley/cpace"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// guessWait is how long one side of a run waits for the other's next step (SPEC N5, N6).
const guessWait = 30 * time.Second

// Why a short code is over, besides a failure that has a name.
var (
	// ErrCodeUsed is a Code's end when somebody has entered the room with it.
	ErrCodeUsed = errors.New("peer: the code was used")
	// ErrCodeTime is a Code's end when its ten minutes are over.
	ErrCodeTime = errors.New("peer: the code's time is over")
	// ErrCodeGuesses is a Code's end when three guesses were wrong.
	ErrCodeGuesses = errors.New("peer: too many wrong guesses")
)

// Code is a short code for a room, to be read aloud (SPEC section 10). Whoever enters it is given the room's secret,
// one person at most; three wrong guesses end it. Its methods are safe for concurrent use.
type Code struct {
	short protocol.ShortCode
	until time.Time
	stop  context.CancelFunc
	done  chan struct{} // closed when all is ended

	mu  sync.Mutex
	err error // guarded by mu: why it is over
}

// codes makes the short codes of one room. It is safe for concurrent use.
type codes struct {
	d      *dialer
	secret func() protocol.RoomSecret // that of now
	over   <-chan struct{}            // closed when the room has ended

	mu      sync.Mutex // held while a code begins
	running sync.WaitGroup
}

// Code makes a short code for the room. It lasts until somebody has used it, three guesses were wrong, ten minutes are
// over, or the room or the code is closed. Errors are ctx's, [ErrClosed] after the room's end, or have a name
// ([NameOf]).
func (r *Room) Code(ctx context.Context) (*Code, error) { return r.codes.make(ctx) }

// Code makes a short code for the room. It leads one person to the room's secret of now, and lasts until it was used,
// three guesses were wrong, ten minutes are over, or the room or the code is closed. Errors are ctx's, [ErrClosed]
// after the room's end, or have a name ([NameOf]).
func (g *Group) Code(ctx context.Context) (*Code, error) { return g.codes.make(ctx) }

func (c *codes) make(ctx context.Context) (*Code, error) {
	words, err := protocol.NewWords(c.d.o.Random)
	if err != nil {
		return nil, named(ctx, err)
	}
	o := &offeredCode{
		d: c.d, secret: c.secret(), over: c.over, words: words, runs: map[int]*guessRun{},
		guesses: make(chan map[int]signaling.Guess),
	}
	if err := o.make(ctx); err != nil {
		return nil, named(ctx, err)
	}
	// What goes on with the code lasts longer than the call that made it.
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	code := &Code{
		short: protocol.ShortCode{Slot: o.slot, Words: words}, stop: stop, done: make(chan struct{}),
		until: time.Now().Add(o.doc.ExpireAt.Sub(o.doc.ReadAt)),
	}
	if !c.start(func() { code.end(o.run(life)) }) {
		stop()
		o.remove(ctx)
		return nil, ErrClosed
	}
	return code, nil
}

// start runs f beside the room, unless the room has ended.
func (c *codes) start(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if closed(c.over) {
		return false
	}
	c.running.Go(f)
	return true
}

// wait returns when all codes have ended. The room has.
func (c *codes) wait() {
	c.mu.Lock() // who is about to begin one has, or sees the room's end
	defer c.mu.Unlock()
	c.running.Wait()
}

// Short is the code. Its words are a secret between those who read and hear them.
func (c *Code) Short() protocol.ShortCode { return c.short }

// Until is when its time is over, by this machine's clock.
func (c *Code) Until() time.Time { return c.until }

// Done is closed when the code is over.
func (c *Code) Done() <-chan struct{} { return c.done }

// Err tells why the code is over: [ErrCodeUsed], [ErrCodeTime], [ErrCodeGuesses], [ErrClosed], or an error with a name
// ([NameOf]). nil until it is.
func (c *Code) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Close takes the code back, and returns when nothing of it runs any more. Closing again does nothing more.
func (c *Code) Close() error {
	c.stop()
	<-c.done
	return nil
}

func (c *Code) end(why error) {
	c.stop()
	c.mu.Lock()
	c.err = why
	c.mu.Unlock()
	close(c.done)
}

// offeredCode is the creator's side of a code. The goroutine of run owns it.
type offeredCode struct {
	d       *dialer
	secret  protocol.RoomSecret
	over    <-chan struct{} // closed when the room has ended
	slot    string
	words   string
	ref     signaling.CodeRef
	doc     signaling.Code
	guesses chan map[int]signaling.Guess
	runs    map[int]*guessRun // by number: so at most three, whatever the store shows (SPEC N5)
}

// guessRun is one guess that was answered.
type guessRun struct {
	creator *cpace.Creator
	late    time.Time // when it has failed without a right tag
	failed  bool
}

// make finds a slot: of three digits, and when that is taken of more, so that it is soon found however many there are.
func (o *offeredCode) make(ctx context.Context) error {
	random := o.d.o.Random
	id, err := protocol.NewRoomID(random)
	if err != nil {
		return fmt.Errorf("peer: code: %w", err)
	}
	var nonce signaling.Nonce
	if _, err := io.ReadFull(random, nonce[:]); err != nil {
		return fmt.Errorf("peer: code: %w", err)
	}
	for digits := protocol.MinSlotDigits; ; digits++ {
		if o.slot, err = protocol.NewSlot(random, digits); err != nil {
			return err
		}
		o.ref = signaling.CodeAt(o.d.Store, o.slot)
		o.doc, err = o.ref.Make(ctx, o.d.UID, id, nonce)
		if !errors.Is(err, signaling.ErrExists) || digits == protocol.MaxSlotDigits {
			return err
		}
	}
}

// run answers guesses until the code is over, and tells why it is.
func (o *offeredCode) run(ctx context.Context) error {
	defer o.remove(ctx)
	inner, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	broken := make(chan error, 1)
	beside.Go(func() {
		broken <- o.ref.WatchGuesses(inner, o.d.UID, o.doc.ID, func(g map[int]signaling.Guess) {
			pass(inner, o.guesses, g)
		})
	})
	return o.loop(inner, broken)
}

func (o *offeredCode) loop(ctx context.Context, broken <-chan error) error {
	over := time.NewTimer(o.doc.ExpireAt.Sub(o.doc.ReadAt))
	defer over.Stop()
	late := time.NewTimer(guessWait)
	defer late.Stop()
	for {
		select {
		case <-ctx.Done():
			return ErrClosed
		case <-o.over:
			return ErrClosed
		case err := <-broken:
			return named(ctx, err)
		case <-over.C:
			return ErrCodeTime
		case <-late.C:
		case guesses := <-o.guesses:
			for n := range signaling.MaxGuesses {
				if g, there := guesses[n]; there && o.step(ctx, n, g) {
					return ErrCodeUsed
				}
			}
		}
		if o.failedAll() {
			return ErrCodeGuesses
		}
		if next, some := o.nextLate(); some {
			late.Reset(time.Until(next))
		}
	}
}

// step takes a guess as far as it goes, and tells whether its joiner has been given the secret.
func (o *offeredCode) step(ctx context.Context, n int, g signaling.Guess) bool {
	run := o.runs[n]
	switch {
	case run == nil:
		o.runs[n] = o.answer(ctx, n, g)
	case !run.failed && g.Tag != nil:
		sealed, err := run.creator.Give(o.d.o.Random, g.Tag, o.secret)
		if err == nil {
			err = o.ref.Guess(o.doc.ID, n).Give(ctx, sealed)
		}
		run.failed = err != nil
		return err == nil
	}
	return false
}

// answer takes up a guess that is new.
func (o *offeredCode) answer(ctx context.Context, n int, g signaling.Guess) *guessRun {
	creator, err := cpace.Answer(o.d.o.Random, cpace.Binding{
		Code: protocol.ShortCode{Slot: o.slot, Words: o.words}, CodeID: o.doc.ID,
		CodeNonce: o.doc.Nonce, GuessNonce: g.Nonce, Joiner: g.Joiner, Creator: o.d.UID,
	}, g.Share)
	if err == nil {
		err = o.ref.Guess(o.doc.ID, n).Answer(ctx, creator.Share(), creator.Tag())
	}
	// An answer that may have been written is waited upon.
	failed := err != nil && !errors.Is(err, signaling.ErrUnavailable)
	return &guessRun{creator: creator, late: time.Now().Add(guessWait), failed: failed}
}

// failedAll tells whether there can be no guess any more; it also finds those whose time is over.
func (o *offeredCode) failedAll() bool {
	failed := 0
	for _, run := range o.runs {
		run.failed = run.failed || !time.Now().Before(run.late)
		if run.failed {
			failed++
		}
	}
	return failed == signaling.MaxGuesses
}

// nextLate is when the next run that goes on will have failed.
func (o *offeredCode) nextLate() (next time.Time, some bool) {
	for _, run := range o.runs {
		if !run.failed && (!some || run.late.Before(next)) {
			next, some = run.late, true
		}
	}
	return next, some
}

// remove deletes the code, and the guesses that failed. One that succeeded is its joiner's to read and delete.
func (o *offeredCode) remove(ctx context.Context) {
	away, cancel := parting(ctx)
	defer cancel()
	var failed []int
	for n, run := range o.runs {
		if run.failed {
			failed = append(failed, n)
		}
	}
	_ = o.ref.Delete(away, o.doc.ID, failed) // or it ends by its expireAt
}
