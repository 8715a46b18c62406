package peer_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/files"
)

const (
	troubleBytes = 33 * files.PieceBytes
	// longTrouble is when nobody looks for the other any more in their links.
	longTrouble = 40 * time.Second
)

// trouble is a file on its way to Ben, of which so many bytes have come.
type trouble struct {
	w        *peertest.World
	ana, ben *peer.Group
	cables   [2]*peertest.Cable // Ana's and Ben's
	path     string
	into     string
	id       protocol.EventID
	receive  context.CancelFunc
	done     chan error // what Ben's Receive came to
}

// Whatever happens when a part of a file has come, all of it arrives, or a name says why not, and never a wrong byte.
func TestFilesInTrouble(t *testing.T) {
	for what, happens := range map[string]func(*testing.T, *trouble){
		"the network is gone and back":            troubleOfNetwork,
		"who receives is gone and back":           troubleOfReceiver,
		"who sends is gone, another holder stays": troubleOfSender,
		"the file is changed":                     troubleOfChange,
		"who receives stops and goes on":          troubleOfStop,
	} {
		for _, percent := range []int64{1, 37, 60} {
			t.Run(fmt.Sprint(what, " at ", percent), func(t *testing.T) {
				inWorld(t, func(t *testing.T, w *peertest.World) { happens(t, inTrouble(t, w, percent)) })
			})
		}
	}
}

func inTrouble(t *testing.T, w *peertest.World, percent int64) *trouble {
	t.Helper()
	x := &trouble{w: w, into: t.TempDir(), done: make(chan error, 1)}
	o, cable := w.Options(t)
	x.cables[0] = cable
	x.ana = createWith(t, w, "Ana", o)
	o, cable = w.Options(t)
	x.cables[1] = cable
	x.ben = enterWith(t, w, "Ben", x.ana.Secret(), o)
	x.path = writeFile(t, t.TempDir(), "film", troubleBytes, byte(percent))
	x.id = sendFiles(t, x.ana, x.path)
	offered(t, x.ben)
	x.begin(t, x.ben)
	for x.here(t) < troubleBytes*percent/100-files.PieceBytes+1 { // whole blocks of it
		<-time.After(10 * time.Microsecond)
	}
	if here := x.here(t); here == troubleBytes {
		t.Error("it was sooner than the trouble")
	}
	return x
}

// begin lets somebody receive the file where Ben did.
func (x *trouble) begin(t *testing.T, g *peer.Group) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute) // virtual
	x.receive = stop
	go func() {
		defer stop()
		_, err := g.Receive(ctx, x.id, x.into)
		x.done <- err
	}()
}

func (x *trouble) here(t *testing.T) int64 {
	t.Helper()
	f, err := x.ben.File(t.Context(), x.id)
	if err != nil {
		t.Fatal(err)
	}
	return f.Here
}

func (x *trouble) arrives(t *testing.T) {
	t.Helper()
	if err := <-x.done; err != nil {
		t.Fatalf("receive: %v", err)
	}
	sameFile(t, x.path, filepath.Join(x.into, "film"))
}

func troubleOfNetwork(t *testing.T, x *trouble) {
	x.cables[0].Cut()
	<-time.After(longTrouble)
	x.cables[0].Mend()
	x.arrives(t)
}

func troubleOfReceiver(t *testing.T, x *trouble) {
	x.cables[1].Cut() // no word of farewell
	_ = x.ben.Close()
	<-x.done
	x.ben = enterGroup(t, x.w, "Ben again", x.ana.Secret())
	offered(t, x.ben)
	x.begin(t, x.ben)
	x.arrives(t)
}

func troubleOfStop(t *testing.T, x *trouble) {
	x.receive()
	if err := <-x.done; err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	} else if err == nil {
		sameFile(t, x.path, filepath.Join(x.into, "film"))
		return // it was sooner
	}
	x.begin(t, x.ben)
	x.arrives(t)
}

// Eve has all of it when Ana goes for ever; Ben, who was away meanwhile, gets the rest from her.
func troubleOfSender(t *testing.T, x *trouble) {
	x.cables[1].Cut()
	eve := enterGroup(t, x.w, "Eve", x.ana.Secret())
	offered(t, eve)
	hers := t.TempDir()
	receive(t, eve, x.id, hers)
	x.cables[0].Cut()
	_ = x.ana.Close()
	x.cables[1].Mend()
	x.arrives(t)
	sameFile(t, x.path, filepath.Join(hers, "film"))
}

// Nothing of what the file is now is ever taken for the file. Who sent it is told.
func troubleOfChange(t *testing.T, x *trouble) {
	before := sumOf(t, x.path)
	writeFile(t, filepath.Dir(x.path), "film", troubleBytes, 200)
	for begun := time.Now(); ; <-time.After(time.Millisecond) {
		f, err := x.ana.File(t.Context(), x.id)
		if err != nil {
			t.Fatal(err)
		}
		if f.State == peer.FileFailed {
			if !errors.Is(f.Err, peer.ErrFileChanged) {
				t.Errorf("[F7] Ana is told %v", f.Err)
			}
			break
		}
		if len(f.Arrived) > 0 { // it was sooner
			break
		}
		if time.Since(begun) > 10*time.Minute { // virtual
			t.Fatalf("[F7] Ana is told nothing: %+v", f)
		}
	}
	x.receive()
	switch err := <-x.done; {
	case err == nil:
		if sumOf(t, filepath.Join(x.into, "film")) != before {
			t.Error("another file has come")
		}
	case errors.Is(err, context.Canceled):
		if _, err := os.Stat(filepath.Join(x.into, "film")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("it has a name, but not all has come: %v", err)
		}
	default:
		t.Error(err)
	}
}
