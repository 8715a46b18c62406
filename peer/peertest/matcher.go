package peertest

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// Lease is what the Matcher grants.
const Lease = 30 * time.Second

// Matcher pairs who asks, in the order of asking. It is safe for concurrent use.
type Matcher struct {
	// Store is where pair rooms are written, as the function would.
	Store interface {
		Commit(ctx context.Context, writes ...signaling.Write) error
	}
	// Fault and ICEFault, if set before use, are asked first: QuickMatch and ICEServers fail with what they answer.
	Fault, ICEFault func() error
	// Servers is the answer of ICEServers, unless Relay is set, whose servers are it then.
	Servers protocol.ICEServers
	Relay   *Relay

	mu       sync.Mutex
	waiting  *ticket                        // guarded by mu
	tickets  map[protocol.RequestID]*ticket // guarded by mu
	asked    int                            // guarded by mu
	canceled int                            // guarded by mu
}

type ticket struct {
	uid    string
	r      protocol.QuickMatchRequest
	answer protocol.QuickMatchAnswer
}

// Asked tells how often QuickMatch was called, and Canceled how often EndMatch was.
func (m *Matcher) Asked() (asked, canceled int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked, m.canceled
}

// Forget drops all tickets, as if their leases had ended and somebody had taken their place (SPEC A6).
func (m *Matcher) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.waiting, m.tickets = nil, nil
}

// For is the API as the user uid sees it.
func (m *Matcher) For(uid string) peer.API { return userAPI{m, uid} }

type userAPI struct {
	m   *Matcher
	uid string
}

// QuickMatch implements [peer.API].
func (u userAPI) QuickMatch(
	ctx context.Context, r protocol.QuickMatchRequest,
) (protocol.QuickMatchAnswer, error) {
	m := u.m
	if m.Fault != nil {
		if err := m.Fault(); err != nil {
			return protocol.QuickMatchAnswer{}, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	if t := m.tickets[r.RequestID]; t != nil {
		return t.answer, nil
	}
	if m.tickets == nil {
		m.tickets = map[protocol.RequestID]*ticket{}
	}
	other := m.waiting
	if other != nil && other.uid == u.uid {
		return other.answer, nil
	}
	t := &ticket{uid: u.uid, r: r}
	m.tickets[r.RequestID] = t
	if other == nil {
		id, err := protocol.NewRoomID(rand.Reader)
		t.answer = protocol.QuickMatchAnswer{
			Status: protocol.Waiting, RoomID: id, Role: protocol.Callee, Lease: Lease,
		}
		m.waiting = t
		return t.answer, err
	}
	m.waiting = nil
	t.answer = protocol.QuickMatchAnswer{
		Status: protocol.Paired, RoomID: other.answer.RoomID, Role: protocol.Caller, PeerKey: &other.r.Key, Lease: Lease,
	}
	other.answer.Status, other.answer.PeerKey = protocol.Paired, &r.Key
	return t.answer, m.Store.Commit(ctx, signaling.Write{
		Op: signaling.Create, Path: "rooms/" + string(t.answer.RoomID),
		Fields: PairRoom(u.uid, other.uid, r.Key, other.r.Key),
	})
}

// PairRoom is the document that the function writes (SPEC D2).
func PairRoom(caller, callee string, callerKey, calleeKey protocol.Key) signaling.Fields {
	return signaling.Fields{
		"kind": "pair", "state": "paired", "caller": caller, "callee": callee,
		"callerKey": callerKey[:], "calleeKey": calleeKey[:],
		"createdAt": signaling.ServerTime, "expireAt": time.Now().Add(15 * time.Minute),
	}
}

// EndMatch implements [peer.API].
func (u userAPI) EndMatch(_ context.Context, _ string, id protocol.RequestID) error {
	u.m.mu.Lock()
	defer u.m.mu.Unlock()
	u.m.canceled++
	if w := u.m.waiting; w != nil && w.r.RequestID == id {
		u.m.waiting = nil
	}
	delete(u.m.tickets, id)
	return nil
}

// ICEServers implements [peer.API].
func (u userAPI) ICEServers(context.Context) (protocol.ICEServers, error) {
	if u.m.ICEFault != nil {
		if err := u.m.ICEFault(); err != nil {
			return protocol.ICEServers{}, err
		}
	}
	if u.m.Relay != nil {
		return u.m.Relay.servers()
	}
	return u.m.Servers, nil
}
