package auth

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// errFull says that no further user is kept.
var errFull = errors.New("auth: as many users as are allowed")

// user is one anonymous account. Its fields other than lastRefresh never change.
type user struct {
	project      string
	uid          string
	refreshToken string
	createdAt    time.Time
	lastRefresh  time.Time // guarded by directory.mu
}

type userKey struct{ project, uid string }

// directory keeps the users of all projects. It is safe for concurrent use.
type directory struct {
	maxUsers int

	mu        sync.Mutex
	random    *bufio.Reader     // guarded by mu
	byUID     map[userKey]*user // guarded by mu
	byRefresh map[string]*user  // guarded by mu
}

func newDirectory(maxUsers int, random io.Reader) *directory {
	return &directory{
		maxUsers:  maxUsers,
		random:    bufio.NewReaderSize(random, 256),
		byUID:     make(map[userKey]*user),
		byRefresh: make(map[string]*user),
	}
}

// add makes a user. It returns errFull when there are too many, and the error of the random source.
func (d *directory) add(project string, now time.Time) (user, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.byUID) >= d.maxUsers {
		return user{}, errFull
	}
	uid, err := d.newUID()
	if err != nil {
		return user{}, err
	}
	token := make([]byte, refreshTokenBytes)
	if _, err := io.ReadFull(d.random, token); err != nil {
		return user{}, fmt.Errorf("auth: making a refresh token: %w", err)
	}
	u := &user{
		project:      project,
		uid:          uid,
		refreshToken: base64.RawURLEncoding.EncodeToString(token),
		createdAt:    now,
		lastRefresh:  now,
	}
	d.byUID[userKey{project, uid}] = u
	d.byRefresh[u.refreshToken] = u
	return *u, nil
}

// refreshTokenBytes are random. uidAlphabet and uidLength are those of the uids that production makes.
const (
	refreshTokenBytes = 32

	uidAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	uidLength   = 28
)

// newUID draws each character evenly: a byte beyond the last whole multiple of the alphabet is drawn
// again. d.mu is held.
func (d *directory) newUID() (string, error) {
	const even = 256 / len(uidAlphabet) * len(uidAlphabet)
	uid := make([]byte, 0, uidLength)
	for len(uid) < uidLength {
		b, err := d.random.ReadByte()
		if err != nil {
			return "", fmt.Errorf("auth: making a uid: %w", err)
		}
		if int(b) < even {
			uid = append(uid, uidAlphabet[int(b)%len(uidAlphabet)])
		}
	}
	return string(uid), nil
}

func (d *directory) find(project, uid string) (user, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	u, ok := d.byUID[userKey{project, uid}]
	if !ok {
		return user{}, false
	}
	return *u, true
}

// refreshError is a refusal by one of Secure Token's codes.
type refreshError string

func (e refreshError) Error() string { return string(e) }

// refresh finds the user of a refresh token and notes that it was used now. A token of the right form
// without a user is one whose user was deleted, or lost with an earlier process.
func (d *directory) refresh(token string, now time.Time) (user, error) {
	if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != refreshTokenBytes {
		return user{}, refreshError("INVALID_REFRESH_TOKEN")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	u, ok := d.byRefresh[token]
	if !ok {
		return user{}, refreshError("USER_NOT_FOUND")
	}
	u.lastRefresh = now
	return *u, nil
}

// remove deletes a user and its refresh token, and reports whether there was one.
func (d *directory) remove(project, uid string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := userKey{project, uid}
	u, ok := d.byUID[key]
	if ok {
		delete(d.byUID, key)
		delete(d.byRefresh, u.refreshToken)
	}
	return ok
}
