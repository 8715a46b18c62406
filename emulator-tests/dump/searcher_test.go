package dump_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/andybalholm/brotli"

	"github.com/parley-chat/parley/emulator-tests/dump"
)

// noise is what ciphertext looks like, the same in each run.
func noise(n int) []byte {
	random := rand.NewChaCha8([32]byte{7})
	b := make([]byte, n)
	_, _ = random.Read(b) // it never fails
	return b
}

// plants are the leaks that there are, by the name under which they have to be found.
func plants() map[string]string {
	return map[string]string{
		"a candidate":          "candidate:1 1 udp 2122 x 9 typ host",
		"an ICE user name":     "x a=ice-ufrag:abcd",
		"an ICE password":      "x a=ice-pwd:abcdefgh",
		"a fingerprint's name": "x a=fingerprint:sha-256",
		"a fingerprint":        "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E",
		"an SDP's first line":  "v=0\r\no=- 1 2 IN",
		"an SDP's line":        "x\r\na=setup:actpass",
		"a description":        `{"sdp":"x"}`,
		"an address of IPv4":   "at 192.168.17.4 here",
		"an address of IPv6":   "at fe80::1ff:fe23 here",
		"an address of mDNS":   "9b36eaac-bb2e-49bb-bb78-21c41c499900.local",
		"a secret":             string(theSecret()),
	}
}

func theSecret() []byte { return []byte("\x00\x01\xfe secret \xff") }

func searcher(t *testing.T) *dump.Searcher {
	t.Helper()
	s := &dump.Searcher{}
	if err := s.Add("a secret", theSecret()); err != nil {
		t.Fatal(err)
	}
	return s
}

// packings are the ways in which somebody might have put it into a document.
func packings() map[string]func([]byte) []byte {
	compress := func(open func(io.Writer) io.WriteCloser) func([]byte) []byte {
		return func(b []byte) []byte {
			var out bytes.Buffer
			w := open(&out)
			_, _ = w.Write(b) // a buffer takes all
			_ = w.Close()
			return out.Bytes()
		}
	}
	return map[string]func([]byte) []byte{
		"in the clear":     func(b []byte) []byte { return b },
		"in base64":        func(b []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(b)) },
		"in base64url":     func(b []byte) []byte { return []byte(base64.RawURLEncoding.EncodeToString(b)) },
		"in hex":           func(b []byte) []byte { return []byte(hex.EncodeToString(b)) },
		"in HEX":           func(b []byte) []byte { return []byte(strings.ToUpper(hex.EncodeToString(b))) },
		"in hex by colons": func(b []byte) []byte { return []byte(strings.TrimSuffix(colons(b), ":")) },
		"in UTF-16LE":      func(b []byte) []byte { return wide(b, 0) },
		"in UTF-16BE":      func(b []byte) []byte { return wide(b, 1) },
		"in gzip":          compress(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }),
		"in zlib":          compress(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }),
		"in deflate": compress(func(w io.Writer) io.WriteCloser {
			f, _ := flate.NewWriter(w, flate.BestCompression) // the level is a valid one
			return f
		}),
		"in brotli": compress(func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }),
	}
}

func colons(b []byte) string {
	var out strings.Builder
	for _, one := range b {
		out.WriteString(hex.EncodeToString([]byte{one}) + ":")
	}
	return out.String()
}

func wide(b []byte, high int) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(string(b))) {
		pair := []byte{byte(unit), byte(unit >> 8)}
		if high == 1 {
			slices.Reverse(pair)
		}
		out = append(out, pair...)
	}
	return out
}

func TestFindsWhatIsPlanted(t *testing.T) {
	s := searcher(t)
	for what, text := range plants() {
		for how, pack := range packings() {
			if strings.Contains(how, "UTF-16") && what == "a secret" {
				continue // it is no text
			}
			for _, before := range []string{"", "x", "xy", "xyz"} { // all alignments
				packed := pack([]byte(before + text))
				if !finds(s, packed, what) {
					t.Errorf("%s %s after %q is not found", what, how, before)
				}
			}
		}
	}
}

func TestFindsWhatIsPackedTwice(t *testing.T) {
	s, ways := searcher(t), packings()
	text := []byte("a=ice-ufrag:abcd\r\na=candidate:1 1 udp 1 192.168.1.7 9")
	for outer, pack := range ways {
		for inner, packInner := range ways {
			if !finds(s, pack(packInner(text)), "a candidate") && outer != "in UTF-16LE" && outer != "in UTF-16BE" {
				t.Errorf("%s %s is not found", inner, outer)
			}
		}
	}
}

func TestFindsInTheMidstOfNoise(t *testing.T) {
	s := searcher(t)
	for what, text := range plants() {
		data := slices.Concat(noise(900), []byte(text), noise(900))
		if !finds(s, data, what) {
			t.Errorf("%s is not found in the midst of noise", what)
		}
	}
}

func finds(s *dump.Searcher, data []byte, what string) bool {
	return slices.ContainsFunc(s.Search(data), func(l dump.Leak) bool { return l.What == what })
}

func TestFindsNothingInNoise(t *testing.T) {
	s := searcher(t)
	data := noise(1 << 16)
	for chunk := range slices.Chunk(data, 4096) {
		for _, leak := range s.Search(chunk) {
			t.Errorf("found %s", leak)
		}
		text := []byte(base64.RawURLEncoding.EncodeToString(chunk[:60]))
		for _, leak := range s.Search(text) {
			t.Errorf("found %s", leak)
		}
	}
}

func TestRefusesSecretsThatChanceHas(t *testing.T) {
	if (&dump.Searcher{}).Add("a word", []byte("short")) == nil {
		t.Error("a secret of 5 bytes was taken")
	}
}
