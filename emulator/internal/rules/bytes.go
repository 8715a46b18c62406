package rules

import (
	"crypto/md5" //nolint:gosec // the language has it
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"strings"
)

func bytesMethod(b Bytes, in *invocation) (Value, error) {
	var v Value
	switch in.name {
	case "size":
		v = Int(len(b))
	case "toHexString":
		v = String(strings.ToUpper(hex.EncodeToString(b)))
	case "toBase64":
		v = String(base64.URLEncoding.EncodeToString(b))
	default:
		return nil, in.unknown("bytes.")
	}
	return v, in.takes(0)
}

// hashingFunction takes a string for its UTF-8. A CRC is its four bytes, the lowest first.
func hashingFunction(in *invocation) (Value, error) {
	if err := in.takes(1); err != nil {
		return nil, err
	}
	var data []byte
	switch v := in.args[0].(type) {
	case Bytes:
		data = v
	case String:
		data = []byte(v)
	default:
		return nil, fault("hashing.%s takes bytes or string, not %s", in.name, v.typeName())
	}
	switch in.name {
	case "crc32":
		return crc(crc32.ChecksumIEEE(data)), nil
	case "crc32c":
		return crc(crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli))), nil
	case "md5":
		sum := md5.Sum(data) //nolint:gosec // the language has it
		return Bytes(sum[:]), nil
	case "sha256":
		sum := sha256.Sum256(data)
		return Bytes(sum[:]), nil
	default:
		return nil, in.unknown("hashing.")
	}
}

func crc(sum uint32) Bytes { return binary.LittleEndian.AppendUint32(nil, sum) }
