package protocol

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// object is a JSON object whose members are not yet parsed. Reading members one by one, instead of
// into a struct, is what lets an error name the member, and keeps Go's case-insensitive matching of
// member names, which TypeScript does not have, out of the protocol.
type object map[string]json.RawMessage

// parseObject reads exactly one JSON object in well-formed UTF-8.
func parseObject(rule string, data []byte) (object, error) {
	if !utf8.Valid(data) {
		return nil, parseErrorf(rule, "", "not UTF-8")
	}
	var o object
	if err := json.Unmarshal(data, &o); err != nil || o == nil {
		return nil, parseErrorf(rule, "", "not a JSON object")
	}
	return o, nil
}

// text reads a string member. Absent and null are told apart from other types by ok.
func (o object) text(rule, name string) (s string, ok bool, err error) {
	raw, present := o[name]
	if !present || bytes.Equal(raw, []byte("null")) {
		return "", false, nil
	}
	if len(raw) == 0 || raw[0] != '"' {
		return "", false, parseErrorf(rule, name, "not a string")
	}
	if loneSurrogate(raw) {
		return "", false, parseErrorf("V7", name, "lone surrogate")
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", false, parseErrorf(rule, name, "not a string")
	}
	return s, true, nil
}

// requiredText reads a string member that must be there and not be null.
func (o object) requiredText(rule, name string) (string, error) {
	s, ok, err := o.text(rule, name)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", parseErrorf(rule, name, "missing")
	}
	return s, nil
}

// flag reads a boolean member; absent means false.
func (o object) flag(rule, name string) (bool, error) {
	raw, present := o[name]
	switch {
	case !present:
		return false, nil
	case bytes.Equal(raw, []byte("true")):
		return true, nil
	case bytes.Equal(raw, []byte("false")):
		return false, nil
	}
	return false, parseErrorf(rule, name, "not a boolean")
}

// loneSurrogate tells whether a JSON string escapes half of a surrogate pair. encoding/json would
// replace it silently, and the two languages would then disagree on the text (SPEC V7).
func loneSurrogate(raw []byte) bool {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' || i+1 >= len(raw) {
			continue
		}
		i++
		if raw[i] != 'u' {
			continue
		}
		unit := hex4(raw[i+1:])
		i += 4
		switch {
		case unit >= 0xDC00 && unit <= 0xDFFF:
			return true
		case unit >= 0xD800 && unit <= 0xDBFF:
			if i+2 >= len(raw) || raw[i+1] != '\\' || raw[i+2] != 'u' {
				return true
			}
			if low := hex4(raw[i+3:]); low < 0xDC00 || low > 0xDFFF {
				return true
			}
			i += 6
		}
	}
	return false
}

// hex4 reads four hexadecimal digits, or -1.
func hex4(b []byte) int {
	if len(b) < 4 {
		return -1
	}
	n := 0
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | int(c-'0')
		case c >= 'a' && c <= 'f':
			n = n<<4 | int(c-'a'+10)
		case c >= 'A' && c <= 'F':
			n = n<<4 | int(c-'A'+10)
		default:
			return -1
		}
	}
	return n
}
