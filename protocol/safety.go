package protocol

import (
	"bytes"
	"crypto/sha512"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed emoji.json
var emojiJSON []byte

// SafetySign is one of the 64 emoji that people compare (SPEC H7).
type SafetySign struct {
	Sign string `json:"sign"`
	Name string `json:"name"` // in English, to be read aloud
}

// SafetySigns is how many emoji people compare.
const SafetySigns = 7

const (
	emojiLabel        = "parley/v1/emoji"
	safetyNumberLabel = "parley/v1/safety-number"
	signBits          = 6
	numberGroups      = 12
	groupBytes        = 5
)

// SafetyEmoji are the seven signs of a link, the same on both sides unless somebody stands between (SPEC H7).
func (t Transcript) SafetyEmoji(caller Identity, n Nonce) [SafetySigns]SafetySign {
	var table []SafetySign
	if err := json.Unmarshal(emojiJSON, &table); err != nil {
		panic("protocol: emoji.json: " + err.Error()) // it is part of the program
	}
	digest := sum(emojiLabel, t[:], caller[:], n[:])
	bits := binary.BigEndian.Uint64(digest[:])
	var signs [SafetySigns]SafetySign
	for i := range signs {
		signs[i] = table[bits>>(64-signBits*(i+1))&(1<<signBits-1)]
	}
	return signs
}

// SafetyNumber is what two devices that keep their identities can compare: twelve groups of five digits with spaces
// between (SPEC H8). The order of the two does not matter.
func SafetyNumber(a, b Identity) string {
	if bytes.Compare(a[:], b[:]) > 0 {
		a, b = b, a
	}
	h := sha512.New()
	h.Write([]byte(safetyNumberLabel))
	h.Write(a[:])
	h.Write(b[:])
	digest := h.Sum(nil)
	groups := make([]string, numberGroups)
	for i := range groups {
		group := append(make([]byte, 8-groupBytes), digest[i*groupBytes:(i+1)*groupBytes]...)
		groups[i] = fmt.Sprintf("%05d", binary.BigEndian.Uint64(group)%100000)
	}
	return strings.Join(groups, " ")
}
