package durable

import (
	"crypto/sha256"
	"encoding/binary"

	"go.etcd.io/bbolt"
)

// version is that of the file's format.
const version = 1

// state is what the records are compared with when the file is opened: of which transaction they are, how many there
// are, and the sum of their hashes. A sum, since it can be kept without reading all records, whatever their order.
type state struct {
	commit uint64 // the number of the transaction that wrote it, as the meta page has it
	count  uint64
	sum    [4]uint64 // of the SHA-256 of the records, as four numbers modulo 2^64
}

// stateSize is a version, a transaction, a count, a sum, and the SHA-256 of these.
const stateSize = 1 + 8 + 8 + 4*8 + sha256.Size

// add counts a record in.
func (s *state) add(key, value []byte) {
	s.count++
	for i, n := range hash(key, value) {
		s.sum[i] += n
	}
}

// remove counts a record out.
func (s *state) remove(key, value []byte) {
	s.count--
	for i, n := range hash(key, value) {
		s.sum[i] -= n
	}
}

// hash is the SHA-256 of a record: of the length of its key, its key, its value.
func hash(key, value []byte) (parts [4]uint64) {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(key))))
	h.Write(key)
	h.Write(value)
	sum := h.Sum(make([]byte, 0, sha256.Size))
	for i := range parts {
		parts[i] = binary.BigEndian.Uint64(sum[8*i:])
	}
	return parts
}

// at is the same state, written by this transaction.
func (s state) at(tx *bbolt.Tx) state {
	s.commit = uint64(tx.ID()) //nolint:gosec // it counts from 0
	return s
}

func (s state) encode() []byte {
	raw := append(make([]byte, 0, stateSize), version)
	raw = binary.BigEndian.AppendUint64(raw, s.commit)
	raw = binary.BigEndian.AppendUint64(raw, s.count)
	for _, n := range s.sum {
		raw = binary.BigEndian.AppendUint64(raw, n)
	}
	sum := sha256.Sum256(raw)
	return append(raw, sum[:]...)
}

// decodeState reads what encode has written. The error is [ErrDamaged].
func decodeState(raw []byte) (state, error) {
	if len(raw) != stateSize {
		return state{}, damaged("its state has %d bytes", len(raw))
	}
	body := raw[:stateSize-sha256.Size]
	if sum := sha256.Sum256(body); string(sum[:]) != string(raw[len(body):]) {
		return state{}, damaged("its state is not as it was written")
	}
	if raw[0] != version {
		return state{}, damaged("its format is version %d, not %d", raw[0], version)
	}
	s := state{commit: binary.BigEndian.Uint64(raw[1:]), count: binary.BigEndian.Uint64(raw[9:])}
	for i := range s.sum {
		s.sum[i] = binary.BigEndian.Uint64(raw[17+8*i:])
	}
	return s, nil
}
