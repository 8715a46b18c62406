package peer

import "time"

// outgoing is a frame, or a mark that is answered when all before it was handed over.
type outgoing struct {
	frame string
	mark  chan struct{}
}

// write hands frames to the channel, in order. It ends when the connection does, or after the bye.
func (c *Conn) write() {
	for {
		select {
		case out := <-c.queue:
			if !c.handOver(out, nil) {
				return
			}
		case <-c.leave:
			c.writeRest()
			return
		case <-c.t.bye:
			return
		case <-c.t.ended:
			return
		}
	}
}

// writeRest hands over what is left and the bye, and waits until it is acknowledged.
func (c *Conn) writeRest() {
	late := time.NewTimer(byeWait)
	defer late.Stop()
	for {
		select {
		case out := <-c.queue:
			if !c.handOver(out, late.C) {
				return
			}
			continue
		default:
		}
		break
	}
	c.t.sayBye(late.C)
}

// handOver waits until the transport has room, and says false when there is nobody to hand to any more.
func (c *Conn) handOver(out outgoing, late <-chan time.Time) bool {
	if out.mark != nil {
		close(out.mark)
		return true
	}
	leave := c.leave
	if late != nil {
		leave = nil
	}
	for c.t.channel.BufferedAmount()+uint64(len(out.frame)) > maxBuffered {
		select {
		case <-c.t.low:
		case <-c.t.ended:
			return false
		case <-late:
			return false
		case <-leave:
			// From here on the wait is bounded; the frame is still the first.
			timer := time.NewTimer(byeWait)
			defer timer.Stop()
			late, leave = timer.C, nil
		}
	}
	return c.t.channel.SendText(out.frame) == nil
}
