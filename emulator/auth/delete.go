package auth

import (
	"net/http"
)

type deleteRequest struct {
	IDToken string `json:"idToken"`
	LocalID string `json:"localId"`
}

// delete removes the account of the token, or the one that the administrator names.
func (e *Emulator) delete(c caller, asked *deleteRequest) (any, error) {
	u, _, err := e.target(c, asked.IDToken, asked.LocalID)
	if err != nil {
		return nil, err
	}
	if err := e.users.remove(userKey{u.Project, u.UID}); err != nil {
		return nil, err
	}
	return map[string]string{"kind": "identitytoolkit#DeleteAccountResponse"}, nil
}

// target is the account that a call is about: the client's own, or the one that the administrator names.
// The session is of a client alone.
func (e *Emulator) target(c caller, token, uid string) (user, session, error) {
	if token != "" {
		return e.userOfToken(token)
	}
	if !c.owner {
		return user{}, session{}, refusal("MISSING_ID_TOKEN")
	}
	if uid == "" {
		return user{}, session{}, refusal("MISSING_LOCAL_ID")
	}
	u, ok := e.users.find(c.project, uid)
	if !ok {
		return user{}, session{}, refusal("USER_NOT_FOUND")
	}
	return u, session{}, nil
}

// maxBatch is how many accounts a batch call names or tells at most, as in production.
const maxBatch = 1000

type batchDeleteRequest struct {
	LocalIDs []string `json:"localIds"`
	Force    bool     `json:"force"`
}

type notDeleted struct {
	Index   int    `json:"index"`
	LocalID string `json:"localId"`
	Message string `json:"message"`
}

// batchDelete removes those accounts that are there. Without force they must be disabled.
func (e *Emulator) batchDelete(c caller, asked *batchDeleteRequest) (any, error) {
	if len(asked.LocalIDs) == 0 || len(asked.LocalIDs) > maxBatch {
		return nil, refusal("LOCAL_ID_LIST_EXCEEDS_LIMIT")
	}
	told := struct {
		Errors []notDeleted `json:"errors,omitempty"`
	}{}
	for i, uid := range asked.LocalIDs {
		u, ok := e.users.find(c.project, uid)
		if ok && !u.Disabled && !asked.Force {
			told.Errors = append(told.Errors, notDeleted{
				Index: i, LocalID: uid, Message: "NOT_DISABLED : Disable the account before batch deletion.",
			})
			continue
		}
		if err := e.users.remove(userKey{c.project, uid}); err != nil {
			return nil, err
		}
	}
	return told, nil
}

// clear removes all accounts of a project: DELETE /emulator/v1/projects/P/accounts, which anybody on
// this machine may call, as in the official emulator.
func (e *Emulator) clear(w http.ResponseWriter, r *http.Request) {
	answer(w, struct{}{}, e.removeAll(r.PathValue("project")))
}

func (e *Emulator) removeAll(project string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for key := range e.users.users {
		if key.project != project {
			continue
		}
		if err := e.users.remove(key); err != nil {
			return err
		}
	}
	return nil
}
