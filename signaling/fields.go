package signaling

import (
	"time"

	"github.com/parley-chat/parley/protocol"
)

// fieldReader reads a document's fields one by one and remembers the first that is against its rule.
type fieldReader struct {
	rule   string
	fields Fields
	err    error
}

func (r *fieldReader) fail(name, reason string) {
	if r.err == nil {
		r.err = &protocol.ParseError{Rule: r.rule, Field: name, Reason: reason}
	}
}

func (r *fieldReader) text(name string) string {
	s, ok := r.fields[name].(string)
	if !ok {
		r.fail(name, "not a string")
	}
	return s
}

func (r *fieldReader) optionalText(name string) string {
	if r.fields[name] == nil {
		return ""
	}
	return r.text(name)
}

func (r *fieldReader) uid(name string) string {
	uid, err := protocol.ParseUID(r.text(name))
	if err != nil {
		r.fail(name, "not a uid")
	}
	return uid
}

func (r *fieldReader) time(name string) time.Time {
	t, ok := r.fields[name].(time.Time)
	if !ok {
		r.fail(name, "not a time")
	}
	return t
}

func (r *fieldReader) key(name string) protocol.Key {
	raw, ok := r.fields[name].([]byte)
	if !ok {
		r.fail(name, "not bytes")
		return protocol.Key{}
	}
	key, err := protocol.KeyFromBytes(raw)
	if err != nil {
		r.fail(name, "not a key")
	}
	return key
}

func (r *fieldReader) nonce(name string) Nonce {
	var n Nonce
	copy(n[:], r.bytes(name, len(n)))
	return n
}

func (r *fieldReader) bytes(name string, size int) []byte {
	raw, ok := r.fields[name].([]byte)
	if !ok || len(raw) != size {
		r.fail(name, "not bytes of that size")
	}
	return raw
}

func (r *fieldReader) optionalBytes(name string, size int) []byte {
	if r.fields[name] == nil {
		return nil
	}
	return r.bytes(name, size)
}

// payload reads bytes that may be absent: nil.
func (r *fieldReader) payload(name string, most int) []byte {
	value, present := r.fields[name]
	if !present {
		return nil
	}
	raw, ok := value.([]byte)
	if !ok || len(raw) == 0 || len(raw) > most {
		r.fail(name, "not a payload")
		return nil
	}
	return raw
}
