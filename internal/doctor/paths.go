package doctor

import (
	"context"
	"slices"
	"sync"

	"github.com/pion/stun/v4"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/protocol/diagnosis"
)

// relay is one way to a relay.
type relay struct {
	uri                  *stun.URI
	username, credential string
}

// paths looks at everything that the function names, side by side.
func (e *examination) paths(ctx context.Context, servers protocol.ICEServers) {
	var binding []*stun.URI
	relays := make(map[diagnosis.Finding][]relay)
	for _, s := range servers.ICEServers {
		for _, raw := range s.URLs {
			uri, err := stun.ParseURI(raw)
			if err != nil {
				continue // the app could not use it either
			}
			switch way := wayOf(uri); way {
			case diagnosis.STUN:
				binding = append(binding, uri)
			default:
				relays[way] = append(relays[way], relay{uri, s.Username, s.Credential})
			}
		}
	}
	var all sync.WaitGroup
	all.Go(func() { e.bindings(ctx, binding, relays[diagnosis.TURNUDP]) })
	for _, way := range []diagnosis.Finding{diagnosis.TURNUDP, diagnosis.TURNTCP, diagnosis.TURNTLS} {
		all.Go(func() {
			e.probe(ctx, way, func(ctx context.Context) diagnosis.State {
				return bestOf(relays[way], func(r relay) diagnosis.State { return e.allocate(ctx, r) })
			})
		})
	}
	all.Wait()
}

// wayOf is which finding a server belongs to.
func wayOf(uri *stun.URI) diagnosis.Finding {
	switch {
	case uri.Scheme == stun.SchemeTypeTURNS:
		return diagnosis.TURNTLS
	case uri.Scheme == stun.SchemeTypeTURN && uri.Proto == stun.ProtoTypeTCP:
		return diagnosis.TURNTCP
	case uri.Scheme == stun.SchemeTypeTURN:
		return diagnosis.TURNUDP
	}
	return diagnosis.STUN
}

// bestOf asks all servers of one kind side by side; the best state counts (SPEC G1).
func bestOf[Server any](servers []Server, ask func(Server) diagnosis.State) diagnosis.State {
	if len(servers) == 0 {
		return diagnosis.Absent
	}
	states := make([]diagnosis.State, len(servers))
	var all sync.WaitGroup
	for i, s := range servers {
		all.Go(func() { states[i] = ask(s) })
	}
	all.Wait()
	for _, s := range []diagnosis.State{
		diagnosis.Yes, diagnosis.Refused, diagnosis.Full, diagnosis.Untrusted, diagnosis.Closed,
	} {
		if slices.Contains(states, s) {
			return s
		}
	}
	return diagnosis.Silent
}
