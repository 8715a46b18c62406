package auth

import (
	"encoding/json"
	"fmt"
)

// Keep is where accounts outlive the process. Keys are unique to an account, not empty, and at most some
// hundred bytes; values are JSON of at most some ten thousand bytes. [Emulator] calls one method at a time.
// An account is changed only after Put or Delete has returned nil; an error makes the call fail, and is
// not told to the client.
type Keep interface {
	// Load gives the values of all keys, in any order. It is called once, by [Open].
	Load() ([][]byte, error)
	// Put makes value that of key.
	Put(key string, value []byte) error
	// Delete forgets key and its value. That there is none is no error.
	Delete(key string) error
}

// Open makes an emulator with the accounts that keep has, and keeps there what becomes of them. opts may be
// nil. More accounts than [Options.MaxUsers] are loaded all the same; only no new one is taken then.
// The error is that of keep, or says that a value is none that an emulator has kept.
func Open(keep Keep, opts *Options) (*Emulator, error) {
	e := New(opts)
	values, err := keep.Load()
	if err != nil {
		return nil, fmt.Errorf("auth: loading accounts: %w", err)
	}
	for _, value := range values {
		var u user
		if err := json.Unmarshal(value, &u); err != nil {
			return nil, fmt.Errorf("auth: loading accounts: %w", err)
		}
		if _, twice := e.users.find(u.Project, u.UID); twice || u.Project == "" || u.UID == "" {
			return nil, fmt.Errorf("auth: loading accounts: %q is there twice, or has no name", userKey{u.Project, u.UID})
		}
		if err := e.users.unique(u); err != nil {
			return nil, fmt.Errorf("auth: loading accounts: %q: %w", userKey{u.Project, u.UID}, err)
		}
		e.users.index(u)
	}
	e.users.keep = keep
	return e, nil
}
