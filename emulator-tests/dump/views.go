package dump

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"io"
	"regexp"
	"slices"
	"unicode/utf16"

	"github.com/andybalholm/brotli"
)

// Bounds of what is decoded.
const (
	maxDepth  = 3         // what is packed in what
	maxView   = 256 << 10 // bytes of what was unpacked
	maxStarts = 3         // where a stream without a mark may begin: version and suite may be before it
	minView   = 6         // nothing that is looked for is shorter
)

// each calls visit with data and with all that it can be decoded to, again and again. how says what was undone.
func each(data []byte, visit func(view []byte, how []string)) {
	var unpack func([]byte, []string)
	unpack = func(view []byte, how []string) {
		visit(view, how)
		if len(how) == maxDepth {
			return
		}
		for _, d := range decoders {
			for _, inner := range d.decode(view) {
				if len(inner) >= minView {
					unpack(inner, append(slices.Clone(how), d.name))
				}
			}
		}
	}
	unpack(data, nil)
}

// decoder finds all that may be packed in one way.
type decoder struct {
	name   string
	decode func([]byte) [][]byte
}

//nolint:gochecknoglobals // never changed
var decoders = []decoder{
	{"base64", texts(regexp.MustCompile(`[A-Za-z0-9+/]{8,}`), 4, decodeWith(base64.RawStdEncoding))},
	{"base64url", texts(regexp.MustCompile(`[A-Za-z0-9_-]{8,}`), 4, decodeWith(base64.RawURLEncoding))},
	{"hex", texts(regexp.MustCompile(`[0-9a-fA-F]{12,}`), 2, decodeHex)},
	{"hex with colons", texts(regexp.MustCompile(`([0-9a-fA-F]{2}:){5,}[0-9a-fA-F]{2}`), 1, decodeColons)},
	{"UTF-16", decodeUTF16},
	{"gzip", streams([]byte{0x1f, 0x8b, 8}, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) })},
	{"zlib", streams([]byte{0x78}, func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) })},
	{"deflate", streams(nil, func(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil })},
	{"brotli", streams(nil, func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil })},
}

// texts decodes each run of an alphabet, from each of its first places: what went before may not be part of it.
func texts(run *regexp.Regexp, alignments int, decode func([]byte) []byte) func([]byte) [][]byte {
	return func(view []byte) [][]byte {
		var found [][]byte
		for _, text := range run.FindAll(view, -1) {
			for start := range alignments {
				found = append(found, decode(text[start:]))
			}
		}
		return found
	}
}

// decodeWith drops the bits at the end that make no byte.
func decodeWith(e *base64.Encoding) func([]byte) []byte {
	return func(text []byte) []byte {
		if len(text)%4 == 1 {
			text = text[:len(text)-1]
		}
		decoded, err := e.DecodeString(string(text))
		if err != nil {
			return nil
		}
		return decoded
	}
}

func decodeHex(text []byte) []byte {
	decoded, err := hex.DecodeString(string(text[:len(text)&^1]))
	if err != nil {
		return nil
	}
	return decoded
}

func decodeColons(text []byte) []byte { return decodeHex(bytes.ReplaceAll(text, []byte(":"), nil)) }

// decodeUTF16 reads in both byte orders, from both places. Only what could be text is worth a look.
func decodeUTF16(view []byte) [][]byte {
	if bytes.Count(view, []byte{0}) < len(view)/4 {
		return nil
	}
	var found [][]byte
	for start := range 2 {
		rest := view[min(start, len(view)):]
		units := make([]uint16, len(rest)/2)
		for i := range units {
			units[i] = uint16(rest[2*i])<<8 | uint16(rest[2*i+1])
		}
		found = append(found, []byte(string(utf16.Decode(units))))
		for i, unit := range units {
			units[i] = unit<<8 | unit>>8
		}
		found = append(found, []byte(string(utf16.Decode(units))))
	}
	return found
}

// streams decompresses what begins with a mark, wherever that is; without one it tries each of the first places, and
// takes what is whole: any bytes are the beginning of something.
func streams(mark []byte, open func(io.Reader) (io.Reader, error)) func([]byte) [][]byte {
	return func(view []byte) [][]byte {
		var found [][]byte
		for start := range view {
			if (mark == nil && start >= maxStarts) || len(view)-start < minView {
				break
			}
			if !bytes.HasPrefix(view[start:], mark) {
				continue
			}
			reader, err := open(bytes.NewReader(view[start:]))
			if err != nil {
				continue
			}
			unpacked, err := io.ReadAll(io.LimitReader(reader, maxView))
			if err == nil || mark != nil {
				found = append(found, unpacked)
			}
		}
		return found
	}
}
