package local

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	certificateLife = 90 * 24 * time.Hour
	// renewBefore is how long a kept certificate must still be good to be used again.
	renewBefore = 7 * 24 * time.Hour
	// certificateFile holds the certificate and its key, for this user alone.
	certificateFile = "lan.pem"
)

// Certificate returns a self-signed certificate (P-256) for localhost, the loopback addresses and addr.
// It is kept in the folder dir, so that a browser that accepted it once need not be asked again, and
// made anew when it does not fit or ends within a week; dir "" makes one in memory.
func Certificate(dir string, addr netip.Addr, now time.Time) (*tls.Certificate, error) {
	if dir == "" {
		encoded, err := newCertificate(addr, now)
		if err != nil {
			return nil, err
		}
		return parseCertificate(encoded)
	}
	path := filepath.Join(dir, certificateFile)
	if encoded, err := os.ReadFile(path); err == nil {
		if kept, err := parseCertificate(encoded); err == nil && fits(kept.Leaf, addr, now) {
			return kept, nil
		}
	}
	encoded, err := newCertificate(addr, now)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("local: keeping the certificate: %w", err)
	}
	if err := os.WriteFile(path, encoded, 0o600); err != nil {
		return nil, fmt.Errorf("local: keeping the certificate: %w", err)
	}
	return parseCertificate(encoded)
}

// Fingerprint is the SHA-256 of a certificate as browsers show it: pairs of hexadecimal digits.
func Fingerprint(c *tls.Certificate) string {
	sum := sha256.Sum256(c.Certificate[0])
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}

func fits(leaf *x509.Certificate, addr netip.Addr, now time.Time) bool {
	return now.After(leaf.NotBefore) && now.Add(renewBefore).Before(leaf.NotAfter) &&
		leaf.VerifyHostname(addr.String()) == nil && leaf.VerifyHostname("localhost") == nil
}

// newCertificate makes a key and a certificate, PEM, in this order.
func newCertificate(addr netip.Addr, now time.Time) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("local: making a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("local: making a serial number: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "Parley on this network"},
		NotBefore:    now.Add(-time.Hour), // a phone's clock may be behind
		NotAfter:     now.Add(certificateLife),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost", "*.localhost"},
		IPAddresses:  []net.IP{addr.AsSlice(), net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		// Not an authority: accepting it accepts this page, nothing else.
		BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("local: making a certificate: %w", err)
	}
	keyBytes, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("local: encoding a key: %w", err)
	}
	return append(
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyBytes}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})...,
	), nil
}

// errNoLeaf says that a file holds no certificate.
var errNoLeaf = errors.New("no certificate in it")

func parseCertificate(encoded []byte) (*tls.Certificate, error) {
	certificate, err := tls.X509KeyPair(encoded, encoded)
	if err != nil {
		return nil, fmt.Errorf("local: reading a certificate: %w", err)
	}
	if certificate.Leaf == nil {
		return nil, fmt.Errorf("local: reading a certificate: %w", errNoLeaf)
	}
	return &certificate, nil
}
