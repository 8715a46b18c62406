package peer

import (
	"errors"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// helloWait bounds how long a hello is waited for: the other may be of before SPEC section 11.
const helloWait = 2 * time.Second

// opened is what an attempt comes to: an open channel to somebody who has proved who it is, and, but in a room of many,
// the conversation that goes on over it, a new one or one that was there before.
type opened struct {
	t      *transport
	safety Safety
	role   protocol.Role // of this side
	key    protocol.Key  // the other's, of the link
	conn   *Conn
	isNew  bool
	theirs *protocol.Hello // nil: the other is of before SPEC section 11
	told   uint64          // how far our hello said that the other was heard
	after  func()          // what is to be done once the connection is open (SPEC D11)
}

// discard ends what nobody wants.
func (o *opened) discard() {
	o.t.close()
	o.after()
}

// conversation finds the one that goes on with this identity, or begins one.
func (a *attempt) conversation() (*Conn, bool, error) {
	if a.find != nil {
		if c := a.find(a.proving.safety.Identity); c != nil {
			return c, false, nil
		}
	}
	c, err := newConn(a)
	return c, true, err
}

// hello is this side's, of the conversation or the room.
func (a *attempt) hello(o *opened) (protocol.Hello, error) {
	if a.inRoom != nil {
		ours := a.inRoom()
		return protocol.Hello{Room: &ours}, nil
	}
	var err error
	if o.conn, o.isNew, err = a.conversation(); err != nil {
		return protocol.Hello{}, err
	}
	ours := o.conn.hello()
	if ours.Heard != nil {
		o.told = ours.Heard.N
	}
	return ours, nil
}

// greet exchanges hellos (SPEC M1, R4). The channel is open, and the other has proved who it is.
func (a *attempt) greet() (*opened, error) {
	o := &opened{t: a.t, safety: a.proving.safety, role: a.role, key: a.seal.theirs}
	ours, err := a.hello(o)
	if err != nil {
		return nil, err
	}
	if a.t.send(protocol.Message{Kind: protocol.KindHello, Hello: ours}) != nil {
		return nil, failure(ConnectionFailed, errors.New("the channel closed"))
	}
	late := time.NewTimer(helloWait)
	defer late.Stop()
	select {
	case o.theirs = <-a.t.hello:
	case <-late.C:
	case <-a.t.ended: // what came before is still to be heard
		select {
		case o.theirs = <-a.t.hello:
		default:
		}
	}
	if a.inRoom != nil && (o.theirs == nil || o.theirs.Room == nil) {
		return nil, failure(ProtocolError, errors.New("they do not speak of a room"))
	}
	return o, nil
}
