package membertest

import (
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
)

// perform does what the member asks for.
func (p *Person) perform(actions []member.Action) {
	for _, action := range actions {
		if p.Member == nil {
			return
		}
		switch a := action.(type) {
		case member.Send:
			p.send(p.world.byPeer[a.Peer], a.Frame, a.Bulk)
		case member.Connect:
			p.connect(a)
		case member.Disconnect:
			p.hangUp(p.world.byPeer[a.Peer], a.Reason)
		case member.Introduced:
			p.introduced(a)
		case member.Enter:
			p.enter()
		case member.OpenDoor:
			p.open(a.Code)
		case member.CloseDoor:
			p.world.Counts.Writes++
			delete(p.world.store[a.Code], p)
			delete(p.opened, a.Code)
		case member.CreateRoom:
			p.world.createRoom(a.Code)
		case member.Moved:
			p.kept.codes = append(p.kept.codes, a.Code)
		case member.Took:
			p.keep(a.IDs)
		case member.Forgot:
			p.keep(a.IDs)
		case member.Fault:
			p.Faults = append(p.Faults, a)
		case member.Ended:
			p.Ended = a.Reason
			p.Member = nil
		case member.Changed, member.People, member.Typists:
		}
	}
}

// open writes a document, and answers what comes there.
func (p *Person) open(code protocol.RoomSecret) {
	p.world.createRoom(code)
	p.world.Counts.Writes++
	p.world.store[code][p] = document{key: p.key, joined: p.world.now}
	p.opened[code] = true
}

// keep writes events to the device.
func (p *Person) keep(ids []protocol.EventID) {
	for _, id := range ids {
		e, _ := p.Member.Event(id)
		if _, known := p.kept.events[id]; !known {
			p.kept.order = append(p.kept.order, id)
			if _, again := p.Arrived[id]; !again {
				p.Arrived[id] = p.world.now
			}
		}
		p.kept.events[id] = e
	}
	p.kept.chain, p.kept.n = p.Member.Chain()
}
