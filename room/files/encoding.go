package files

import (
	"bytes"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/parley-chat/parley/protocol"
)

const (
	version     = 1
	digestBytes = len(protocol.BlockID{})
	// limitOfLists is the shortest limit of lists that the decoder takes which is enough for paths.
	limitOfLists = MaxDepth
)

// encodedManifest is a manifest as CBOR has it. The encoder puts the members in their order.
type encodedManifest struct {
	Version int            `cbor:"v"`
	Entries []encodedEntry `cbor:"entries"`
	Blocks  []byte         `cbor:"blocks"`
}

type encodedEntry struct {
	Path     encodedPath `cbor:"path"`
	Size     int64       `cbor:"size"`
	Type     string      `cbor:"type"`
	Modified *int64      `cbor:"modified,omitempty"`
}

type encodedParts struct {
	Parts []byte `cbor:"parts"`
}

// encodedPath is decoded with a limit of its own: 64 MiB of empty names would be a gigabyte of strings.
type encodedPath []string

// UnmarshalCBOR implements [cbor.Unmarshaler].
func (p *encodedPath) UnmarshalCBOR(raw []byte) error {
	return decode(raw, (*[]string)(p), limitOfLists)
}

// Encode writes the manifest (SPEC F3). It refuses what ParseManifest would.
func (m Manifest) Encode() ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	encoded := encodedManifest{
		Version: version,
		Entries: make([]encodedEntry, len(m.Entries)),
		Blocks:  joinDigests(m.Blocks),
	}
	for i, e := range m.Entries {
		encoded.Entries[i] = encodedEntry{Path: e.Path, Size: e.Size, Type: e.Type}
		if !e.Modified.IsZero() {
			encoded.Entries[i].Modified = new(e.Modified.UnixMilli())
		}
	}
	raw, err := encode(encoded)
	if err == nil && len(raw) > MaxManifestBytes {
		return nil, refusef("F4", "", "over %d bytes", MaxManifestBytes)
	}
	return raw, err
}

// ParseManifest reads what Encode writes, and nothing else. It fails with a *protocol.ParseError.
func ParseManifest(raw []byte) (Manifest, error) {
	if len(raw) > MaxManifestBytes {
		return Manifest{}, refusef("F4", "", "over %d bytes", MaxManifestBytes)
	}
	var encoded encodedManifest
	if err := decode(raw, &encoded, MaxEntries); err != nil {
		return Manifest{}, refusef("F3", "", "not such CBOR")
	}
	if encoded.Version != version {
		return Manifest{}, refusef("F4", "v", protocol.UnsupportedVersion)
	}
	m := Manifest{Entries: make([]Entry, len(encoded.Entries))}
	for i, e := range encoded.Entries {
		m.Entries[i] = Entry{Path: e.Path, Size: e.Size, Type: e.Type}
		if e.Modified != nil {
			m.Entries[i].Modified = time.UnixMilli(*e.Modified)
		}
	}
	var err error
	if m.Blocks, err = splitDigests(encoded.Blocks); err != nil {
		return Manifest{}, err
	}
	again, err := m.Encode() // checks it, too
	if err != nil {
		return Manifest{}, err
	}
	if !bytes.Equal(again, raw) {
		return Manifest{}, refusef("F3", "", "not the shortest such CBOR")
	}
	return m, nil
}

// encodeParts writes a root that names the blocks of the manifest (SPEC F3).
func encodeParts(parts []protocol.BlockID) ([]byte, error) {
	if len(parts) < 1 || len(parts) > maxParts {
		return nil, refusef("F3", "parts", "want 1 to %d", maxParts)
	}
	return encode(encodedParts{joinDigests(parts)})
}

// isParts tells whether a root is of the sort that encodeParts writes, and not a manifest.
func isParts(raw []byte) bool {
	var encoded encodedParts
	return decode(raw, &encoded, limitOfLists) == nil
}

// parseParts reads what encodeParts writes, and nothing else. It fails with a *protocol.ParseError.
func parseParts(raw []byte) ([]protocol.BlockID, error) {
	var encoded encodedParts
	if err := decode(raw, &encoded, limitOfLists); err != nil {
		return nil, refusef("F3", "", "not such CBOR")
	}
	parts, err := splitDigests(encoded.Parts)
	if err != nil {
		return nil, err
	}
	again, err := encodeParts(parts)
	if err == nil && !bytes.Equal(again, raw) {
		err = refusef("F3", "", "not the shortest such CBOR")
	}
	return parts, err
}

func encode(v any) ([]byte, error) {
	options := cbor.CoreDetEncOptions()
	options.NilContainers = cbor.NilContainerAsEmpty // so that null is not what an empty list is written as
	mode, err := options.EncMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(v)
}

// decode refuses what would be read without complaint, and written otherwise. What it leaves the callers find when
// they write again what they have read.
func decode(raw []byte, into any, longestList int) error {
	mode, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		MaxArrayElements:  longestList,
	}.DecMode()
	if err != nil {
		return err
	}
	return mode.Unmarshal(raw, into)
}

func joinDigests(digests []protocol.BlockID) []byte {
	joined := make([]byte, 0, digestBytes*len(digests))
	for i := range digests {
		joined = append(joined, digests[i][:]...)
	}
	return joined
}

func splitDigests(joined []byte) ([]protocol.BlockID, error) {
	if len(joined)%digestBytes != 0 {
		return nil, refusef("F3", "", "want digests of %d bytes", digestBytes)
	}
	digests := make([]protocol.BlockID, len(joined)/digestBytes)
	for i := range digests {
		digests[i] = protocol.BlockID(joined[i*digestBytes:])
	}
	return digests, nil
}
