package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
)

// MaxDescriptionBytes is the most that a document's offer or answer has (SPEC D1).
const MaxDescriptionBytes = 16384

// ErrUnsupportedVersion is returned by Open for a payload of a version that this code does not speak (SPEC P1).
var ErrUnsupportedVersion = errors.New("protocol: [P1] unsupported version")

// encodeContent writes what is sealed of a payload, in the form that JSON.stringify gives too.
func encodeContent(rule string, v any, limit int) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false) // JSON.stringify does not either: one form in both languages
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	out := bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	if len(out) > limit {
		return nil, parseErrorf(rule, "", "over %d bytes", limit)
	}
	return out, nil
}

// parseContent reads the members of what was sealed.
func parseContent(rule string, content []byte, limit int) (object, error) {
	if len(content) > limit {
		return nil, parseErrorf(rule, "", "over %d bytes", limit)
	}
	return parseObject(rule, content)
}
