package lab

import (
	"context"
	"sync"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// maxUnderWay bounds what is on its way to one listener.
const maxUnderWay = 1024

// distantStore is a store that everything takes oneWay to reach and oneWay to come back from. What a listener hears
// keeps its order.
type distantStore struct {
	signaling.Store

	oneWay time.Duration
}

// Get implements [signaling.Store].
func (s distantStore) Get(ctx context.Context, at string) (signaling.Document, error) {
	return roundTrip(ctx, s.oneWay, func() (signaling.Document, error) { return s.Store.Get(ctx, at) })
}

// Commit implements [signaling.Store].
func (s distantStore) Commit(ctx context.Context, writes ...signaling.Write) error {
	_, err := roundTrip(ctx, s.oneWay, func() (struct{}, error) { return struct{}{}, s.Store.Commit(ctx, writes...) })
	return err
}

// Watch implements [signaling.Store].
func (s distantStore) Watch(ctx context.Context, at string, each func(signaling.Document)) error {
	return s.listen(ctx, func(ctx context.Context, later func(func())) error {
		return s.Store.Watch(ctx, at, func(d signaling.Document) { later(func() { each(d) }) })
	})
}

// WatchQuery implements [signaling.Store].
func (s distantStore) WatchQuery(
	ctx context.Context, q signaling.Query, each func([]signaling.Document, time.Time),
) error {
	return s.listen(ctx, func(ctx context.Context, later func(func())) error {
		return s.Store.WatchQuery(ctx, q, func(d []signaling.Document, at time.Time) { later(func() { each(d, at) }) })
	})
}

// listen runs watch; what it puts off to later happens one way later, in this goroutine.
func (s distantStore) listen(ctx context.Context, watch func(context.Context, func(func())) error) error {
	if err := pause(ctx, s.oneWay); err != nil {
		return err
	}
	type arrival struct {
		at   time.Time
		tell func()
	}
	underWay := make(chan arrival, maxUnderWay)
	watched := make(chan error, 1)
	ctx, cancel := context.WithCancel(ctx)
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel()
	watching.Go(func() {
		watched <- watch(ctx, func(tell func()) {
			select {
			case underWay <- arrival{time.Now().Add(s.oneWay), tell}:
			case <-ctx.Done():
			}
		})
	})
	for {
		select {
		case a := <-underWay:
			if err := pause(ctx, time.Until(a.at)); err != nil {
				return err
			}
			a.tell()
		case err := <-watched:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// distantAPI is a function that is oneWay away.
type distantAPI struct {
	peer.API

	oneWay time.Duration
}

// QuickMatch implements [peer.API].
func (a distantAPI) QuickMatch(
	ctx context.Context, r protocol.QuickMatchRequest,
) (protocol.QuickMatchAnswer, error) {
	return roundTrip(ctx, a.oneWay, func() (protocol.QuickMatchAnswer, error) { return a.API.QuickMatch(ctx, r) })
}

// EndMatch implements [peer.API].
func (a distantAPI) EndMatch(ctx context.Context, pool string, id protocol.RequestID) error {
	_, err := roundTrip(ctx, a.oneWay, func() (struct{}, error) { return struct{}{}, a.API.EndMatch(ctx, pool, id) })
	return err
}

// ICEServers implements [peer.API].
func (a distantAPI) ICEServers(ctx context.Context) (protocol.ICEServers, error) {
	return roundTrip(ctx, a.oneWay, func() (protocol.ICEServers, error) { return a.API.ICEServers(ctx) })
}

// roundTrip does something that is oneWay away.
func roundTrip[T any](ctx context.Context, oneWay time.Duration, do func() (T, error)) (T, error) {
	var none T
	if err := pause(ctx, oneWay); err != nil {
		return none, err
	}
	done, failed := do()
	if err := pause(ctx, oneWay); err != nil {
		return none, err
	}
	return done, failed
}

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
