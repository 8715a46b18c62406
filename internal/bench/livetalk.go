package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol"
)

// listen tells of the texts that a member hears.
func (r *liveRoom) listen(ctx context.Context, g *peer.Group) {
	for {
		n, err := g.Next(ctx)
		if err != nil {
			return
		}
		if n.Kind == peer.NoticeText && !n.Member.Self && !n.Earlier {
			select {
			case r.heard <- heardText{n.Entry.Text, time.Now()}:
			case <-g.Done():
				return
			}
		}
	}
}

// talk measures how soon all others have heard what somebody says.
func (r *liveRoom) talk(ctx context.Context, texts int, f *liveFigures) error {
	for i := range texts {
		from := r.members[rand.IntN(len(r.members))] //nolint:gosec // who talks is no secret
		text := fmt.Sprintf("text %d in a room of %d", i, len(r.members))
		said := time.Now()
		if _, err := from.Say(ctx, text); err != nil {
			return fmt.Errorf("bench: live: %w", err)
		}
		last, err := r.reached(ctx, text)
		if err != nil {
			return err
		}
		if last.IsZero() {
			f.lost++
			continue
		}
		f.reach = append(f.reach, float64(last.Sub(said))/float64(time.Millisecond))
		if err := pause(ctx, liveGap); err != nil {
			return err
		}
	}
	return nil
}

// reached is when the last of the others heard a text; zero if somebody has not.
func (r *liveRoom) reached(ctx context.Context, text string) (time.Time, error) {
	late := time.NewTimer(liveLate)
	defer late.Stop()
	var last time.Time
	for missing := len(r.members) - 1; missing > 0; {
		select {
		case h := <-r.heard:
			if h.text == text {
				missing--
				last = h.at
			}
		case <-late.C:
			return time.Time{}, nil
		case <-ctx.Done():
			return time.Time{}, ctx.Err()
		}
	}
	return last, nil
}

// bareStar measures the same with bare channels: one to each of the others.
func bareStar(ctx context.Context, others, texts int, f *liveFigures) error {
	var pairs []*barePair
	defer func() {
		for _, p := range pairs {
			p.Close()
		}
	}()
	for range others {
		p, err := dialBare(ctx)
		if err != nil {
			return err
		}
		pairs = append(pairs, p)
	}
	for i := range texts {
		text := fmt.Sprintf(`{"t":"chat","text":"text %d in a room of %d"}`, i, others+1)
		sent := time.Now()
		for _, p := range pairs {
			if err := p.caller.channel.SendText(text); err != nil {
				return fmt.Errorf("bench: live: %w", err)
			}
		}
		for _, p := range pairs {
			select {
			case <-p.callee.frames:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		f.bare = append(f.bare, millisSince(sent))
		if err := pause(ctx, liveGap); err != nil {
			return err
		}
	}
	return nil
}

// textBytes is the memory of many texts, in MiB: one member says them to nobody.
func (r *liveRoom) textBytes(ctx context.Context) (float64, error) {
	at, err := site.Open(ctx, r.api, nil)
	if err != nil {
		return 0, fmt.Errorf("bench: live: %w", err)
	}
	defer at.Close() //nolint:errcheck // the figure is taken
	g, err := peer.CreateGroup(ctx, at.Services(), protocol.RoomSettings{}, &peer.Options{})
	if err != nil {
		return 0, fmt.Errorf("bench: live: %w", err)
	}
	defer g.Close() //nolint:errcheck // it has no error to tell
	for range 2000 {
		if _, err := g.Say(ctx, "the first ones, for what is made once"); err != nil {
			return 0, fmt.Errorf("bench: live: %w", err)
		}
	}
	before := memory()
	for i := range liveKept {
		if _, err := g.Say(ctx, fmt.Sprintf("%6d%94s", i, "a text of a hundred characters")); err != nil {
			return 0, fmt.Errorf("bench: live: %w", err)
		}
	}
	return memory() - before, nil
}

// memory is what this process uses, in MiB, but for what the collector has not given back yet.
func memory() float64 {
	runtime.GC()
	runtime.GC() // what finalizers keep goes with the second
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.HeapAlloc+s.StackInuse) / (1 << 20)
}
