package peer

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
	"github.com/parley-chat/parley/signaling"
)

// maxAnswered bounds the introductions whose answers are remembered.
const maxAnswered = 1024

// errNotThere is the end of a call to somebody who has no document in the store.
var errNotThere = errors.New("peer: they are no door")

// groupTry is one attempt to connect to another member.
type groupTry struct {
	peer   protocol.Identity   // zero: whoever is there
	code   protocol.RoomSecret // where it is made through the store; zero for an introduction
	uid    string              // of who is called through the store, or calls
	door   *door               // at which it is answered; nil if this side calls
	cancel context.CancelFunc

	intro *introduction // nil for the store
	id    protocol.RoomID

	link *opened
	err  error
}

// try runs an attempt beside the room.
func (l *groupLife) try(ctx context.Context, t *groupTry, attempt func(context.Context) (*opened, error)) {
	ctx, cancel := context.WithCancel(ctx)
	t.cancel = cancel
	l.tries[t] = struct{}{}
	l.beside.Go(func() {
		defer cancel()
		t.link, t.err = attempt(ctx)
		l.results <- t // taken by step, or by drain
	})
}

// giveUp ends attempts with somebody; what they still bring is closed.
func (l *groupLife) giveUp(peer protocol.Identity) {
	for t := range l.tries {
		if t.peer == peer {
			t.cancel()
			delete(l.tries, t)
		}
	}
}

// result takes what an attempt came to.
func (l *groupLife) result(ctx context.Context, t *groupTry) {
	_, wanted := l.tries[t]
	delete(l.tries, t)
	if t.door != nil {
		t.door.answering--
	}
	switch {
	case t.link != nil && wanted:
		l.linked(ctx, t.link, t.code)
	case t.link != nil:
		l.beside.Go(t.link.discard)
	case wanted && t.peer != (protocol.Identity{}):
		l.perform(ctx, l.member.Failed(t.peer))
	case wanted && t.door == nil:
		l.callNext(t.err)
	}
}

// inRoom sets up an attempt for the room.
func (l *groupLife) inRoom(peer protocol.Identity) func(*attempt) {
	return func(a *attempt) {
		a.t.many, a.expected = true, peer
		a.inRoom = func() protocol.RoomHello { return *l.hello.Load() }
	}
}

// connect calls somebody.
func (l *groupLife) connect(ctx context.Context, a member.Connect) {
	l.giveUp(a.Peer)
	if a.ByStore {
		t := &groupTry{peer: a.Peer, code: l.member.Code()}
		l.try(ctx, t, func(ctx context.Context) (*opened, error) {
			doors, err := l.room(t.code).Doors(ctx)
			if err != nil {
				return nil, err
			}
			at := slices.IndexFunc(doors, func(m signaling.Member) bool { return m.Key == a.Key && m.UID != l.d.UID })
			if at < 0 {
				return nil, errNotThere
			}
			return l.callDoor(ctx, t, doors[at])
		})
		return
	}
	id, err := protocol.NewRoomID(l.d.o.Random)
	if err != nil {
		l.perform(ctx, l.member.Failed(a.Peer))
		return
	}
	t := &groupTry{peer: a.Peer, id: id, intro: l.introduction(a.Peer, id)}
	seal := l.introduces(id, a.Key)
	l.try(ctx, t, func(ctx context.Context) (*opened, error) {
		offering, err := l.d.offering(ctx)
		if err != nil {
			return nil, err
		}
		attempt := l.d.newAttempt(t.intro, offering, protocol.Caller, seal)
		l.inRoom(a.Peer)(attempt)
		return attempt.call(ctx, t.intro.WriteOffer)
	})
}

// callDoor calls a member through the store.
func (l *groupLife) callDoor(ctx context.Context, t *groupTry, m signaling.Member) (*opened, error) {
	id, err := protocol.NewRoomID(l.d.o.Random)
	if err != nil {
		return nil, err
	}
	return l.d.callMember(ctx, l.room(t.code), l.sealing(t.code, id, m.Key), m.UID, l.inRoom(t.peer))
}

// introduced takes an offer or an answer that neighbours have passed on.
func (l *groupLife) introduced(ctx context.Context, a member.Introduced) {
	if a.Step != protocol.StepOffer {
		for t := range l.tries {
			if t.peer == a.From && t.intro != nil && t.id == a.Link {
				t.intro.answered(a.Sealed)
			}
		}
		return
	}
	seal := l.introduces(a.Link, a.Key)
	_, err := seal.description(protocol.KindOffer, a.Sealed)
	if err != nil || slices.Contains(l.answered, a.Link) {
		l.perform(ctx, l.member.Failed(a.From))
		return
	}
	l.answered = append(l.answered, a.Link)
	l.answered = l.answered[max(0, len(l.answered)-maxAnswered):]
	l.giveUp(a.From)
	t := &groupTry{peer: a.From, id: a.Link, intro: l.introduction(a.From, a.Link)}
	l.try(ctx, t, func(ctx context.Context) (*opened, error) {
		offer := signaling.Link{CallerKey: a.Key, Offer: a.Sealed}
		return l.d.accept(ctx, t.intro, offer, seal, l.d.prepare(ctx, l.d.answering), l.inRoom(a.From))
	})
}

func (l *groupLife) introduction(peer protocol.Identity, id protocol.RoomID) *introduction {
	return &introduction{
		caller: l.d.UID, answers: make(chan []byte, 1),
		send: func(ctx context.Context, step protocol.Step, sealed []byte) error {
			return l.ask(ctx, func(ctx context.Context, l *groupLife) {
				l.perform(ctx, l.member.Introduce(peer, step, id, sealed))
			})
		},
	}
}

// introduces is the sealing of an introduction (SPEC O8).
func (l *groupLife) introduces(id protocol.RoomID, theirs protocol.Key) sealing {
	return sealing{
		sealer: l.stay, suite: protocol.SuitePair, room: introductionRoom(l.member.Root()), link: id,
		mine: l.key, theirs: theirs,
	}
}

// sealing is that of a link through the store.
func (l *groupLife) sealing(code protocol.RoomSecret, id protocol.RoomID, theirs protocol.Key) sealing {
	return sealing{
		sealer: protocol.NewRoomSealer(code, l.d.o.Random), suite: protocol.SuiteRoom, room: code.RoomID(), link: id,
		mine: l.key, theirs: theirs,
	}
}

// room names the room's documents at a code.
func (l *groupLife) room(code protocol.RoomSecret) signaling.RoomRef {
	return signaling.MeshRoom(l.d.Store, code.RoomID())
}

// introductionRoom is the room of an introduction's place: it stays when the room's code moves.
func introductionRoom(root protocol.EventID) protocol.RoomID {
	return protocol.RoomID(base64.RawURLEncoding.EncodeToString(root[:20]))
}
