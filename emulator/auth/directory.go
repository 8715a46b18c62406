package auth

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

type userKey struct{ project, uid string }

// String is the key that a [Keep] knows the account by. Projects have no slash.
func (k userKey) String() string { return k.project + "/" + k.uid }

type emailKey struct{ project, email string }

type identityKey struct{ project, providerID, rawID string }

// directory holds the accounts of all projects. They change in put and remove alone. It is not safe for
// concurrent use: [Emulator] guards it.
type directory struct {
	maxUsers int
	random   *bufio.Reader
	keep     Keep // may be nil

	users      map[userKey]user
	byEmail    map[emailKey]string    // uid
	byIdentity map[identityKey]string // uid
}

func newDirectory(maxUsers int, random io.Reader) *directory {
	return &directory{
		maxUsers:   maxUsers,
		random:     bufio.NewReaderSize(random, 256),
		users:      make(map[userKey]user),
		byEmail:    make(map[emailKey]string),
		byIdentity: make(map[identityKey]string),
	}
}

// put creates the account, or puts it in the place of the one with its project and uid. When there are as
// many as are allowed, it refuses a new one. It refuses an email or an identity that another account has.
func (d *directory) put(u user) error {
	key := userKey{u.Project, u.UID}
	if _, known := d.users[key]; !known && len(d.users) >= d.maxUsers {
		return refusal("TOO_MANY_ATTEMPTS_TRY_LATER")
	}
	if err := d.unique(u); err != nil {
		return err
	}
	if d.keep != nil {
		encoded, err := json.Marshal(u)
		if err != nil {
			return fmt.Errorf("auth: encoding an account: %w", err)
		}
		if err := d.keep.Put(key.String(), encoded); err != nil {
			return fmt.Errorf("auth: keeping an account: %w", err)
		}
	}
	d.forget(key)
	d.index(u)
	return nil
}

// remove deletes an account if there is one.
func (d *directory) remove(key userKey) error {
	if _, ok := d.users[key]; !ok {
		return nil
	}
	if d.keep != nil {
		if err := d.keep.Delete(key.String()); err != nil {
			return fmt.Errorf("auth: deleting an account: %w", err)
		}
	}
	d.forget(key)
	return nil
}

func (d *directory) unique(u user) error {
	if uid, taken := d.byEmail[emailKey{u.Project, u.Email}]; taken && uid != u.UID {
		return refusal("EMAIL_EXISTS")
	}
	for _, i := range u.Identities {
		if uid, taken := d.byIdentity[identityKey{u.Project, i.ProviderID, i.RawID}]; taken && uid != u.UID {
			return refusal("FEDERATED_USER_ID_ALREADY_LINKED")
		}
	}
	return nil
}

// index makes u found. Nothing of an account with its key is there.
func (d *directory) index(u user) {
	d.users[userKey{u.Project, u.UID}] = u
	if u.Email != "" {
		d.byEmail[emailKey{u.Project, u.Email}] = u.UID
	}
	for _, i := range u.Identities {
		d.byIdentity[identityKey{u.Project, i.ProviderID, i.RawID}] = u.UID
	}
}

func (d *directory) forget(key userKey) {
	u, ok := d.users[key]
	if !ok {
		return
	}
	delete(d.users, key)
	delete(d.byEmail, emailKey{u.Project, u.Email})
	for _, i := range u.Identities {
		delete(d.byIdentity, identityKey{u.Project, i.ProviderID, i.RawID})
	}
}

func (d *directory) find(project, uid string) (user, bool) {
	u, ok := d.users[userKey{project, uid}]
	return u, ok
}

func (d *directory) findByEmail(project, email string) (user, bool) {
	uid, ok := d.byEmail[emailKey{project, email}]
	if !ok {
		return user{}, false
	}
	return d.find(project, uid)
}

func (d *directory) findByIdentity(project, providerID, rawID string) (user, bool) {
	uid, ok := d.byIdentity[identityKey{project, providerID, rawID}]
	if !ok {
		return user{}, false
	}
	return d.find(project, uid)
}

// Uids are like those that production makes.
const (
	uidAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	uidLength   = 28
)

// newUID draws each character evenly: a byte beyond the last whole multiple of the alphabet is drawn
// again.
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
