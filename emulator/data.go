package emulator

import (
	"fmt"

	"github.com/parley-chat/parley/emulator/auth"
	"github.com/parley-chat/parley/emulator/internal/durable"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// What can be wrong with a data directory.
var (
	// ErrDamaged says that its file is not what was written to it. Nothing of it is served.
	ErrDamaged = durable.ErrDamaged
	// ErrInUse says that another process has it.
	ErrInUse = durable.ErrInUse
)

// openData opens a data directory; nil without one.
func openData(dir string) (*durable.File, error) {
	if dir == "" {
		return nil, nil //nolint:nilnil // there is none, and that is no error
	}
	f, err := durable.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("emulator: data directory: %w", err)
	}
	return f, nil
}

func closeData(f *durable.File) error {
	if f == nil {
		return nil
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("emulator: data directory: %w", err)
	}
	return nil
}

// openAccounts opens the accounts that a data directory has; without one there are none yet.
func openAccounts(f *durable.File, o *auth.Options) (*auth.Emulator, error) {
	if f == nil {
		return auth.New(o), nil
	}
	accounts, err := auth.Open(f.Bucket("accounts"), o)
	if err != nil {
		return nil, fmt.Errorf("emulator: data directory: %w", err)
	}
	return accounts, nil
}

// journal is the data as the stores know it; nil without any.
func journal(f *durable.File) store.Journal {
	if f == nil {
		return nil
	}
	return f
}
