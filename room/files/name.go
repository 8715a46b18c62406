package files

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/parley-chat/parley/protocol"
)

// maxNameBytes is the most that a name has in UTF-8 (SPEC F5), which is what most disks allow.
const maxNameBytes = 255

// CheckName tells whether a name may stand in a manifest (SPEC F5). It fails with a *protocol.ParseError.
func CheckName(name string) error {
	switch {
	case name == "" || len(name) > maxNameBytes:
		return refusef("F5", "path", "want names of 1 to %d bytes", maxNameBytes)
	case !utf8.ValidString(name):
		return refusef("F5", "path", "not well-formed")
	case name == "." || name == "..":
		return refusef("F5", "path", "leads elsewhere")
	case strings.ContainsFunc(name, forbidden):
		return refusef("F5", "path", "has a character that no name has")
	case !norm.NFC.IsNormalString(name):
		return refusef("F5", "path", "not in NFC")
	}
	return nil
}

// forbidden are characters that part names, control terminals, or turn round what a person reads.
func forbidden(r rune) bool {
	switch {
	case r == '/', r == '\\', r <= 0x1f, r >= 0x7f && r <= 0x9f:
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

// CleanName makes of what a file is called on somebody's disk a name that CheckName allows: it writes «_» for what is
// forbidden, and cuts what is too long, before its ending.
func CleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		if forbidden(r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	name = norm.NFC.String(name)
	if strings.Trim(name, ".") == "" && len(name) <= len("..") {
		name = strings.Repeat("_", max(1, len(name)))
	}
	return withSuffix(name, "")
}

// SafeName makes of a name that CheckName allows one that Windows and FAT allow too (SPEC F5): «_» for what they
// forbid, and before the names of devices.
func SafeName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	if device(name) {
		name = withSuffix("_"+name, "")
	}
	kept := strings.TrimRight(name, ". ")
	return kept + strings.Repeat("_", len(name)-len(kept))
}

// device tells whether Windows takes a name for a device, which it does whatever ending it has.
func device(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.ToUpper(strings.TrimRight(stem, " "))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	port, isCom := strings.CutPrefix(stem, "COM")
	if !isCom {
		var isPrinter bool
		if port, isPrinter = strings.CutPrefix(stem, "LPT"); !isPrinter {
			return false
		}
	}
	digit, size := utf8.DecodeRuneInString(port)
	return size == len(port) && strings.ContainsRune("0123456789¹²³", digit)
}

// Numbered is the name with a number before its ending, for where the name itself is taken: «a (2).txt».
func Numbered(name string, n int) string { return withSuffix(name, fmt.Sprintf(" (%d)", n)) }

// withSuffix puts a suffix before the ending of a name, and cuts the rest so that it is not too long. An ending is
// what a person would call one: short, and not the whole name.
func withSuffix(name, suffix string) string {
	const longestEnding = 32
	ending := path.Ext(name)
	if len(ending) == len(name) || len(ending) == len(".") || len(ending) > longestEnding {
		ending = ""
	}
	stem := strings.TrimSuffix(name, ending)
	room := maxNameBytes - len(suffix) - len(ending)
	for len(stem) > room {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
	}
	return stem + suffix + ending
}

func refusef(rule, field, format string, args ...any) error {
	return &protocol.ParseError{Rule: rule, Field: field, Reason: fmt.Sprintf(format, args...)}
}
