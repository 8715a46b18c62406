package signaling

import (
	"context"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// How long what a peer writes in a mesh room lasts. The store refuses more than 24 hours for rooms and
// members and more than an hour for links (SPEC D3–D5), by its own clock: the rest of the time is
// room for a clock here that is wrong.
const (
	// RoomLifetime is that of a room.
	RoomLifetime   = 20 * time.Hour
	memberLifetime = 20 * time.Hour
	linkLifetime   = 30 * time.Minute
)

const (
	// maxListed is the most that a query may ask for (SPEC D9).
	maxListed = 32
	// MaxDoors is how many members' documents are read of a room of many (SPEC R3).
	MaxDoors = 4
)

// RoomState is the state of a mesh room (SPEC D3).
type RoomState string

// The states of a mesh room.
const (
	RoomWaiting RoomState = "waiting"
	RoomClosed  RoomState = "closed"
)

// Room is the document of a mesh room.
type Room struct {
	State    RoomState
	Owner    string
	ExpireAt time.Time
	// ReadAt is the store's time at which it was so.
	ReadAt time.Time
}

// Over tells whether nobody can enter the room any more (SPEC K3).
func (r Room) Over() bool { return r.State == RoomClosed || !r.ExpireAt.After(r.ReadAt) }

// ParseRoom reads a mesh room. Errors are *protocol.ParseError, also for a pair room.
func ParseRoom(f Fields) (Room, error) {
	r := fieldReader{rule: "D3", fields: f}
	if r.text("kind") != "mesh" {
		r.fail("kind", "not a mesh room")
	}
	room := Room{State: RoomState(r.text("state")), Owner: r.uid("owner"), ExpireAt: r.time("expireAt")}
	switch room.State {
	case RoomWaiting, RoomClosed:
	default:
		r.fail("state", "unknown")
	}
	return room, r.err
}

// Member is somebody in a mesh room (SPEC D4).
type Member struct {
	UID      string
	Key      protocol.Key
	JoinedAt time.Time
	ExpireAt time.Time
}

// ParseMember reads a member from its document. Errors are *protocol.ParseError.
func ParseMember(uid string, f Fields) (Member, error) {
	r := fieldReader{rule: "D4", fields: f}
	if _, err := protocol.ParseUID(uid); err != nil {
		r.fail("uid", "not a uid")
	}
	m := Member{UID: uid, Key: r.key("key"), JoinedAt: r.time("joinedAt"), ExpireAt: r.time("expireAt")}
	return m, r.err
}

// Before tells whether m is the earlier of two members, and so is called by the other (SPEC K4).
func (m Member) Before(other Member) bool {
	if !m.JoinedAt.Equal(other.JoinedAt) {
		return m.JoinedAt.Before(other.JoinedAt)
	}
	return m.UID < other.UID
}

// Call is a link of a mesh room and where it is.
type Call struct {
	ID   protocol.RoomID
	Ref  LinkRef
	Link Link
}

// RoomRef names a mesh room and all below it. It may be copied, and used by any goroutine.
type RoomRef struct {
	store Store
	path  string
}

// MeshRoom names the mesh room with this id.
func MeshRoom(store Store, id protocol.RoomID) RoomRef {
	return RoomRef{store: store, path: "rooms/" + string(id)}
}

// Link names a link of the room.
func (r RoomRef) Link(id protocol.RoomID) LinkRef {
	return LinkRef{store: r.store, path: r.path + "/links/" + string(id)}
}

// Create makes the room and enters it as its first member and owner, in one commit (SPEC D3, D4). now is this
// device's time; the store refuses if it is hours ahead.
func (r RoomRef) Create(ctx context.Context, uid string, key protocol.Key, now time.Time) error {
	return r.createAndEnter(ctx, Create, uid, key, now)
}

// Renew is Create in the place of a room whose time is over (SPEC R11). now is the store's time; the store refuses with
// [ErrDenied] while the room's time is not over.
func (r RoomRef) Renew(ctx context.Context, uid string, key protocol.Key, now time.Time) error {
	return r.createAndEnter(ctx, Set, uid, key, now)
}

func (r RoomRef) createAndEnter(ctx context.Context, op Op, uid string, key protocol.Key, now time.Time) error {
	return r.store.Commit(ctx, r.room(op, uid, now), r.member(uid, key, now))
}

// Make is Create without entering the room.
func (r RoomRef) Make(ctx context.Context, uid string, now time.Time) error {
	return r.store.Commit(ctx, r.room(Create, uid, now))
}

func (r RoomRef) room(op Op, uid string, now time.Time) Write {
	return Write{Op: op, Path: r.path, Fields: Fields{
		"kind": "mesh", "state": string(RoomWaiting), "owner": uid,
		"createdAt": ServerTime, "expireAt": now.Add(RoomLifetime),
	}}
}

// Enter writes the own member document anew (SPEC D4). now is the store's time, as a Room has it in ReadAt.
func (r RoomRef) Enter(ctx context.Context, uid string, key protocol.Key, now time.Time) error {
	return r.store.Commit(ctx, r.member(uid, key, now))
}

func (r RoomRef) member(uid string, key protocol.Key, now time.Time) Write {
	return Write{Op: Set, Path: r.path + "/members/" + uid, Fields: Fields{
		"key": key[:], "joinedAt": ServerTime, "expireAt": now.Add(memberLifetime),
	}}
}

// Leave deletes the own member document (SPEC K6).
func (r RoomRef) Leave(ctx context.Context, uid string) error {
	return r.store.Commit(ctx, Write{Op: Delete, Path: r.path + "/members/" + uid})
}

// Close closes the room for good; only its owner can (SPEC D3).
func (r RoomRef) Close(ctx context.Context) error {
	return r.store.Commit(ctx, Write{Op: Update, Path: r.path, Fields: Fields{"state": string(RoomClosed)}})
}

// Watch calls each with the room, and again after every change; nil while it does not exist. It ends as
// [Store.Watch] does, and with a *protocol.ParseError when the document is not a mesh room.
func (r RoomRef) Watch(ctx context.Context, each func(*Room)) error {
	return watchParsed(ctx, r.store, r.path, ParseRoom, func(room *Room, d Document) {
		if room != nil {
			room.ReadAt = d.ReadAt
		}
		each(room)
	})
}

// Read gives the room as it is now; nil if there is none. Errors are the store's, or a *protocol.ParseError.
func (r RoomRef) Read(ctx context.Context) (*Room, error) {
	d, err := r.store.Get(ctx, r.path)
	if err != nil || d.Fields == nil {
		return nil, err
	}
	room, err := ParseRoom(d.Fields)
	if err != nil {
		return nil, err
	}
	room.ReadAt = d.ReadAt
	return &room, nil
}

// Doors gives the [MaxDoors] members that entered last, as far as their time is not over, as they are now (SPEC R3).
func (r RoomRef) Doors(ctx context.Context) ([]Member, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var doors []Member
	answered := false
	err := r.watchMembers(ctx, MaxDoors, func(members []Member) {
		if !answered {
			answered, doors = true, members
		}
		stop()
	})
	if answered {
		return doors, nil
	}
	return nil, err
}

// WatchMembers calls each with the members whose time is not over, and again after every change. What is
// not a member is left out. It ends as [Store.WatchQuery] does.
func (r RoomRef) WatchMembers(ctx context.Context, each func([]Member)) error {
	return r.watchMembers(ctx, maxListed, each)
}

func (r RoomRef) watchMembers(ctx context.Context, limit int, each func([]Member)) error {
	q := Query{Collection: r.path + "/members", Latest: "joinedAt", Limit: limit}
	return r.store.WatchQuery(ctx, q, func(docs []Document, now time.Time) {
		members := make([]Member, 0, len(docs))
		for _, d := range docs {
			if m, err := ParseMember(d.ID, d.Fields); err == nil && m.ExpireAt.After(now) {
				members = append(members, m)
			}
		}
		each(members)
	})
}

// Call creates a link with its offer (SPEC D5); its caller is link.Caller. State, reason and expireAt are
// filled in here; now is the store's time.
func (r RoomRef) Call(ctx context.Context, id protocol.RoomID, link Link, now time.Time) error {
	return r.store.Commit(ctx, Write{Op: Create, Path: r.Link(id).path, Fields: Fields{
		"caller": link.Caller, "callee": link.Callee,
		"callerKey": link.CallerKey[:], "calleeKey": link.CalleeKey[:],
		"offer": link.Offer, "state": string(LinkPaired),
		"createdAt": ServerTime, "expireAt": now.Add(linkLifetime),
	}})
}

// WatchCalls calls each with the links that name uid as their callee and whose time is not over, and again after
// every change. What is not a link is left out. It ends as [Store.WatchQuery] does.
func (r RoomRef) WatchCalls(ctx context.Context, uid string, each func([]Call)) error {
	q := Query{Collection: r.path + "/links", Field: "callee", Equals: uid, Limit: maxListed}
	return r.store.WatchQuery(ctx, q, func(docs []Document, now time.Time) {
		calls := make([]Call, 0, len(docs))
		for _, d := range docs {
			id, err := protocol.ParseRoomID(d.ID)
			if err != nil {
				continue
			}
			link, err := ParseLink(d.Fields)
			if err != nil || link.Callee != uid || !link.ExpireAt.After(now) {
				continue
			}
			calls = append(calls, Call{ID: id, Ref: r.Link(id), Link: link})
		}
		each(calls)
	})
}
