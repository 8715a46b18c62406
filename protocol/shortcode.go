package protocol

import (
	"crypto/rand"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// How many digits the slot of a short code has (SPEC N1).
const (
	MinSlotDigits = 3
	MaxSlotDigits = 5
)

const wordBits = 11

// The English list of BIP-39 (github.com/bitcoin/bips, bip-0039/english.txt): its words are told apart by four letters.
//
//go:embed words.txt
var wordsText string

// words are the 2 048 of SPEC N1, in the order of the alphabet.
var words = sync.OnceValue(func() []string { return strings.Fields(wordsText) }) //nolint:gochecknoglobals // a constant

// ShortCode is a code that a person reads aloud (SPEC N1). Its words are a secret: they are never logged, and never
// sent to any server.
type ShortCode struct {
	// Slot names the code's document: 3 to 5 digits. It is no secret.
	Slot string
	// Words are the two words, lower case, with a hyphen between: the password (SPEC N4).
	Words string
}

// String is how the code is shown: slot-word-word.
func (c ShortCode) String() string { return c.Slot + "-" + c.Words }

// ParseShortCode reads a short code as a person typed it (SPEC N1): in any case, with spaces or hyphens between its
// parts. Every error is a *ParseError of rule N1: the failure link_broken.
func ParseShortCode(typed string) (ShortCode, error) {
	parts := strings.FieldsFunc(typed, func(r rune) bool { return r == '-' || unicode.IsSpace(r) })
	if len(parts) != 3 {
		return ShortCode{}, parseErrorf("N1", "", "not a slot and two words")
	}
	if !isSlot(parts[0]) {
		return ShortCode{}, parseErrorf("N1", "slot", "not a slot")
	}
	for i, word := range parts[1:] {
		lower := lowerASCII(word)
		if _, known := slices.BinarySearch(words(), lower); !known {
			return ShortCode{}, parseErrorf("N1", "words", "not a word of the list")
		}
		parts[1+i] = lower
	}
	return ShortCode{Slot: parts[0], Words: parts[1] + "-" + parts[2]}, nil
}

// NewWords takes two words at random from a cryptographic source: the secret part of a short code. It fails only if
// random does.
func NewWords(random io.Reader) (string, error) {
	var raw [4]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("protocol: words: %w", err)
	}
	const mask = 1<<wordBits - 1
	first, second := binary.BigEndian.Uint16(raw[:2])&mask, binary.BigEndian.Uint16(raw[2:])&mask
	return words()[first] + "-" + words()[second], nil
}

// NewSlot takes a slot of so many digits, [MinSlotDigits] to [MaxSlotDigits], at random. It fails only if random does.
func NewSlot(random io.Reader, digits int) (string, error) {
	least := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits-1)), nil)
	n, err := rand.Int(random, new(big.Int).Mul(least, big.NewInt(9)))
	if err != nil {
		return "", fmt.Errorf("protocol: slot: %w", err)
	}
	return n.Add(n, least).String(), nil
}

func isSlot(s string) bool {
	if len(s) < MinSlotDigits || len(s) > MaxSlotDigits || s[0] == '0' {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

// lowerASCII leaves other letters as they are: what Unicode makes of them differs between languages, and no word has
// any.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
