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

// talk measures how soon all others have heard what somebody says, and in turns how soon with bare channels, if there
// are any.
func (r *liveRoom) talk(ctx context.Context, bare *star, texts int, f *liveFigures) error {
	for i := range texts {
		text := fmt.Sprintf("text %d in a room of %d", i, len(r.members))
		if err := r.say(ctx, text, f); err != nil {
			return err
		}
		if err := pause(ctx, liveGap); err != nil {
			return err
		}
		if len(bare.pairs) == 0 {
			continue
		}
		sent := time.Now()
		if err := bare.say(ctx, `{"t":"chat","text":"`+text+`"}`); err != nil {
			return err
		}
		f.bare = append(f.bare, millisSince(sent))
		if err := pause(ctx, liveGap); err != nil {
			return err
		}
	}
	return nil
}

// say lets somebody say a text, and waits until all others have it.
func (r *liveRoom) say(ctx context.Context, text string, f *liveFigures) error {
	from := r.members[rand.IntN(len(r.members))] //nolint:gosec // who talks is no secret
	said := time.Now()
	if _, err := from.Say(ctx, text); err != nil {
		return fmt.Errorf("bench: live: %w", err)
	}
	last, err := r.reached(ctx, text)
	switch {
	case err != nil:
		return err
	case last.IsZero():
		f.lost++
	default:
		f.reach = append(f.reach, float64(last.Sub(said))/float64(time.Millisecond))
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

// textBytes is the memory of many texts, in MiB: one member says them to nobody.
func textBytes(ctx context.Context, api string) (float64, error) {
	at, err := site.Open(ctx, api, nil)
	if err != nil {
		return 0, fmt.Errorf("bench: live: %w", err)
	}
	defer at.Close()
	g, err := peer.CreateGroup(ctx, at.Services(), protocol.RoomSettings{}, &peer.Options{})
	if err != nil {
		return 0, fmt.Errorf("bench: live: %w", err)
	}
	defer g.Close()
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
