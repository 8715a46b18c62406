package protocol

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parley-chat/parley/protocol/vectortest"
)

var writeHandshake = flag.Bool("write-handshake", false, "make vectors/handshake-go.json anew")

// handshakeCase is one case of vectors/handshake-*.json: what goes in, and all that comes of it.
type handshakeCase struct {
	Rule string `json:"rule"`
	Name string `json:"name"`

	Suite                byte   `json:"suite"`
	Room                 string `json:"room"`
	Link                 string `json:"link"`
	CallerKeyHex         string `json:"callerKeyHex"`
	CalleeKeyHex         string `json:"calleeKeyHex"`
	CallerFingerprintHex string `json:"callerFingerprintHex"`
	CalleeFingerprintHex string `json:"calleeFingerprintHex"`
	CallerSeedHex        string `json:"callerSeedHex"` // the private halves of the identities (RFC 8032 section 5.1.5)
	CalleeSeedHex        string `json:"calleeSeedHex"`
	CallerNonceHex       string `json:"callerNonceHex"`
	CalleeNonceHex       string `json:"calleeNonceHex"`

	CallerIdentityHex  string `json:"callerIdentityHex"`
	CalleeIdentityHex  string `json:"calleeIdentityHex"`
	CommitmentHex      string `json:"commitmentHex"`
	TranscriptHex      string `json:"transcriptHex"`
	CallerSignatureHex string `json:"callerSignatureHex"`
	CalleeSignatureHex string `json:"calleeSignatureHex"`
	Emoji              string `json:"emoji"`
	SafetyNumber       string `json:"safetyNumber"`
}

// [H3] to [H8]: both languages derive the same of the same.
func TestHandshakeVectors(t *testing.T) {
	t.Parallel()
	if *writeHandshake {
		writeHandshakeVectors(t)
	}
	for _, file := range []string{"handshake-go.json", "handshake-web.json"} {
		for _, c := range vectortest.Read[handshakeCase](t, filepath.Join("vectors", file)) {
			t.Run(file+"/["+c.Rule+"] "+c.Name, func(t *testing.T) {
				t.Parallel()
				if got := c.derived(t); got != c {
					t.Errorf("got  %+v\nwant %+v", got, c)
				}
			})
		}
	}
}

// derived is c with all that comes of what goes in.
func (c handshakeCase) derived(t *testing.T) handshakeCase {
	t.Helper()
	caller := ed25519.NewKeyFromSeed(unhex(t, c.CallerSeedHex))
	callee := ed25519.NewKeyFromSeed(unhex(t, c.CalleeSeedHex))
	callerID, calleeID := IdentityOf(caller), IdentityOf(callee)
	nonce := Nonce(unhex(t, c.CallerNonceHex))
	e := Exchange{
		Suite: Suite(c.Suite), Room: RoomID(c.Room), Link: RoomID(c.Link),
		CallerKey: Key(unhex(t, c.CallerKeyHex)), CalleeKey: Key(unhex(t, c.CalleeKeyHex)),
		CallerFingerprint: Fingerprint(unhex(t, c.CallerFingerprintHex)),
		CalleeFingerprint: Fingerprint(unhex(t, c.CalleeFingerprintHex)),
		Commitment:        Commit(callerID, nonce),
		CalleeIdentity:    calleeID, CalleeNonce: Nonce(unhex(t, c.CalleeNonceHex)),
	}
	transcript := e.Transcript()
	fromCaller, fromCallee := transcript.Sign(Caller, caller), transcript.Sign(Callee, callee)
	var names []string
	for _, s := range transcript.SafetyEmoji(callerID, nonce) {
		names = append(names, s.Name)
	}
	c.CallerIdentityHex, c.CalleeIdentityHex = hex.EncodeToString(callerID[:]), hex.EncodeToString(calleeID[:])
	c.CommitmentHex, c.TranscriptHex = hex.EncodeToString(e.Commitment[:]), hex.EncodeToString(transcript[:])
	c.CallerSignatureHex, c.CalleeSignatureHex = hex.EncodeToString(fromCaller[:]), hex.EncodeToString(fromCallee[:])
	c.Emoji, c.SafetyNumber = strings.Join(names, ", "), SafetyNumber(callerID, calleeID)
	return c
}

func writeHandshakeVectors(t *testing.T) {
	t.Helper()
	var cases []handshakeCase
	for i := range 6 {
		fill := func(kind int) string { return hex.EncodeToString(bytes.Repeat([]byte{byte(16*kind + i)}, 32)) }
		c := handshakeCase{
			Rule: "H4", Name: fmt.Sprintf("link room %d", i), Suite: byte(SuiteRoom),
			Room: "AAAAAAAAAAAAAAAAAAAAAAAAAAA", Link: "BBBBBBBBBBBBBBBBBBBBBBBBBBA",
			CallerKeyHex: fill(1), CalleeKeyHex: fill(2), CallerFingerprintHex: fill(3), CalleeFingerprintHex: fill(4),
			CallerSeedHex: fill(5), CalleeSeedHex: fill(6), CallerNonceHex: fill(7), CalleeNonceHex: fill(8),
		}
		if i%2 == 1 {
			c.Name, c.Suite, c.Link = fmt.Sprintf("pair room %d", i), byte(SuitePair), ""
		}
		cases = append(cases, c.derived(t))
	}
	vectortest.Write(t, filepath.Join("vectors", "handshake-go.json"), "SPEC H3 to H8: what Go derives.", cases)
}
