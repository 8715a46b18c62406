package peer

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/parley-chat/parley/protocol"
)

const (
	deviceBlock    = "PRIVATE KEY" // PKCS #8 (RFC 5958), as PEM (RFC 7468)
	maxDeviceBytes = 4096
	ownerOnly      = 0o600
	ownerOnlyDir   = 0o700
)

// ErrDeviceExposed is returned by LoadDevice for a file that others than its owner can read or write.
var ErrDeviceExposed = errors.New("peer: the device's key can be read by others")

// Device is who this peer proves to be: an Ed25519 key that lasts (SPEC H1). It is safe for concurrent use.
type Device struct{ private ed25519.PrivateKey }

// NewDevice makes a device that nobody knows yet. random must be a cryptographic source; it fails only if random does.
func NewDevice(random io.Reader) (*Device, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, fmt.Errorf("peer: make a device: %w", err)
	}
	return &Device{private: ed25519.NewKeyFromSeed(seed)}, nil
}

// LoadDevice reads the device of a file, which only its owner may read and write; where there is none it makes one,
// with its folder. Errors are [ErrDeviceExposed], and others that say what is wrong with the file; none holds anything
// of the key. Of several processes that make the same file at once all get the one that is kept.
func LoadDevice(path string, random io.Reader) (*Device, error) {
	d, err := readDevice(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return d, err
	}
	if d, err = NewDevice(random); err != nil {
		return nil, err
	}
	if err := d.keep(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("peer: keep the device: %w", err)
	}
	return readDevice(path)
}

// Identity is what others know the device by.
func (d *Device) Identity() protocol.Identity { return protocol.IdentityOf(d.private) }

func readDevice(path string) (*Device, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("peer: read the device: %w", err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("peer: read the device: %w", err)
	}
	if info.Mode().Perm()&^ownerOnly != 0 {
		return nil, fmt.Errorf("%w: %s", ErrDeviceExposed, path)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxDeviceBytes))
	if err != nil {
		return nil, fmt.Errorf("peer: read the device: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != deviceBlock {
		return nil, fmt.Errorf("peer: %s is not a device's key", path)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	private, ok := key.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("peer: %s is not an Ed25519 key", path)
	}
	return &Device{private: private}, nil
}

// keep writes the file whole or not at all, and never over another.
func (d *Device) keep(path string) error {
	der, err := x509.MarshalPKCS8PrivateKey(d.private)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, ownerOnlyDir); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, ".device-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) //nolint:errcheck // what is left of it is for its owner alone
	_, err = file.Write(pem.EncodeToMemory(&pem.Block{Type: deviceBlock, Bytes: der}))
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return err
	}
	return os.Link(file.Name(), path)
}
