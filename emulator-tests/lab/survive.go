package lab

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/parley-chat/parley/peer"
)

const (
	// pace is between two texts of one side.
	pace = 100 * time.Millisecond
	// calm is how long the two talk before a fault and after it; before it, up to as much again by chance.
	calm = 2 * time.Second
	// endurance bounds a conversation: a peer gives up long before.
	endurance = 15 * time.Minute
)

// Survival is what a conversation came to that something happened to. Counts are of both directions.
type Survival struct {
	// Failure is how it ended before its time, empty if it did not.
	Failure peer.Failure
	// Sent texts were taken by [peer.Conn.Send]. Of those that arrived, Duplicated came again, and Disordered after one
	// that was sent later.
	Sent, Lost, Duplicated, Disordered int
	// Recovered is from the end of the fault, or from its beginning where what was there is replaced, until in both
	// directions a text that was sent after it had arrived.
	Recovered time.Duration
	// Longest is the longest that a text took.
	Longest time.Duration
}

// Survive lets two people meet, who then tell each other numbered texts, each ten a second, before, during and after a
// fault, until all that was sent has had its time to arrive. seed decides when it strikes, whom, and what is lost;
// where it is odd the two are members of a link room, else strangers. Errors are the world's.
func Survive(ctx context.Context, f Fault, seed uint64) (_ Survival, err error) {
	ctx, cancel := context.WithTimeout(ctx, endurance)
	defer cancel()
	s, err := newScene(ctx, f.Cell, seed, seed%2 == 1)
	if err != nil {
		return Survival{}, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	chance := rand.New(rand.NewPCG(seed, 1))
	c := newConversation(ctx, s)
	defer c.end()
	if err := pause(ctx, calm+rand64(chance, calm)); err != nil {
		return Survival{}, err
	}
	since := time.Now()
	if err := f.strike(ctx, s, s.people[chance.IntN(2)]); err != nil {
		return Survival{}, fmt.Errorf("lab: %s: %w", f.Name, err)
	}
	if !f.Replaced {
		since = time.Now()
	}
	recovered := c.again(ctx, since)
	_ = pause(ctx, calm) // a ctx that has ended shows in what is lost
	c.finish(ctx)
	result := c.result()
	if !recovered.IsZero() {
		result.Recovered = recovered.Sub(since)
	}
	return result, nil
}

func rand64(chance *rand.Rand, below time.Duration) time.Duration {
	return time.Duration(chance.Int64N(int64(below)))
}

// conversation is two people who tell each other numbers.
type conversation struct {
	streams [2]*stream
	stop    chan struct{} // closed when nobody is to say more
	writing sync.WaitGroup
	hearing sync.WaitGroup
	leave   context.CancelFunc
}

func newConversation(ctx context.Context, s *scene) *conversation {
	ctx, leave := context.WithCancel(ctx)
	c := &conversation{stop: make(chan struct{}), leave: leave}
	for i, p := range s.people {
		other := s.people[1-i]
		stream := &stream{news: make(chan struct{}, 1)}
		c.streams[i] = stream
		c.writing.Go(func() { stream.write(ctx, p, c.stop) })
		c.hearing.Go(func() { stream.hear(ctx, other) })
	}
	return c
}

// again waits until a text of after since has arrived in both directions, and tells when. A conversation that has
// ended before has no such time.
func (c *conversation) again(ctx context.Context, since time.Time) time.Time {
	var last time.Time
	for _, s := range c.streams {
		at, ok := s.after(since)
		for ; !ok && ctx.Err() == nil && !s.over(); at, ok = s.after(since) {
			select {
			case <-s.news:
			case <-ctx.Done():
			}
		}
		if at.After(last) {
			last = at
		}
	}
	return last
}

// finish lets nobody say more, and waits until all that was said has arrived, and long enough for it to arrive again.
func (c *conversation) finish(ctx context.Context) {
	close(c.stop)
	c.writing.Wait()
	for _, s := range c.streams {
		for ctx.Err() == nil && !s.over() && !s.complete() {
			select {
			case <-s.news:
			case <-ctx.Done():
			}
		}
	}
	_ = pause(ctx, calm)
}

// end leaves nothing running.
func (c *conversation) end() {
	c.leave()
	c.writing.Wait()
	c.hearing.Wait()
}

func (c *conversation) result() Survival {
	var sum Survival
	for _, s := range c.streams {
		s.count(&sum)
	}
	return sum
}
