package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/pion/transport/v4"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/disk"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

// fileRoom is a room of Go peers in this process that find each other through a store in memory. The first one sends.
type fileRoom struct {
	members   []*fileMember
	listening sync.WaitGroup
	hashed    time.Duration // how long the last file was read before it was said
}

type fileMember struct {
	*peer.Group

	known chan protocol.EventID // files that could be received
}

// newFileRoom makes a room in which everybody is linked to everybody; each is at a place of its own.
func newFileRoom(ctx context.Context, size int, place func() (transport.Net, error)) (*fileRoom, error) {
	r := &fileRoom{}
	memory := &signalingtest.Memory{}
	for i := range size {
		if err := r.enter(ctx, memory, i, place); err != nil {
			r.close()
			return nil, err
		}
	}
	for _, one := range r.members {
		for linksOf(one.Group) < size-1 {
			if err := pause(ctx, 10*time.Millisecond); err != nil {
				r.close()
				return nil, err
			}
		}
	}
	return r, nil
}

func (r *fileRoom) enter(
	ctx context.Context, store *signalingtest.Memory, i int, place func() (transport.Net, error),
) error {
	at, err := place()
	if err != nil {
		return err
	}
	o := &peer.Options{Net: at, Loopback: at == nil, ICEServers: []protocol.ICEServer{}}
	if at != nil {
		o.Settings = withoutNames
	}
	services := peer.Services{Store: store, UID: fmt.Sprint("m", i)}
	var g *peer.Group
	if i == 0 {
		g, err = peer.CreateGroup(ctx, services, protocol.RoomSettings{}, o)
	} else {
		g, err = peer.EnterGroup(ctx, services, r.members[0].Secret(), o)
	}
	if err != nil {
		return fmt.Errorf("bench: files: %w", err)
	}
	m := &fileMember{g, make(chan protocol.EventID)}
	r.members = append(r.members, m)
	r.listening.Go(func() { m.listen(ctx) })
	return nil
}

// listen takes notices until the room's end.
func (m *fileMember) listen(ctx context.Context) {
	for {
		n, err := m.Next(ctx)
		if err != nil {
			return
		}
		if n.File == nil || n.File.State != peer.FileOffered {
			continue
		}
		select {
		case m.known <- n.Entry.ID:
		case <-m.Done():
			return
		}
	}
}

// send sends a file to all others, and tells how long it took from their asking for it until the last one had it,
// checked and written.
func (r *fileRoom) send(ctx context.Context, path string) (took time.Duration, err error) {
	found, _, err := disk.Find([]string{path})
	if err != nil {
		return 0, fmt.Errorf("bench: files: %w", err)
	}
	begun := time.Now()
	id, err := r.members[0].SendFiles(ctx, found, peer.FileWords{}, nil)
	if err != nil {
		return 0, fmt.Errorf("bench: files: %w", err)
	}
	r.hashed = time.Since(begun)
	for _, m := range r.members[1:] {
		for known := (protocol.EventID{}); known != id; {
			select {
			case known = <-m.known:
			case <-ctx.Done():
				return 0, fmt.Errorf("bench: files: %w", ctx.Err())
			}
		}
	}
	folder, err := os.MkdirTemp(filepath.Dir(path), "into-*")
	if err != nil {
		return 0, fmt.Errorf("bench: files: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	errs := make([]error, len(r.members))
	var all sync.WaitGroup
	begun = time.Now()
	for i, m := range r.members[1:] {
		into := filepath.Join(folder, strconv.Itoa(i))
		if err := os.Mkdir(into, 0o700); err != nil {
			return 0, fmt.Errorf("bench: files: %w", err)
		}
		all.Go(func() { _, errs[i] = m.Receive(ctx, id, into) })
	}
	all.Wait()
	took = time.Since(begun)
	_, errs[len(errs)-1] = r.members[0].Delete(ctx, id) // nobody needs it any more
	return took, errors.Join(errs...)
}

func (r *fileRoom) close() {
	for _, m := range r.members {
		_ = m.Close() // it has no error to tell
	}
	r.listening.Wait()
}

// randomFile makes a file of so many bytes.
func randomFile(folder string, bytes int) (path string, err error) {
	file, err := os.CreateTemp(folder, "file-*")
	if err != nil {
		return "", fmt.Errorf("bench: files: %w", err)
	}
	_, err = io.CopyN(file, rand.NewChaCha8([32]byte{}), int64(bytes))
	return file.Name(), errors.Join(err, file.Close())
}
