package auth

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

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

// refuse answers 400 with one of the codes of the Identity Toolkit.
func refuse(w http.ResponseWriter, message string) {
	writeError(w, http.StatusBadRequest, message, "")
}

// readJSON decodes the body into value and answers the error itself when it cannot. An empty body is
// an empty object, as the Identity Toolkit has it.
func readJSON(w http.ResponseWriter, r *http.Request, value any) bool {
	err := json.NewDecoder(r.Body).Decode(value)
	if err == nil || errors.Is(err, io.EOF) {
		return true
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		writeError(w, http.StatusRequestEntityTooLarge, "Request payload size exceeds the limit.", "INVALID_ARGUMENT")
		return false
	}
	writeError(w, http.StatusBadRequest, "Invalid JSON payload received.", "INVALID_ARGUMENT")
	return false
}
