package bench

import (
	"context"
	"sync"
	"testing"
	"time"
)

// The baseline really connects and really echoes: a broken baseline would flatter us.
func TestBarePair(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	pair, err := dialBare(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer pair.Close()
	echoing, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { pair.echo(echoing) })
	for range 3 {
		if err := pair.roundTrip(ctx, "hello"); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	wg.Wait()
}
