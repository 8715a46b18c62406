package webchannel

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"unicode/utf16"
	"unicode/utf8"
)

// writeChunk answers a request with one chunk, the frame in which the client expects everything: the
// length of payload, which is ASCII, in decimal, a line feed, and payload.
func writeChunk(w http.ResponseWriter, payload []byte) {
	setContentHeaders(w.Header())
	_, _ = fmt.Fprintf(w, "%d\n%s", len(payload), payload) // a client that went away finds out by itself
}

// setContentHeaders says what a body is. Without nosniff, browsers hold back the first bytes of a
// stream to guess its type; X-Accel-Buffering asks nginx for the same.
func setContentHeaders(h http.Header) {
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Accel-Buffering", "no")
}

// asciiJSON returns message without white space, and with everything beyond ASCII escaped. What is not
// UTF-8 becomes U+FFFD. The result shares nothing with message.
func asciiJSON(message []byte) ([]byte, error) {
	var compact bytes.Buffer
	compact.Grow(len(message))
	if err := json.Compact(&compact, message); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotJSON, err)
	}
	plain := compact.Bytes()
	first := bytes.IndexFunc(plain, func(r rune) bool { return r >= utf8.RuneSelf })
	if first < 0 {
		return plain, nil
	}
	// The usual rune takes two or three bytes, and six when escaped.
	ascii := append(make([]byte, 0, first+3*(len(plain)-first)), plain[:first]...)
	for rest := plain[first:]; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch high, low := utf16.EncodeRune(r); {
		case r < utf8.RuneSelf:
			ascii = append(ascii, rest[0])
		case high != utf8.RuneError:
			ascii = appendEscape(appendEscape(ascii, high), low)
		default:
			ascii = appendEscape(ascii, r)
		}
		rest = rest[size:]
	}
	return ascii, nil
}

// appendEscape appends \uXXXX for a code unit.
func appendEscape(dst []byte, unit rune) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u',
		digits[unit>>12&15], digits[unit>>8&15], digits[unit>>4&15], digits[unit&15])
}
