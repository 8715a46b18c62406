package auth

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultPage  = 20  // accounts that accounts:batchGet tells at once
	defaultLimit = 500 // accounts that accounts:query tells, and the most it does
)

// ofProject are the accounts of a project for which wanted is true, by uid.
func (d *directory) ofProject(project string, wanted func(user) bool) []user {
	var users []user
	for key, u := range d.users {
		if key.project == project && wanted(u) {
			users = append(users, u)
		}
	}
	slices.SortFunc(users, func(a, b user) int { return cmp.Compare(a.UID, b.UID) })
	return users
}

// batchGet tells a page of all accounts by uid, after the one that nextPageToken names. A full page names
// its last, as the official emulator does, even if none comes after it.
func (e *Emulator) batchGet(c caller, asked url.Values) any {
	size, err := strconv.Atoi(asked.Get("maxResults"))
	if err != nil || size < 1 {
		size = defaultPage
	}
	size = min(size, maxBatch)
	after := asked.Get("nextPageToken")
	e.mu.Lock()
	defer e.mu.Unlock()
	users := e.users.ofProject(c.project, func(u user) bool { return u.UID > after })
	told := struct {
		Kind          string    `json:"kind"`
		Users         []account `json:"users"`
		NextPageToken string    `json:"nextPageToken,omitempty"`
	}{Kind: "identitytoolkit#DownloadAccountResponse"}
	if len(users) >= size {
		users = users[:size]
		told.NextPageToken = users[size-1].UID
	}
	told.Users = accountsOf(users)
	return told
}

// condition is met by an account that has all that it names. No account has a phone number.
type condition struct {
	Email       string `json:"email"`
	UID         string `json:"userId"`
	PhoneNumber string `json:"phoneNumber"`
}

func (q condition) met(u user) bool {
	return q.PhoneNumber == "" &&
		(q.Email == "" || u.Email == strings.ToLower(q.Email)) && (q.UID == "" || u.UID == q.UID)
}

type queryRequest struct {
	ReturnUserInfo *bool       `json:"returnUserInfo"` // nil: true
	Limit          wholeNumber `json:"limit"`
	Offset         wholeNumber `json:"offset"`
	SortBy         string      `json:"sortBy"`
	Order          string      `json:"order"`
	Expression     []condition `json:"expression"`
}

// sorting compares accounts by a field; false: not by this one.
func sorting(field string) (func(a, b user) int, bool) {
	switch field {
	case "", "SORT_BY_FIELD_UNSPECIFIED", "USER_ID":
		return func(a, b user) int { return cmp.Compare(a.UID, b.UID) }, true
	case "NAME":
		return func(a, b user) int { return cmp.Compare(a.DisplayName, b.DisplayName) }, true
	case "CREATED_AT":
		return func(a, b user) int { return a.CreatedAt.Compare(b.CreatedAt) }, true
	case "LAST_LOGIN_AT":
		return func(a, b user) int { return a.LastLogin.Compare(b.LastLogin) }, true
	case "USER_EMAIL":
		return func(a, b user) int { return cmp.Compare(a.Email, b.Email) }, true
	}
	return nil, false
}

// query tells the accounts that meet one of the conditions, or how many do.
func (e *Emulator) query(c caller, asked *queryRequest) (any, error) {
	compare, ok := sorting(asked.SortBy)
	if !ok {
		return nil, jsonError(" Invalid value at 'sortBy'.")
	}
	if asked.Limit < 0 || asked.Limit > defaultLimit || asked.Offset < 0 {
		return nil, refusal("INVALID_ARGUMENT : limit is from 1 to 500, offset from 0.")
	}
	users := e.users.ofProject(c.project, func(u user) bool {
		return len(asked.Expression) == 0 ||
			slices.ContainsFunc(asked.Expression, func(q condition) bool { return q.met(u) })
	})
	if asked.ReturnUserInfo != nil && !*asked.ReturnUserInfo {
		return map[string]string{"recordsCount": strconv.Itoa(len(users))}, nil
	}
	slices.SortStableFunc(users, compare)
	if asked.Order == "DESC" {
		slices.Reverse(users)
	}
	users = users[min(int(asked.Offset), len(users)):]
	users = users[:min(cmp.Or(int(asked.Limit), defaultLimit), len(users))]
	return map[string]any{"recordsCount": strconv.Itoa(len(users)), "userInfo": accountsOf(users)}, nil
}
