package rules

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strconv"
)

// Two values are told apart in two ways. Loosely, 1 and 1.0 are the same: ==, sets and map.diff. Strictly
// they are not: inside of lists and maps that are compared with ==, and for `in`, hasAll and the like of a
// list. The official emulator has both, and so they are here.
//
// A key is a string that two values share if and only if they are the same, so that all questions about
// lists and sets take time in proportion to their size.

// keyMaker makes keys and counts the work.
type keyMaker struct {
	loose bool
	work  *work
}

// key is v's key. Strictly, NaN is not even itself, so every one gets a key of its own.
func (w *work) key(v Value, loose bool) (string, error) {
	m := &keyMaker{loose: loose, work: w}
	out, err := m.append(nil, v)
	return string(out), err
}

func (m *keyMaker) append(out []byte, v Value) ([]byte, error) {
	if err := m.work.spend(workOfNode); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case Null:
		return append(out, 'n'), nil
	case Bool:
		return strconv.AppendBool(append(out, 'b'), bool(v)), nil
	case Int:
		if m.loose && int64(float64(v)) == int64(v) && math.Abs(float64(v)) < 1<<62 {
			return m.number(out, float64(v)), nil
		}
		return binary.BigEndian.AppendUint64(append(out, 'i'), uint64(v)), nil //nolint:gosec // its bits
	case Float:
		return m.number(out, float64(v)), nil
	case String:
		return m.text(out, 's', string(v))
	case Bytes:
		return m.text(out, 'y', string(v))
	case Timestamp:
		return m.pair(append(out, 't'), v.seconds, v.nanos), nil
	case Duration:
		return m.pair(append(out, 'd'), v.seconds, v.nanos), nil
	case LatLng:
		return m.number(m.number(append(out, 'g'), v.Latitude), v.Longitude), nil
	case Path:
		out = m.length(out, 'p', len(v))
		for _, s := range v {
			var err error
			if out, err = m.text(out, 's', s); err != nil {
				return nil, err
			}
		}
		return out, nil
	default:
		return m.container(out, v)
	}
}

func (m *keyMaker) container(out []byte, v Value) ([]byte, error) {
	var err error
	switch v := v.(type) {
	case List:
		out = m.length(out, 'l', len(v))
		for _, item := range v {
			if out, err = m.append(out, item); err != nil {
				return nil, err
			}
		}
		return out, nil
	case Map:
		if err := m.work.spend(v.Len() * workOfNode); err != nil { // its names are sorted
			return nil, err
		}
		out = m.length(out, 'm', v.Len())
		for _, name := range v.sortedNames() {
			if out, err = m.text(out, 's', name); err != nil {
				return nil, err
			}
			if out, err = m.append(out, v.fields[name]); err != nil {
				return nil, err
			}
		}
		return out, nil
	case set:
		out = m.length(out, 'e', len(v.keys))
		for _, key := range slices.Sorted(slices.Values(v.keys)) {
			if out, err = m.text(out, 's', key); err != nil {
				return nil, err
			}
		}
		return out, nil
	default: // the differences of maps, and constraints, equal nothing
		m.work.unique++
		return m.length(out, 'x', m.work.unique), nil
	}
}

func (m *keyMaker) number(out []byte, f float64) []byte {
	if math.IsNaN(f) && !m.loose {
		m.work.unique++
		return m.length(out, 'N', m.work.unique)
	}
	if m.loose && f == 0 {
		f = 0 // of either sign
	}
	return binary.BigEndian.AppendUint64(append(out, 'f'), math.Float64bits(f))
}

func (m *keyMaker) text(out []byte, tag byte, s string) ([]byte, error) {
	if err := m.work.spend(len(s)); err != nil {
		return nil, err
	}
	return append(m.length(out, tag, len(s)), s...), nil
}

func (m *keyMaker) length(out []byte, tag byte, n int) []byte {
	return binary.AppendUvarint(append(out, tag), uint64(n)) //nolint:gosec // a length
}

func (m *keyMaker) pair(out []byte, a, b int64) []byte {
	return binary.AppendVarint(binary.AppendVarint(out, a), b)
}

// equal answers a == b.
func (w *work) equal(a, b Value) (bool, error) {
	if x, y, ok := floats(a, b); ok {
		if i, j, both := ints(a, b); both {
			return i == j, nil
		}
		return x == y, nil
	}
	if a.typeName() != b.typeName() {
		return false, nil
	}
	switch a := a.(type) {
	case mapDiff, constraint:
		return false, nil
	case String:
		return a == b, w.spend(len(a))
	}
	return w.same(a, b, false)
}

// keys is the set of the strict keys of items.
func (w *work) keys(items List) (map[string]bool, error) {
	out := make(map[string]bool, len(items))
	for _, item := range items {
		key, err := w.key(item, false)
		if err != nil {
			return nil, err
		}
		out[key] = true
	}
	return out, nil
}

// same compares by key.
func (w *work) same(a, b Value, loose bool) (bool, error) {
	m := &keyMaker{loose: loose, work: w}
	x, err := m.append(nil, a)
	if err != nil {
		return false, err
	}
	y, err := m.append(nil, b)
	return string(x) == string(y), err
}

// compare orders a and b: -1, 0 or 1, and ok false where NaN has no order. Types without an order are an
// error.
func compare(op string, a, b Value) (order int, ok bool, err error) {
	if i, j, both := ints(a, b); both {
		return cmp.Compare(i, j), true, nil
	}
	if x, y, both := floats(a, b); both {
		return cmp.Compare(x, y), !math.IsNaN(x) && !math.IsNaN(y), nil
	}
	switch x := a.(type) {
	case String:
		if y, is := b.(String); is {
			return compareUTF16(string(x), string(y)), true, nil
		}
	case Bytes:
		if y, is := b.(Bytes); is {
			return cmp.Compare(string(x), string(y)), true, nil
		}
	case Timestamp:
		if y, is := b.(Timestamp); is {
			return comparePairs(x.seconds, x.nanos, y.seconds, y.nanos), true, nil
		}
	case Duration:
		if y, is := b.(Duration); is {
			return comparePairs(x.seconds, x.nanos, y.seconds, y.nanos), true, nil
		}
	}
	return 0, false, fault("there is no %s %s %s", a.typeName(), op, b.typeName())
}

func ints(a, b Value) (x, y int64, ok bool) {
	i, is := a.(Int)
	j, are := b.(Int)
	return int64(i), int64(j), is && are
}

func floats(a, b Value) (x, y float64, ok bool) {
	x, is := float(a)
	y, are := float(b)
	return x, y, is && are
}

func float(v Value) (float64, bool) {
	switch v := v.(type) {
	case Int:
		return float64(v), true
	case Float:
		return float64(v), true
	default:
		return 0, false
	}
}

func comparePairs(a, aa, b, bb int64) int {
	return cmp.Or(cmp.Compare(a, b), cmp.Compare(aa, bb))
}

// compareUTF16 orders strings by their UTF-16 units. UTF-8 has the same order but where a character
// beyond U+FFFF, a pair of surrogates, meets one from U+E000 to U+FFFF.
func compareUTF16(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n == len(a) || n == len(b) {
		return cmp.Compare(len(a), len(b))
	}
	astralA, astralB := a[n] >= 0xF0, b[n] >= 0xF0
	if astralA != astralB && min(a[n], b[n]) >= 0xEE {
		return cmp.Compare(b[n], a[n])
	}
	return cmp.Compare(a[n], b[n])
}
