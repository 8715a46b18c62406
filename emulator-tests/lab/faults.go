package lab

import (
	"context"
	"errors"
	"time"
)

// Fault is something that happens to a conversation.
type Fault struct {
	Name string
	// Cell is where the two talk.
	Cell Cell
	// Replaced tells that what was there does not come back, so that recovery is counted from the beginning of the
	// fault and not from its end.
	Replaced bool

	strike func(ctx context.Context, s *scene, who *subject) error // returns at its end
}

// Faults lists all. At home, a path goes from one port-restricted NAT to another, and there is TURN; where it is the
// relay that fails both NATs are symmetric, so that there is nothing else.
func Faults() []Fault {
	const rtt = 50 * time.Millisecond
	home := Cell{First: PortRestricted, Second: PortRestricted, TURN: true, RTT: rtt}
	relayed := Cell{First: Symmetric, Second: Symmetric, TURN: true, RTT: rtt}
	return []Fault{
		{Name: "no path for 2 s", Cell: home, strike: noPath(2 * time.Second)},
		{Name: "no path for 20 s", Cell: home, strike: noPath(20 * time.Second)},
		{Name: "no path for 60 s", Cell: home, strike: noPath(time.Minute)},
		{Name: "another address by the same router", Cell: home, Replaced: true, strike: rebind},
		{Name: "from Wi-Fi to mobile data", Cell: home, Replaced: true, strike: roam},
		{Name: "from Wi-Fi to mobile data, both at once", Cell: home, Replaced: true, strike: roamBoth},
		{Name: "one asleep for 60 s", Cell: home, strike: sleep(time.Minute)},
		{Name: "both asleep for 60 s", Cell: home, strike: sleepBoth(time.Minute)},
		{Name: "the relay stops for 20 s", Cell: relayed, strike: relayStops(20 * time.Second)},
		{Name: "the relay stops, another begins", Cell: relayed, Replaced: true, strike: relayMoves},
		{Name: "no path for 40 s, Firestore and function for 60 s", Cell: home, strike: allGone},
		{Name: "no path for 40 s, no function from then on", Cell: relayed, strike: functionGone},
		{
			Name: "10 % of packets lost for 30 s", Cell: home,
			strike: weatherFor(30*time.Second, func(w *weather) { w.loss = 0.1 }),
		},
		{
			Name: "10 % of packets twice and 10 % late for 30 s", Cell: home,
			strike: weatherFor(30*time.Second, func(w *weather) { w.unruly = 0.1 }),
		},
	}
}

func noPath(d time.Duration) func(context.Context, *scene, *subject) error {
	return func(ctx context.Context, s *scene, who *subject) error {
		s.cut(who)
		defer s.mend(who)
		return pause(ctx, d)
	}
}

// rebind lets the router forget its mappings and have another address: the program behind it is told nothing.
func rebind(_ context.Context, _ *scene, who *subject) error { return who.home.rebind(who.twin) }

// roam takes one network away and gives another, behind a symmetric NAT.
func roam(_ context.Context, s *scene, who *subject) error {
	s.cut(who)
	who.home.roam(who.mobile)
	return nil
}

func roamBoth(ctx context.Context, s *scene, _ *subject) error {
	return errors.Join(roam(ctx, s, s.people[0]), roam(ctx, s, s.people[1]))
}

// sleep stops a machine: nothing comes or goes, and its person does nothing. Its timers run on, which those of one that
// really sleeps do not.
func sleep(d time.Duration) func(context.Context, *scene, *subject) error {
	return func(ctx context.Context, s *scene, who *subject) error {
		s.fallAsleep(who)
		defer s.wake(who)
		return pause(ctx, d)
	}
}

func sleepBoth(d time.Duration) func(context.Context, *scene, *subject) error {
	return func(ctx context.Context, s *scene, _ *subject) error {
		for _, who := range s.people {
			s.fallAsleep(who)
			defer s.wake(who)
		}
		return pause(ctx, d)
	}
}

// relayStops ends the server and starts it again: it knows nothing of before.
func relayStops(d time.Duration) func(context.Context, *scene, *subject) error {
	return func(ctx context.Context, s *scene, _ *subject) error {
		if err := s.servers.close(); err != nil {
			return err
		}
		waited := pause(ctx, d)
		return errors.Join(waited, s.serve(s.servers.host, s.servers.address))
	}
}

func relayMoves(_ context.Context, s *scene, _ *subject) error {
	return errors.Join(s.servers.close(), s.serve(s.spare, spareAddress))
}

// allGone leaves nothing: when the path is there again it cannot be agreed on yet.
func allGone(ctx context.Context, s *scene, who *subject) error {
	for _, p := range s.people {
		for _, g := range []*gate{&p.store, &p.function} {
			g.refuse()
			defer g.open()
		}
	}
	s.cut(who)
	waited := pause(ctx, 40*time.Second)
	s.mend(who)
	return errors.Join(waited, pause(ctx, 20*time.Second))
}

// functionGone leaves them with the servers that they know.
func functionGone(ctx context.Context, s *scene, who *subject) error {
	for _, p := range s.people {
		p.function.refuse()
	}
	return noPath(40*time.Second)(ctx, s, who)
}

func weatherFor(d time.Duration, bad func(*weather)) func(context.Context, *scene, *subject) error {
	return func(ctx context.Context, s *scene, _ *subject) error {
		s.weather.change(bad)
		defer s.weather.change(func(w *weather) { w.loss, w.unruly = 0, 0 })
		return pause(ctx, d)
	}
}
