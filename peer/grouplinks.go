package peer

import (
	"context"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
)

// send hands a frame to a link. Who does not take what is sent is not kept.
func (l *groupLife) send(ctx context.Context, a member.Send) {
	link := l.links[a.Peer]
	if link == nil {
		return // it has ended, and the member hears of it
	}
	frame, err := a.Frame.Encode()
	if err == nil && !link.put(frame, a.Bulk) {
		err = errSlow
	}
	if err != nil {
		delete(l.links, a.Peer)
		link.leave(nil)
		l.perform(ctx, l.member.Unlinked(a.Peer))
	}
}

// disconnect ends the link to somebody, or what is being made of one.
func (l *groupLife) disconnect(a member.Disconnect) {
	l.giveUp(a.Peer)
	if link := l.links[a.Peer]; link != nil {
		delete(l.links, a.Peer)
		link.leave(&a.Reason)
	}
}

// linked takes a link that both have said hello over.
func (l *groupLife) linked(ctx context.Context, o *opened, code protocol.RoomSecret) {
	with := member.Link{Theirs: *o.theirs.Room, Caller: o.role == protocol.Caller, Key: o.key, Code: code}
	peer := o.safety.Identity
	link := newGroupLink(o, l.news)
	living, stop := context.WithCancel(ctx)
	l.beside.Go(func() {
		defer stop()
		link.run(ctx, o.after)
	})
	l.beside.Go(func() {
		l.d.renew(living, o.t, func() { link.tell(living, linkNews{link: link, expires: true}) })
	})
	spare := protocol.BySpare
	if peer == l.member.Self() || !l.member.Replaces(peer, with) {
		link.leave(&spare)
		return
	}
	if old := l.links[peer]; old != nil {
		old.leave(&spare)
	}
	l.links[peer] = link
	l.beside.Go(func() { newBlockLine(link).run(ctx, l.files.lines) })
	l.entering = nil
	l.perform(ctx, l.member.Linked(peer, with))
}

// heard takes what a link tells. One that the room has given up has nothing to tell.
func (l *groupLife) heard(ctx context.Context, n linkNews) {
	if l.links[n.link.peer] != n.link {
		return
	}
	switch {
	case n.drained:
		l.perform(ctx, l.member.Drained(n.link.peer))
	case n.expires: // pion cannot take it to other credentials (SPEC M11): the member makes another one, if it wants one
		delete(l.links, n.link.peer)
		spare := protocol.BySpare
		n.link.leave(&spare)
		l.perform(ctx, l.member.Unlinked(n.link.peer))
	case !n.ended:
		l.perform(ctx, l.member.Received(n.link.peer, n.frame))
	default:
		delete(l.links, n.link.peer)
		n.link.leave(nil)
		if n.bye != nil {
			l.perform(ctx, l.member.Received(n.link.peer, protocol.Message{Kind: protocol.KindBye, Reason: *n.bye}))
		} else {
			l.perform(ctx, l.member.Unlinked(n.link.peer))
		}
	}
}
