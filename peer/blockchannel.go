package peer

import (
	"slices"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/protocol"
)

// Bounds of what is on its way out in a channel for blocks (SPEC B3).
const (
	minBlockBound = 64 << 10
	maxBlockBound = 1 << 20
	// blockAhead is how long what is on its way takes to leave.
	blockAhead = 50 * time.Millisecond
	// rateEvery is how long the rate is measured at least, and tripEvery how often the round trip is looked at.
	rateEvery = 20 * time.Millisecond
	tripEvery = time.Second
	// keptTrips is of how many looks the shortest round trip counts.
	keptTrips = 16
)

// blockChannel is the channel of SPEC B3 in a transport. pion calls its handlers; what comes waits in pion until
// somebody takes it: a frame may overtake the hello, which is in another channel. The other methods are one
// goroutine's.
type blockChannel struct {
	t       *transport
	channel *webrtc.DataChannel
	opened  chan struct{} // closed when it is open
	frames  chan []byte   // what comes
	over    chan struct{} // closed when it is closed, and all that came was taken
	low     chan struct{} // one notice: more can be sent

	bound     int
	threshold int    // at which low comes
	sent      uint64 // bytes in all

	rate float64 // bytes in a second; 0 if it is not known
	// since is when what is not yet measured began to leave, and left how much had left then; zero if nothing leaves. In
	// the time busy, before since, other bytes have left.
	since time.Time
	left  uint64
	busy  time.Duration
	bytes uint64

	trips      []time.Duration
	tripLooked time.Time
}

func newBlockChannel(pc *webrtc.PeerConnection, t *transport) (*blockChannel, error) {
	channel, err := newChannel(pc, protocol.BlocksLabel, protocol.BlocksID)
	if err != nil {
		return nil, err
	}
	b := &blockChannel{
		t: t, channel: channel, opened: make(chan struct{}), over: make(chan struct{}), frames: make(chan []byte),
		low: make(chan struct{}, 1), bound: minBlockBound,
	}
	channel.OnBufferedAmountLow(func() { notify(b.low) })
	channel.OnOpen(func() { close(b.opened) })
	channel.OnClose(func() { close(b.over) }) // as in transport.listen
	channel.OnMessage(func(m webrtc.DataChannelMessage) {
		if m.IsString || !t.many {
			return // B3
		}
		select {
		case b.frames <- m.Data:
		case <-t.closing:
		}
	})
	return b, nil
}

// send hands a frame over. It does not wait. One that cannot be sent is lost with the connection.
func (b *blockChannel) send(frame []byte, now time.Time) {
	if b.buffered() == 0 {
		b.since, b.left = now, b.sent
	}
	if b.channel.Send(frame) != nil {
		return
	}
	b.sent += uint64(len(frame))
	if b.threshold == 0 {
		b.watch()
	}
}

// watch makes low come when half of the bound is free; if it is already, when all is. The bound may have become smaller
// since the last time.
func (b *blockChannel) watch() {
	half := b.bound / 2
	threshold := 0
	if b.buffered() > half {
		threshold = half
	}
	if threshold != b.threshold {
		b.threshold = threshold
		b.channel.SetBufferedAmountLowThreshold(uint64(threshold))
	}
	if threshold > 0 && b.buffered() <= threshold {
		notify(b.low) // it fell before pion knew the threshold
	}
}

func (b *blockChannel) buffered() int { return int(b.channel.BufferedAmount()) } //nolint:gosec // at most the bound

// drained gives how many more bytes may be handed over. It is called at first, and after low, which comes when half of
// the bound is free, and when all is.
func (b *blockChannel) drained(now time.Time) int {
	b.measure(now)
	b.watch()
	return max(0, b.bound-b.buffered()) // looked at again: it may have fallen before the threshold did
}

// measure finds out the bound. pion's bufferedAmount has what is on its way and not acknowledged too, which is what
// leaves in a round trip; the shortest one, or the queues on the way would be filled.
func (b *blockChannel) measure(now time.Time) {
	if b.since.IsZero() {
		return
	}
	buffered := uint64(b.buffered()) //nolint:gosec // not negative
	left := b.sent - min(b.sent, buffered)
	b.busy += now.Sub(b.since)
	b.bytes += left - b.left
	b.since, b.left = now, left
	if buffered == 0 {
		b.since = time.Time{}
	}
	if b.busy < rateEvery {
		return
	}
	rate := float64(b.bytes) / b.busy.Seconds()
	if b.rate == 0 {
		b.rate = rate
	}
	b.rate += (rate - b.rate) / 2
	b.busy, b.bytes = 0, 0
	trip := b.trip(now)
	most := maxBlockBound + b.rate*trip.Seconds()
	b.bound = int(min(max(minBlockBound, b.rate*(blockAhead+trip).Seconds()), most))
}

// trip is the shortest of the last round trips that ICE has measured; zero if there is none.
func (b *blockChannel) trip(now time.Time) time.Duration {
	if now.Sub(b.tripLooked) >= tripEvery {
		b.tripLooked = now
		pair, there := b.t.ice.GetSelectedCandidatePairStats()
		if there && pair.CurrentRoundTripTime > 0 {
			b.trips = append(b.trips, time.Duration(pair.CurrentRoundTripTime*float64(time.Second)))
			b.trips = b.trips[max(0, len(b.trips)-keptTrips):]
		}
	}
	if len(b.trips) == 0 {
		return 0
	}
	return slices.Min(b.trips)
}

// awaitOver waits until what came was taken, when the other has closed its channels.
func (b *blockChannel) awaitOver() {
	late := time.NewTimer(endWait)
	defer late.Stop()
	select {
	case <-b.over:
	case <-late.C:
	}
}
