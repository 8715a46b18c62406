package durable

import (
	"encoding/binary"
	"fmt"
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/store"
)

// The file's buckets, and the one key of the state.
const (
	recordsBucket = "records"
	stateBucket   = "state"
	stateKey      = "state"
)

// kind is the first byte of a record's key.
type kind byte

const (
	documentKind kind = 'd' // the full name; a document without it
	timeKind     kind = 't' // a database's name; its newest commit's time, 8 bytes
	entryKind    kind = 'e' // a bucket's name, a zero byte, a key; a value
)

func (k kind) key(name string) []byte { return append([]byte{byte(k)}, name...) }

// job is a part of a transaction: records to write, in order.
type job struct {
	puts []put
	done func(error)
}

// put writes a record; a nil value deletes it.
type put struct{ key, value []byte }

// putsOf are the records of a commit.
func putsOf(e store.Entry) ([]put, error) {
	puts := make([]put, 0, len(e.Changes)+1)
	for _, c := range e.Changes {
		p := put{key: documentKind.key(c.Name)}
		if c.After != nil {
			var err error
			if p.value, err = encodeDocument(c.After); err != nil {
				return nil, err
			}
		}
		puts = append(puts, p)
	}
	at := binary.BigEndian.AppendUint64(nil, uint64(e.Time)) //nolint:gosec // it comes back as it went
	return append(puts, put{key: timeKind.key(e.Database), value: at}), nil
}

// encodeDocument is a document without its name, which is the record's key.
func encodeDocument(d *firestorepb.Document) ([]byte, error) {
	raw, err := proto.Marshal(&firestorepb.Document{
		Fields: d.GetFields(), CreateTime: d.GetCreateTime(), UpdateTime: d.GetUpdateTime(),
	})
	if err != nil {
		return nil, fmt.Errorf("durable: a document: %w", err)
	}
	return raw, nil
}

// decode adds a record to what is loaded; those of buckets are read when they are asked for. The error is [ErrDamaged].
func decode(into map[string]store.Saved, key, value []byte) error {
	if len(key) == 0 {
		return damaged("a record has no key")
	}
	name := string(key[1:])
	switch kind(key[0]) {
	case documentKind:
		database, _, ok := strings.Cut(name, "/documents/")
		d := &firestorepb.Document{}
		if err := proto.Unmarshal(value, d); err != nil || !ok {
			return damaged("a record is no document")
		}
		d.Name = name
		saved := into[database]
		saved.Documents = append(saved.Documents, d)
		into[database] = saved
	case timeKind:
		if len(value) != 8 {
			return damaged("a time has %d bytes", len(value))
		}
		saved := into[name]
		saved.Time = store.Time(binary.BigEndian.Uint64(value)) //nolint:gosec // as it was written
		into[name] = saved
	case entryKind:
	default:
		return damaged("a record is of unknown kind %d", key[0])
	}
	return nil
}
