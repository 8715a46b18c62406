package functions

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/parley-chat/parley/protocol"
)

// readBody reads a JSON body within the bounds of SPEC A2; what is in it is for package protocol to say.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return nil, protocol.NewProblem(protocol.UnsupportedMediaType, "", "Content-Type must be application/json")
	}
	if r.ContentLength > protocol.MaxBodyBytes {
		return nil, tooLarge()
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, protocol.MaxBodyBytes))
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return nil, tooLarge()
	}
	if err != nil {
		return nil, protocol.NewProblem(protocol.InvalidArgument, "", "the body broke off")
	}
	return body, nil
}

func tooLarge() error {
	return protocol.NewProblem(protocol.TooLarge, "", "a body has at most 4096 bytes")
}

// writeJSON writes an answer. It fails, and writes nothing, if the value cannot be encoded.
func writeJSON(w http.ResponseWriter, status int, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // fails only if the client has gone
	return nil
}

// answer remembers what was answered, for the log, and whether anything was.
type answer struct {
	http.ResponseWriter
	status int           // 0: nothing is written yet
	code   protocol.Code // empty: no error
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *answer) Write(body []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(body)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
