//go:build unix

package local

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lockFolder waits until no other program holds the lock of the folder dir, and takes it. The lock ends
// with unlock, or with this process.
func lockFolder(ctx context.Context, dir string) (unlock func(), err error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("local: locking %s: %w", dir, err)
	}
	name := sha256.Sum256([]byte(abs))
	path := filepath.Join(os.TempDir(), "parley-"+hex.EncodeToString(name[:8])+".lock")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("local: locking %s: %w", dir, err)
	}
	ticker := time.NewTicker(askEvery)
	defer ticker.Stop()
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = file.Close() }, nil // closing unlocks
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("local: locking %s: %w", dir, err), file.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("local: locking %s: %w", dir, ctx.Err()), file.Close())
		case <-ticker.C:
		}
	}
}
