package differential_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// tally counts what was compared. The worlds of a test share one; read it when they are over.
type tally struct {
	mu       sync.Mutex
	kinds    map[string]int // operations, as the package's doc counts them; guarded by mu
	requests int            // to each server; guarded by mu
	decided  int            // of the operations, what rules were asked about; guarded by mu
	refused  int            // requests that both refused; guarded by mu
	broken   int            // what was not compared, since the official emulator failed inside; guarded by mu
}

func (c *tally) add(o operation, outcomes []outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kinds == nil {
		c.kinds = map[string]int{}
	}
	o.count(func(as caller, kind string, n int) {
		c.kinds[kind] += n
		if as != owner {
			c.decided += n
		}
	})
	c.requests += len(outcomes)
	for _, one := range outcomes {
		if one.code != codes.OK {
			c.refused++
		}
	}
}

func (c *tally) addBroken() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken++
}

func (c *tally) operations() int {
	sum := 0
	for _, n := range c.kinds {
		sum += n
	}
	return sum
}

func (c *tally) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d operations in %d requests to each server; rules were asked about %d operations; both refused "+
		"%d requests; the official emulator broke at %d", c.operations(), c.requests, c.decided, c.refused, c.broken)
	for _, kind := range slices.Sorted(maps.Keys(c.kinds)) {
		fmt.Fprintf(&text, "\n%8d %s", c.kinds[kind], kind)
	}
	return text.String()
}

// kindOf is what a request's operations are counted as.
func kindOf(m proto.Message) string {
	return strings.TrimSuffix(string(m.ProtoReflect().Descriptor().Name()), "Request")
}
