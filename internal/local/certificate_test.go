package local_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/internal/local"
)

func poolOf(c *tls.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(c.Leaf)
	return pool
}

func TestCertificate(t *testing.T) {
	now := time.Date(2026, 11, 20, 20, 0, 0, 0, time.UTC)
	addr := netip.MustParseAddr("192.168.1.5")
	dir := filepath.Join(t.TempDir(), "parley")
	issue := func(addr netip.Addr, now time.Time) *tls.Certificate {
		t.Helper()
		c, err := local.Certificate(dir, addr, now)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}

	first := issue(addr, now)
	key, ok := first.Leaf.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		t.Errorf("key %T, want P-256", first.Leaf.PublicKey)
	}
	for _, name := range []string{"192.168.1.5", "127.0.0.1", "::1", "localhost", "c1.localhost"} {
		if err := first.Leaf.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	if first.Leaf.VerifyHostname("192.168.1.6") == nil || first.Leaf.IsCA {
		t.Error("it is good for more than this machine")
	}
	if shown := local.Fingerprint(first); len(strings.Split(shown, ":")) != 32 {
		t.Errorf("fingerprint %q", shown)
	}
	info, err := os.Stat(filepath.Join(dir, "lan.pem"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("kept as %v, %v", info, err)
	}

	same := func(a, b *tls.Certificate) bool { return local.Fingerprint(a) == local.Fingerprint(b) }
	if !same(first, issue(addr, now.Add(60*24*time.Hour))) {
		t.Error("made anew although the kept one was good")
	}
	if same(first, issue(addr, now.Add(88*24*time.Hour))) {
		t.Error("kept although it ends within a week")
	}
	kept := issue(addr, now)
	if same(kept, issue(netip.MustParseAddr("192.168.1.9"), now)) {
		t.Error("kept although the address is another")
	}
	if err := os.WriteFile(filepath.Join(dir, "lan.pem"), []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	issue(addr, now)
}
