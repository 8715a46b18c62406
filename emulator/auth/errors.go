package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// refusal is an answer of status 400: one of the codes of the Identity Toolkit, and after « : » what
// there is to say about it. SDKs branch on the code.
type refusal string

func (r refusal) Error() string { return string(r) }

// tooLong refuses what is longer than allowed.
func tooLong(code, value string, limit int) error {
	if len(value) > limit {
		return refusal(fmt.Sprintf("%s : At most %d bytes are allowed.", code, limit))
	}
	return nil
}

// errorDetail is one entry of the errors list that Google's answers repeat their message in.
type errorDetail struct {
	Message string `json:"message"`
	Domain  string `json:"domain"`
	Reason  string `json:"reason"`
}

type errorBody struct {
	Code    int           `json:"code"`
	Message string        `json:"message"`
	Status  string        `json:"status,omitempty"`
	Errors  []errorDetail `json:"errors"`
}

// writeError answers {"error":{"code","message",…}}. The SDKs branch on message (its first word) and
// the Admin SDK also on status, which may be empty.
func writeError(w http.ResponseWriter, code int, message, status string) {
	writeStatus(w, code, map[string]errorBody{"error": {
		Code: code, Message: message, Status: status,
		Errors: []errorDetail{{Message: message, Domain: "global", Reason: "invalid"}},
	}})
}

// answer writes what a call gave: the value, or the error in the shape of Google's.
func answer(w http.ResponseWriter, value any, err error) {
	var refused refusal
	var invalid jsonError
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		writeStatus(w, http.StatusOK, value)
	case errors.As(err, &refused):
		writeError(w, http.StatusBadRequest, refused.Error(), "")
	case errors.As(err, &invalid):
		writeError(w, http.StatusBadRequest, invalid.Error(), "INVALID_ARGUMENT")
	case errors.As(err, &tooLarge):
		writeError(w, http.StatusRequestEntityTooLarge, "Request payload size exceeds the limit.", "INVALID_ARGUMENT")
	default:
		writeError(w, http.StatusInternalServerError, "INTERNAL_ERROR", "INTERNAL")
	}
}

func writeStatus(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil { // a value of ours that JSON has no form for: a bug
		status, body = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client is gone: nobody to tell
}

// jsonError says what is wrong with a body.
type jsonError string

func (i jsonError) Error() string { return "Invalid JSON payload received." + string(i) }

// decode reads the one JSON object of a body. An empty body is an empty object, as the Identity Toolkit
// has it. Names that nobody knows are passed over, as the official emulator does.
func decode(body []byte, value any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	err := json.Unmarshal(body, value)
	if wrong := new(json.UnmarshalTypeError); errors.As(err, &wrong) && wrong.Field != "" {
		field := strings.TrimPrefix(wrong.Field, "profile.") // a name of Go's, for what is embedded
		return jsonError(fmt.Sprintf(" Invalid value at '%s'.", field))
	}
	if err != nil {
		return jsonError("")
	}
	return nil
}

func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("auth: reading a request: %w", err)
	}
	return body, nil
}
