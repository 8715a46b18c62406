package blocks_test

import (
	"time"

	"github.com/parley-chat/parley/room/blocks"
)

type recorder struct{}

func (*recorder) step(time.Time, input, []blocks.Action, *blocks.Exchange) {}
