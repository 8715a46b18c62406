package lab

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"time"
)

// What system B measured: so many texts, of so many characters.
const (
	messages          = 500
	shortest, longest = 50, 500
)

// Exchange is how long texts took between two who are connected.
type Exchange struct {
	// Trips are those of texts that are sent one after the other, there and back each.
	Trips []time.Duration
	// Ways are those of texts that are handed over all at once, from then to their arrival. The last is the time that all
	// of them took.
	Ways []time.Duration
}

// Messages lets two meet in a cell and exchange texts; bare does the same over the channel of the origin's settings,
// with the cell's servers. seed decides the texts, and what is lost.
func Messages(ctx context.Context, c Cell, seed uint64, bare bool) (_ Exchange, err error) {
	ctx, cancel := context.WithTimeout(ctx, endurance)
	defer cancel()
	w, err := newWorld(c, seed)
	if err != nil {
		return Exchange{}, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if bare {
		servers, err := w.servers.given(c.TURN)
		if err != nil {
			return Exchange{}, err
		}
		pair, took, err := w.origin(ctx, servers)
		defer pair.close()
		if err != nil || took == 0 {
			return Exchange{}, errors.Join(errors.New("lab: bare channel: not connected"), err)
		}
		return exchange(ctx, pair.callee, pair.caller, texts(seed))
	}
	first, second := w.enter("first", w.first, nil), w.enter("second", w.second, nil)
	_, err = together(ctx, first, second, settled)
	for _, p := range []*person{first, second} {
		if p.conn != nil {
			defer p.conn.Close()
		}
	}
	if err := errors.Join(err, first.err, second.err); err != nil {
		return Exchange{}, err
	}
	return exchange(ctx, first.conn, second.conn, texts(seed))
}

func texts(seed uint64) []string {
	chance := rand.New(rand.NewPCG(seed, 2))
	all := make([]string, messages)
	for i := range all {
		all[i] = strings.Repeat("parley ", longest/7+1)[:shortest+chance.IntN(longest-shortest+1)]
	}
	return all
}

// side is one of two who are connected.
type side interface {
	Send(ctx context.Context, text string) error
	Receive(ctx context.Context) (string, error)
}

func exchange(ctx context.Context, first, second side, texts []string) (e Exchange, err error) {
	if e.Ways, err = pour(ctx, first, second, texts); err != nil {
		return e, err
	}
	e.Trips, err = talk(ctx, first, second, texts)
	return e, err
}

// talk sends texts there and back, one after the other.
func talk(ctx context.Context, first, second side, texts []string) ([]time.Duration, error) {
	ctx, cancel := context.WithCancel(ctx)
	echoed := make(chan struct{})
	defer func() { <-echoed }()
	defer cancel()
	go func() {
		defer close(echoed)
		echo(ctx, first)
	}()
	took := make([]time.Duration, 0, len(texts))
	for _, text := range texts {
		sent := time.Now()
		if err := second.Send(ctx, text); err != nil {
			return took, err
		}
		if _, err := second.Receive(ctx); err != nil {
			return took, err
		}
		took = append(took, time.Since(sent))
	}
	return took, nil
}

// echo sends back what it receives, until ctx or the conversation ends.
func echo(ctx context.Context, s side) {
	for {
		text, err := s.Receive(ctx)
		if err != nil || s.Send(ctx, text) != nil {
			return
		}
	}
}

// pour hands all texts over at once.
func pour(ctx context.Context, first, second side, texts []string) ([]time.Duration, error) {
	sent := make([]time.Time, len(texts))
	for i, text := range texts {
		sent[i] = time.Now()
		if err := second.Send(ctx, text); err != nil {
			return nil, err
		}
	}
	took := make([]time.Duration, len(texts))
	for i := range texts {
		if _, err := first.Receive(ctx); err != nil {
			return nil, err
		}
		took[i] = time.Since(sent[i])
	}
	return took, nil
}
