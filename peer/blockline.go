package peer

import (
	"context"

	"github.com/parley-chat/parley/protocol"
)

// blockLine is a link's part in the room's files. Its goroutine takes what comes over the channel to the goroutine of
// groupFiles, which sends by itself.
type blockLine struct {
	peer   protocol.Identity
	blocks *blockChannel
	gone   <-chan struct{} // closed when the room wants nothing more of the link
	// admitted is closed when the other is known to be a member (SPEC B7). What it says before waits in pion.
	admitted chan struct{}
}

// lineNews is what the files hear of a line: one of begins, frame, drained and ended.
type lineNews struct {
	line    *blockLine
	begins  bool
	frame   protocol.BlockFrame
	drained bool
	ended   bool
}

func newBlockLine(l *groupLink) *blockLine {
	return &blockLine{peer: l.peer, blocks: l.t.blocks, gone: l.gone, admitted: make(chan struct{})}
}

// run carries frames until the link or ctx ends.
func (l *blockLine) run(ctx context.Context, news chan<- lineNews) {
	if !l.await(ctx, l.blocks.opened) {
		return
	}
	pass(ctx, news, lineNews{line: l, begins: true})
	defer pass(ctx, news, lineNews{line: l, ended: true})
	if !l.await(ctx, l.admitted) {
		return
	}
	for { // to the end, also after a bye: that somebody has all of a file often comes just before it
		select {
		case raw := <-l.blocks.frames:
			if frame, err := protocol.ParseBlockFrame(raw); err == nil { // B3
				pass(ctx, news, lineNews{line: l, frame: frame})
			}
		case <-l.blocks.low:
			pass(ctx, news, lineNews{line: l, drained: true})
		case <-l.blocks.over:
			return
		case <-l.blocks.t.closing:
			return
		case <-ctx.Done():
			return
		}
	}
}

// await waits for something; false if the link ends before.
func (l *blockLine) await(ctx context.Context, what <-chan struct{}) bool {
	select {
	case <-what:
		return true
	case <-l.blocks.t.ended:
	case <-l.gone:
	case <-ctx.Done():
	}
	return false
}
