package cpace

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/gtank/ristretto255"

	"github.com/parley-chat/parley/protocol"
)

const (
	channel  = "parley/v1/code" // the draft's channel identifier begins with it
	keySalt  = "parley/v1"
	keyInfo  = "code-key"
	keyBytes = 32

	nonceBytes  = 12
	secretBytes = len(protocol.RoomSecret{})
)

// Sizes of what is written into documents (SPEC N2, N3).
const (
	NonceBytes  = 16 // of a code and of a guess
	ShareBytes  = 32
	TagBytes    = 64
	SealedBytes = nonceBytes + secretBytes + 16
)

// ErrWords is returned when the other does not know the same words, or the store has changed something (SPEC N6).
var ErrWords = errors.New("cpace: [N6] not the same words")

// ErrOver is returned by a run that has ended.
var ErrOver = errors.New("cpace: this run is over")

// Binding is what a run is about. Both sides must have the same.
type Binding struct {
	Code protocol.ShortCode
	// CodeID is the code's id, from its document (SPEC N2).
	CodeID protocol.RoomID
	// CodeNonce and GuessNonce are random, of the creator and of the joiner.
	CodeNonce, GuessNonce [NonceBytes]byte
	// Joiner and Creator are the uids of the two.
	Joiner, Creator string
}

func (b *Binding) sid() []byte       { return append(b.CodeNonce[:], b.GuessNonce[:]...) }
func (b *Binding) joinerAD() []byte  { return lvCat([]byte(b.Joiner)) }
func (b *Binding) creatorAD() []byte { return lvCat([]byte(b.Creator)) }

// share makes one side's scalar and what it sends for it (SPEC N4).
func (b *Binding) share(random io.Reader) (*ristretto255.Scalar, []byte, error) {
	scalar, err := newScalar(random)
	if err != nil {
		return nil, nil, err
	}
	g := generator([]byte(b.Code.Words), lvCat([]byte(channel), []byte(b.Code.Slot)), b.sid())
	return scalar, g.ScalarMult(scalar, g).Bytes(), nil
}

// Joiner is the side that was told the code, in one run. It is for one goroutine.
type Joiner struct {
	binding Binding
	scalar  *ristretto255.Scalar // nil when the run is over
	share   []byte
	isk     []byte // nil until the creator has confirmed, and again when the run is over
}

// NewJoiner begins a run. random must be a cryptographic source; NewJoiner fails only if it does.
func NewJoiner(random io.Reader, b Binding) (*Joiner, error) {
	scalar, share, err := b.share(random)
	return &Joiner{binding: b, scalar: scalar, share: share}, err
}

// Share is what the joiner's guess says (SPEC N3).
func (j *Joiner) Share() []byte { return j.share }

// Confirm takes the creator's share and tag, and gives the tag to send. It fails with [ErrShare] or [ErrWords], and
// then nothing must be sent; whatever comes of it, the scalar is used up, and a second call fails with [ErrOver].
func (j *Joiner) Confirm(answer, answerTag []byte) ([]byte, error) {
	if j.scalar == nil {
		return nil, ErrOver
	}
	scalar := j.scalar
	j.scalar = nil
	defer scalar.Zero()
	point, err := multiplyVerified(scalar, answer)
	if err != nil {
		return nil, err
	}
	b := &j.binding
	isk := sessionKey(b.sid(), point, j.share, b.joinerAD(), answer, b.creatorAD())
	if !hmac.Equal(answerTag, tagOf(b.sid(), isk, answer, b.creatorAD())) {
		return nil, ErrWords
	}
	j.isk = isk
	return tagOf(b.sid(), isk, j.share, b.joinerAD()), nil
}

// Take opens the room's secret that the creator sealed. It fails with [ErrWords] for what was changed, and with
// [ErrOver] before Confirm has succeeded. The run is over then.
func (j *Joiner) Take(sealed []byte) (protocol.RoomSecret, error) {
	if j.isk == nil {
		return protocol.RoomSecret{}, ErrOver
	}
	defer func() { clear(j.isk); j.isk = nil }()
	if len(sealed) != SealedBytes {
		return protocol.RoomSecret{}, ErrWords
	}
	secret, err := sealer(j.isk).Open(nil, sealed[:nonceBytes], sealed[nonceBytes:], []byte(j.binding.CodeID))
	if err != nil {
		return protocol.RoomSecret{}, ErrWords
	}
	defer clear(secret)
	return protocol.RoomSecret(secret), nil
}

// Creator is the side that made the code, in one run. It is for one goroutine.
type Creator struct {
	binding    Binding
	share, tag []byte
	joinerTag  []byte // the tag that is right
	isk        []byte // nil when the run is over
}

// Answer takes a joiner's share. It fails with [ErrShare], or if random does, which must be a cryptographic source.
func Answer(random io.Reader, b Binding, guess []byte) (*Creator, error) {
	scalar, share, err := b.share(random)
	if err != nil {
		return nil, err
	}
	defer scalar.Zero()
	point, err := multiplyVerified(scalar, guess)
	if err != nil {
		return nil, err
	}
	isk := sessionKey(b.sid(), point, guess, b.joinerAD(), share, b.creatorAD())
	return &Creator{
		binding: b, share: share, isk: isk,
		tag:       tagOf(b.sid(), isk, share, b.creatorAD()),
		joinerTag: tagOf(b.sid(), isk, guess, b.joinerAD()),
	}, nil
}

// Share is what the creator answers to the guess (SPEC N3).
func (c *Creator) Share() []byte { return c.share }

// Tag goes with the share.
func (c *Creator) Tag() []byte { return c.tag }

// Give takes the joiner's tag and, if it is right, seals the room's secret for them. It fails with [ErrWords] if it is
// not, with [ErrOver] the second time, and if random does.
func (c *Creator) Give(random io.Reader, tag []byte, secret protocol.RoomSecret) ([]byte, error) {
	if c.isk == nil {
		return nil, ErrOver
	}
	defer func() { clear(c.isk); c.isk = nil }()
	if !hmac.Equal(tag, c.joinerTag) {
		return nil, ErrWords
	}
	sealed := make([]byte, nonceBytes, SealedBytes)
	if _, err := io.ReadFull(random, sealed); err != nil {
		return nil, fmt.Errorf("cpace: nonce: %w", err)
	}
	return sealer(c.isk).Seal(sealed, sealed, secret[:], []byte(c.binding.CodeID)), nil
}

// sealer is what the room's secret is sealed with (SPEC N7).
func sealer(isk []byte) cipher.AEAD {
	key, err := hkdf.Key(sha256.New, isk, []byte(keySalt), keyInfo, keyBytes)
	if err != nil {
		panic("cpace: derive a key: " + err.Error()) // only lengths over 255 hashes can fail
	}
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("cpace: AES-256: " + err.Error()) // the key has 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("cpace: GCM: " + err.Error()) // AES has blocks of 16 bytes
	}
	return aead
}
