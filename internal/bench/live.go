package bench

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/parley-chat/parley/internal/local"
	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
)

const (
	// liveGap is between two texts.
	liveGap = 100 * time.Millisecond
	// liveComes is between two newcomers: who is newer leaves it to the others to call.
	liveComes = 3 * time.Second
	// liveSettles is how long a room is left alone before it is measured.
	liveSettles = 10 * time.Second
	// liveLate is when a text counts as lost.
	liveLate = 30 * time.Second
	// liveKept is how many texts one member has, to see what they take.
	liveKept = 10_000
	// liveAway is how far from each other people are who are not on one machine, one way.
	liveAway = 10 * time.Millisecond
	// maxAwayRatio is what a room may take over distance, beside bare channels.
	maxAwayRatio = 1.3
)

// live makes a room of Go peers on this machine, over sockets, pion and the local Firestore, and lets it grow.
func (m *measuring) live(ctx context.Context) ([]Row, error) {
	stack, err := local.Start(ctx, &local.Options{
		Root: m.Root, AnyPort: true, Without: []local.Service{local.WebService, local.FunctionService, local.TURNService},
	})
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	defer func() { _ = stack.Close() }() //nolint:contextcheck // Close bounds itself; the figures are taken
	api := stack.URL() + "/api"
	kept, err := textBytes(ctx, api)
	if err != nil {
		return nil, err
	}
	rows := []Row{inUnit("MiB", countRow("1", "memory of 10 000 texts", Samples{kept}, 0))}
	away, err := newFar(liveAway)
	if err != nil {
		return nil, err
	}
	defer away.close()
	for _, one := range []struct {
		over  *far
		sizes []int
		rows  func(size string, f liveFigures) []Row
	}{
		{away, []int{2, 5, overlay.MeshUp}, farRows},
		{nil, []int{2, 5, overlay.MeshUp, 20, 50}, liveRows},
	} {
		room := &liveRoom{api: api, over: one.over, heard: make(chan heardText), empty: memory()}
		for _, size := range one.sizes {
			m.progress("live: a room of " + strconv.Itoa(size))
			var figures liveFigures
			if figures, err = room.grow(ctx, size, m.Runs); err != nil {
				break
			}
			rows = append(rows, one.rows(strconv.Itoa(size), figures)...)
		}
		room.close()
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// liveRoom is a room of Go peers in this process.
type liveRoom struct {
	api     string
	over    *far // nil: loopback
	sites   []*site.Site
	members []*peer.Group
	heard   chan heardText

	listening sync.WaitGroup
	empty     float64 // the memory before anybody was there
}

type heardText struct {
	text string
	at   time.Time
}

// liveFigures are those of a room of one size.
type liveFigures struct {
	entered, linked       Samples // of those who came since the size before, in milliseconds
	reads, writes         Samples // of theirs, in Firestore; deletes are among the writes
	reach, bare           Samples // in milliseconds
	lost, memory, routine float64
}

// grow lets newcomers in, one after the other, and measures.
func (r *liveRoom) grow(ctx context.Context, size, texts int) (liveFigures, error) {
	var f liveFigures
	for len(r.members) < size {
		if err := r.enter(ctx, &f); err != nil {
			return f, err
		}
	}
	if err := pause(ctx, liveSettles); err != nil {
		return f, err
	}
	f.memory = (memory() - r.empty) / float64(size)
	f.routine = float64(runtime.NumGoroutine()) / float64(size)
	var bare star
	defer bare.close()
	if size <= overlay.MeshUp { // beyond, nobody would make so many channels
		if err := bare.open(ctx, r.over, size-1); err != nil {
			return f, err
		}
	}
	return f, r.talk(ctx, &bare, texts, &f)
}

// enter lets one member in.
func (r *liveRoom) enter(ctx context.Context, f *liveFigures) error {
	at, err := site.Open(ctx, r.api, nil)
	if err != nil {
		return fmt.Errorf("bench: live: %w", err)
	}
	r.sites = append(r.sites, at)
	o, err := r.over.options("m" + strconv.Itoa(len(r.members)))
	if err != nil {
		return err
	}
	begun := time.Now()
	var g *peer.Group
	if len(r.members) == 0 {
		g, err = peer.CreateGroup(ctx, at.Services(), protocol.RoomSettings{}, o)
	} else {
		g, err = peer.EnterGroup(ctx, at.Services(), r.members[0].Secret(), o)
	}
	if err != nil {
		return fmt.Errorf("bench: live: %w", err)
	}
	r.members = append(r.members, g)
	r.listening.Go(func() { r.listen(ctx, g) })
	if len(r.members) == 1 {
		return nil
	}
	f.entered = append(f.entered, millisSince(begun))
	wanted := overlay.Wanted
	if len(r.members) <= overlay.MeshUp {
		wanted = len(r.members) - 1
	}
	for linksOf(g) < wanted {
		if time.Since(begun) > liveLate {
			break
		}
		if err := pause(ctx, 2*time.Millisecond); err != nil {
			return err
		}
	}
	f.linked = append(f.linked, millisSince(begun))
	if err := pause(ctx, time.Second); err != nil { // until its link is deleted (SPEC D11)
		return err
	}
	c := at.Counts()
	f.reads, f.writes = append(f.reads, float64(c.Reads)), append(f.writes, float64(c.Writes+c.Deletes))
	return pause(ctx, liveComes)
}

func (r *liveRoom) close() {
	for _, g := range r.members {
		_ = g.Close() // it has no error to tell
	}
	r.listening.Wait()
	for _, at := range r.sites {
		_ = at.Close() // the figures are taken
	}
}

func linksOf(g *peer.Group) int {
	n := 0
	for _, m := range g.Members() {
		if m.Linked {
			n++
		}
	}
	return n
}

func millisSince(t time.Time) float64 { return float64(time.Since(t)) / float64(time.Millisecond) }

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
