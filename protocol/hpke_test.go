package protocol

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"path/filepath"
	"testing"

	"github.com/parley-chat/parley/protocol/vectortest"
)

// [L4] What suite 2 is made of opens what RFC 9180 published for it.
func TestPublishedHPKE(t *testing.T) {
	t.Parallel()
	type hpkeCase struct {
		Rule       string `json:"rule"`
		Name       string `json:"name"`
		InfoHex    string `json:"infoHex"`
		PrivateHex string `json:"privateHex"`
		PublicHex  string `json:"publicHex"`
		EncHex     string `json:"encHex"`
		Number     int    `json:"number"`
		AADHex     string `json:"aadHex"`
		ContentHex string `json:"contentHex"`
		SealedHex  string `json:"sealedHex"`
	}
	cases := vectortest.Read[hpkeCase](t, filepath.Join("vectors", "hpke.json"))
	first := cases[0]
	private, err := ecdh.X25519().NewPrivateKey(unhex(t, first.PrivateHex))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(private.PublicKey().Bytes(), unhex(t, first.PublicHex)) {
		t.Error("another public key")
	}
	key, err := hpke.NewDHKEMPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	recipient, err := hpke.NewRecipient(
		unhex(t, first.EncHex), key, hpke.HKDFSHA256(), hpke.AES256GCM(), unhex(t, first.InfoHex),
	)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cases {
		if c.Number != i {
			t.Fatalf("message %d is the %dth", c.Number, i)
		}
		got, err := recipient.Open(unhex(t, c.AADHex), unhex(t, c.SealedHex))
		if err != nil || !bytes.Equal(got, unhex(t, c.ContentHex)) {
			t.Errorf("[%s] %s: %q, %v", c.Rule, c.Name, got, err)
		}
	}
}
