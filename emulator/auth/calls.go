package auth

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
)

// action does one call. Emulator.mu is held.
type action func(e *Emulator, c caller, body []byte) (any, error)

// taking makes an action of a function that takes the body as a T.
func taking[T any](do func(*Emulator, caller, *T) (any, error)) action {
	return func(e *Emulator, c caller, body []byte) (any, error) {
		var asked T
		if err := decode(body, &asked); err != nil {
			return nil, err
		}
		return do(e, c, &asked)
	}
}

// actionOf is by the last part of the path. Clients' actions are the administrator's too.
func actionOf(call string, owner bool) (action, bool) {
	switch call {
	case "accounts:signUp":
		return taking((*Emulator).signUp), true
	case "accounts:signInWithIdp":
		return taking((*Emulator).signInWithIdp), true
	case "accounts:lookup":
		return taking((*Emulator).lookup), true
	case "accounts:update":
		return taking((*Emulator).update), true
	case "accounts:delete":
		return taking((*Emulator).delete), true
	case "accounts":
		return taking((*Emulator).create), owner
	case "accounts:batchDelete":
		return taking((*Emulator).batchDelete), owner
	case "accounts:query":
		return taking((*Emulator).query), owner
	}
	return nil, false
}

// unsupported tells of a call that the API has and this emulator does not.
func unsupported(call string) bool {
	return slices.Contains([]string{
		"accounts:batchCreate", "accounts:createAuthUri", "accounts:resetPassword", "accounts:sendOobCode",
		"accounts:sendVerificationCode", "accounts:signInWithCustomToken", "accounts:signInWithEmailLink",
		"accounts:signInWithPassword", "accounts:signInWithPhoneNumber",
	}, call)
}

func (e *Emulator) call(w http.ResponseWriter, r *http.Request, c caller) {
	name := r.PathValue("call")
	if r.Method == http.MethodGet {
		if name != "accounts:batchGet" {
			writeError(w, http.StatusNotFound, "NOT_FOUND", "NOT_FOUND")
			return
		}
		answer(w, e.batchGet(c, r.URL.Query()), nil)
		return
	}
	do, ok := actionOf(name, c.owner)
	switch {
	case unsupported(name):
		answer(w, nil, refusal("OPERATION_NOT_ALLOWED : This emulator has no "+name+"."))
	case !ok:
		writeError(w, http.StatusNotFound, "NOT_FOUND", "NOT_FOUND")
	default:
		value, err := e.act(r, c, do)
		answer(w, value, err)
	}
}

func (e *Emulator) act(r *http.Request, c caller, do action) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	if err := refuseUnsupported(body); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return do(e, c, body)
}

// refuseUnsupported refuses a body with a field that asks for what this emulator has not, so that nobody
// believes that a password was set. Fields that ask for nothing are let through: SDKs send them.
func refuseUnsupported(body []byte) error {
	var fields map[string]json.RawMessage
	if err := decode(body, &fields); err != nil {
		return err
	}
	for _, name := range []string{
		"initialEmail", "mfa", "mfaInfo", "oobCode", "password", "pendingIdToken", "pendingToken", "phoneNumber",
		"provider", "returnRefreshToken", "tenantId", "upgradeToFederatedLogin",
	} {
		value, given := fields[name]
		nothing := slices.ContainsFunc([]string{`null`, `false`, `""`, `[]`, `{}`}, func(empty string) bool {
			return bytes.Equal(value, []byte(empty))
		})
		if given && !nothing {
			return refusal("OPERATION_NOT_ALLOWED : This emulator has no " + name + ".")
		}
	}
	return nil
}

// secondVersion answers what is of the API's second version: second factors, passkeys, reCAPTCHA.
func secondVersion(w http.ResponseWriter, _ *http.Request) {
	answer(w, nil, refusal("OPERATION_NOT_ALLOWED : This emulator has no second factors, passkeys or reCAPTCHA."))
}

// noPopup is the page that the web SDK opens for signInWithPopup and signInWithRedirect. They need a
// script of Google's servers to talk to the page, so there is none here, only what to do instead.
func noPopup(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusNotImplemented)
	const page = `<!doctype html><title>No pop-ups</title><p>This emulator has no signInWithPopup and no
signInWithRedirect. Use <code>signInWithCredential(auth, GoogleAuthProvider.credential('{"sub":"…"}'))</code>.`
	_, _ = w.Write([]byte(page)) // to somebody who may have gone
}
