package files

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parley-chat/parley/protocol"
)

// Limits of manifests (SPEC F3, F4).
const (
	MaxEntries       = 10_000
	MaxDepth         = 32
	MaxFileBytes     = 1<<53 - 1
	MaxManifestBytes = 64 << 20

	maxTypeChars = 255
	maxParts     = 256
	maxModified  = 1<<53 - 1
)

// Manifest says what is sent: files, and the blocks that their bytes are in (SPEC F4).
type Manifest struct {
	Entries []Entry
	// Blocks are the digests of the content's blocks: those of the first entry, then those of the second…
	Blocks []protocol.BlockID
}

// Entry is a file.
type Entry struct {
	// Path is 1 to MaxDepth names that CheckName allows, the last one the file's own.
	Path []string
	// Size is 0 to MaxFileBytes.
	Size int64
	// Type is a media type, or empty: what the sender believes.
	Type string
	// Modified is exact to a millisecond, not before 1970. The zero value means that nobody has said it.
	Modified time.Time
}

// Pieces is how many blocks the file is in.
func (e Entry) Pieces() int64 { return (e.Size + PieceBytes - 1) / PieceBytes }

// Size is what all files have together, in bytes.
func (m Manifest) Size() int64 {
	var sum int64
	for _, e := range m.Entries {
		sum += e.Size
	}
	return sum
}

// Check tells whether a manifest is as F4 says, but for how long it is when encoded: a *protocol.ParseError if not.
func (m Manifest) Check() error {
	if len(m.Entries) < 1 || len(m.Entries) > MaxEntries {
		return refusef("F4", "entries", "want 1 to %d", MaxEntries)
	}
	var pieces int64
	for _, e := range m.Entries {
		if err := e.check(); err != nil {
			return err
		}
		pieces += e.Pieces() // no overflow: at most 10 000 times 2⁵³
	}
	if pieces != int64(len(m.Blocks)) {
		return refusef("F4", "blocks", "not as many as the sizes make")
	}
	return checkPaths(m.Entries)
}

func (e Entry) check() error {
	if len(e.Path) < 1 || len(e.Path) > MaxDepth {
		return refusef("F4", "path", "want 1 to %d names", MaxDepth)
	}
	for _, name := range e.Path {
		if err := CheckName(name); err != nil {
			return err
		}
	}
	if e.Size < 0 || e.Size > MaxFileBytes {
		return refusef("F4", "size", "want 0 to %d", int64(MaxFileBytes))
	}
	if !utf8.ValidString(e.Type) || utf8.RuneCountInString(e.Type) > maxTypeChars {
		return refusef("F4", "type", "want at most %d characters", maxTypeChars)
	}
	if ms := e.Modified.UnixMilli(); !e.Modified.IsZero() && (ms < 0 || ms > maxModified) {
		return refusef("F4", "modified", "want 0 to %d", int64(maxModified))
	}
	return nil
}

// checkPaths refuses two files in one place, and a file where another one's folder is.
func checkPaths(entries []Entry) error {
	paths := make([]string, len(entries))
	for i, e := range entries {
		paths[i] = FoldPath(e.Path)
	}
	slices.Sort(paths)
	for i := 1; i < len(paths); i++ {
		// NUL is less than what names are made of, so what a path begins comes right after it.
		if paths[i] == paths[i-1] || strings.HasPrefix(paths[i], paths[i-1]+"\x00") {
			return refusef("F4", "path", "two in one place")
		}
	}
	return nil
}

// FoldPath is the same for paths that F4 takes for the same: A to Z are a to z. More than these would make it depend on
// the version of Unicode who may read a manifest.
func FoldPath(path []string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, strings.Join(path, "\x00"))
}
