package namespaces

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Certificate is one for the middle, signed by itself, in files: PEM of the certificate and of its key.
type Certificate struct{ File, KeyFile string }

// NewCertificate writes one that is good for an hour to dir.
func NewCertificate(dir string) (Certificate, error) {
	c := Certificate{filepath.Join(dir, "certificate.pem"), filepath.Join(dir, "key.pem")}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return c, fmt.Errorf("namespaces: certificate: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.ParseIP(Middle)}, IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return c, fmt.Errorf("namespaces: certificate: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return c, fmt.Errorf("namespaces: certificate: %w", err)
	}
	if err := writePEM(c.File, "CERTIFICATE", certificate); err != nil {
		return c, err
	}
	return c, writePEM(c.KeyFile, "PRIVATE KEY", private)
}

func writePEM(file, kind string, der []byte) error {
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		return fmt.Errorf("namespaces: certificate: %w", err)
	}
	return nil
}
