package lab

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/pion/transport/v4/vnet"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// spareAddress is of servers that are not there yet.
const spareAddress = "10.0.0.8"

// scene is a conversation that something is going to happen to. Its fields do not change once the two have met, but for
// the network's servers, which who strikes owns.
type scene struct {
	*world

	people [2]*subject
	spare  *vnet.Net // a place for other servers
	rooms  []*peer.Room

	mu    sync.Mutex
	given protocol.ICEServers // guarded by mu: what the function gives
}

// subject is one of the two, with other networks to go to.
type subject struct {
	*person

	store, function gate // between it and them
	awake           gate // shut while its person does nothing

	home    *moving   // where it is
	address string    // of its first network, in the middle
	twin    *vnet.Net // the same host behind a router that was started again
	mobile  *vnet.Net // another network, behind another router
}

// newScene builds a cell and lets the two meet: strangers, or members of a link room. The caller closes it.
func newScene(ctx context.Context, c Cell, seed uint64, members bool) (_ *scene, err error) {
	s := &scene{people: [2]*subject{{}, {}}}
	if s.world, err = newWorld(c, seed, s.build(c)); err != nil {
		return nil, err
	}
	s.given = s.matcher.Servers
	for i, host := range []*vnet.Net{s.first, s.second} {
		p := s.people[i]
		p.home, p.address = newMoving(host), fmt.Sprint("10.0.0.1", i+1)
		p.person = s.enter(fmt.Sprint("person", i), p.home, nil)
		p.services.Store = gatedStore{p.services.Store, &p.store}
		p.services.API = gatedAPI{p.services.API, &p.function, s.iceServers}
	}
	meet := s.strangers
	if members {
		meet = s.members
	}
	if err := meet(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("lab: they do not meet: %w", err), s.close())
	}
	return s, nil
}

// build adds the networks that people go to later.
func (s *scene) build(c Cell) func(*network) error {
	return func(n *network) (err error) {
		for i, behind := range []NAT{c.First, c.Second} {
			twin, errTwin := n.place(strconv.Itoa(i+1), strconv.Itoa(i+3), behind)
			mobile, errMobile := n.place(strconv.Itoa(i+5), strconv.Itoa(i+5), Symmetric)
			s.people[i].twin, s.people[i].mobile = twin, mobile
			err = errors.Join(err, errTwin, errMobile)
		}
		var errSpare error
		s.spare, errSpare = n.attach(n.middle, spareAddress)
		return errors.Join(err, errSpare)
	}
}

func (s *scene) strangers(ctx context.Context) error {
	first, second := s.people[0], s.people[1]
	_, err := together(ctx, first.person, second.person, settled)
	return errors.Join(err, first.err, second.err)
}

func (s *scene) members(ctx context.Context) error {
	first, second := s.people[0], s.people[1]
	host, err := peer.Create(ctx, first.services, &first.options)
	if err != nil {
		return err
	}
	s.rooms = append(s.rooms, host)
	guest, err := peer.Enter(ctx, second.services, host.Secret(), &second.options)
	if err != nil {
		return err
	}
	s.rooms = append(s.rooms, guest)
	if first.conn, err = host.Next(ctx); err != nil {
		return err
	}
	second.conn, err = guest.Next(ctx)
	return err
}

// iceServers are those that the function gives now.
func (s *scene) iceServers() protocol.ICEServers {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.given
}

// serve starts servers somewhere, and lets the function give them.
func (s *scene) serve(host *vnet.Net, address string) (err error) {
	if s.servers, err = startServers(host, address); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.given, err = s.servers.given(true)
	return err
}

// cut takes the first network of one from the middle, until mend.
func (s *scene) cut(p *subject) { s.weather.change(func(w *weather) { w.cut[p.address] = true }) }

func (s *scene) mend(p *subject) { s.weather.change(func(w *weather) { delete(w.cut, p.address) }) }

func (s *scene) fallAsleep(p *subject) {
	for _, g := range []*gate{&p.awake, &p.store, &p.function} {
		g.silence()
	}
	s.cut(p)
}

func (s *scene) wake(p *subject) {
	s.mend(p)
	for _, g := range []*gate{&p.store, &p.function, &p.awake} {
		g.open()
	}
}

// close ends what is left of the conversation, and the world.
func (s *scene) close() error {
	for _, p := range s.people {
		if p.conn != nil {
			_ = p.conn.Close() // it has served
		}
	}
	for _, r := range s.rooms {
		_ = r.Close() // likewise
	}
	return s.world.close()
}
