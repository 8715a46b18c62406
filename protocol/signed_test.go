package protocol

import (
	"path/filepath"
	"testing"

	"github.com/parley-chat/parley/protocol/vectortest"
)

// [E2] Both languages take the same signatures, also of who chooses odd points.
func TestSignatureVectors(t *testing.T) {
	type signatureCase struct {
		Rule         string `json:"rule"`
		Name         string `json:"name"`
		IdentityHex  string `json:"identityHex"`
		MessageHex   string `json:"messageHex"`
		SignatureHex string `json:"signatureHex"`
		Holds        bool   `json:"holds"`
	}
	for _, c := range vectortest.Read[signatureCase](t, filepath.Join("vectors", "signature.json")) {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) {
			identity, signature := Identity(unhex(t, c.IdentityHex)), Signature(unhex(t, c.SignatureHex))
			if got := identity.signed(unhex(t, c.MessageHex), signature); got != c.Holds {
				t.Errorf("holds: %v", got)
			}
		})
	}
}
