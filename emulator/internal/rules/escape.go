package rules

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unquote reads a quoted token: escapes are \b \f \n \r \t \\ \' \" \ooo \xHH and, in strings, \uHHHH.
// In bytes, \ooo and \xHH are bytes; in strings they are characters.
func unquote(t token) (string, error) {
	inBytes := t.kind == byteText
	body := strings.TrimLeft(t.of, "bB")
	body = body[1 : len(body)-1]
	var out []byte
	for i := 0; i < len(body); {
		if body[i] != '\\' {
			out = append(out, body[i])
			i++
			continue
		}
		r, n, ok := escape(body[i+1:], inBytes)
		if !ok {
			return "", t.errorf("the language has no escape %s", firstRunes(body[i:], 2))
		}
		i += 1 + n
		switch {
		case inBytes:
			out = append(out, byte(r)) //nolint:gosec // escapes of bytes are at most 255
		case utf16.IsSurrogate(r):
			low, n, ok := escape(strings.TrimPrefix(body[i:], `\`), false)
			if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError && strings.HasPrefix(body[i:], `\u`) {
				r, i = pair, i+1+n
			}
			out = utf8.AppendRune(out, r) // half a pair becomes U+FFFD
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return string(out), nil
}

// escape reads what follows a backslash: its meaning and how many bytes it took.
func escape(s string, inBytes bool) (rune, int, bool) {
	if s == "" {
		return 0, 0, false
	}
	if i := strings.IndexByte(`bfnrt\'"`, s[0]); i >= 0 {
		return rune("\b\f\n\r\t\\'\""[i]), 1, true
	}
	base, skip := 16, 1
	var digits int
	switch {
	case s[0] == 'x':
		digits = 2
	case s[0] == 'u' && !inBytes:
		digits = 4
	case s[0] >= '0' && s[0] <= '3':
		digits, base, skip = 3, 8, 0
	default:
		return 0, 0, false
	}
	if len(s) < skip+digits {
		return 0, 0, false
	}
	n, err := strconv.ParseUint(s[skip:skip+digits], base, 16)
	return rune(n), skip + digits, err == nil
}

func firstRunes(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(n, len(runes))])
}
