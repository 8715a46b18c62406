package durable_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/durable"
	"github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// written is a file with a tree of several levels, a document of many pages and a bucket, and what it holds.
func written(t *testing.T) (raw []byte, holds map[string]*firestorepb.Document) {
	t.Helper()
	dir := t.TempDir()
	f := open(t, dir)
	s := over(f, database)
	long := valuetest.String(string(bytes.Repeat([]byte("long"), 3000)))
	for n := range 60 {
		commit(t, s, set(fmt.Sprintf("a/%d", n), map[string]*firestorepb.Value{
			"n": valuetest.Int(int64(n)), "s": valuetest.String(string(bytes.Repeat([]byte{'x'}, 16*n))),
		}))
	}
	commit(t, s, set("a/long", map[string]*firestorepb.Value{"s": long}), set("a/7", nil))
	if err := f.Bucket("b").Put("key", []byte("value")); err != nil {
		t.Fatal(err)
	}
	holds = content(s)
	closed(t, f)
	raw, err := os.ReadFile(filepath.Join(dir, durable.FileName))
	if err != nil {
		t.Fatal(err)
	}
	return raw, holds
}

// reopen opens a file of these bytes: it is refused as damaged, or it is what it was.
func reopen(t *testing.T, dir string, raw []byte, holds map[string]*firestorepb.Document) (refused bool) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, durable.FileName), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := durable.Open(dir)
	if errors.Is(err, durable.ErrDamaged) {
		return true
	}
	if err != nil {
		t.Fatalf("another error than that it is damaged: %v", err)
	}
	wantSame(t, content(over(f, database)), holds)
	closed(t, f)
	return false
}

// Every few bytes another kind of damage: whatever it hits, nothing but what was written is served.
func TestDamage(t *testing.T) {
	t.Parallel()
	raw, holds := written(t)
	dir := t.TempDir()
	refused := 0
	for n, at := 0, 0; at < len(raw); n, at = n+1, at+397 {
		hurt := bytes.Clone(raw)
		switch n % 4 {
		case 0:
			hurt[at] ^= 1 << (n % 8)
		case 1:
			hurt[at] = ^hurt[at]
		case 2:
			clear(hurt[at:min(at+512, len(hurt))])
		case 3:
			copy(hurt[at:], raw[:64])
		}
		if bytes.Equal(hurt, raw) {
			continue
		}
		if reopen(t, dir, hurt, holds) {
			refused++
		}
	}
	if refused < 100 {
		t.Errorf("only %d damages were found", refused)
	}
}

// Pages in the places of others, as by a disk that writes to the wrong place, or not at all.
func TestPagesThatChangePlaces(t *testing.T) {
	t.Parallel()
	const page = 4096
	raw, holds := written(t)
	dir := t.TempDir()
	refused := 0
	for to := range len(raw) / page {
		for _, from := range []int{to - 1, to + 1, 0, 1, len(raw)/page - 1} {
			if from < 0 || (from+1)*page > len(raw) || from == to {
				continue
			}
			hurt := bytes.Clone(raw)
			copy(hurt[to*page:(to+1)*page], raw[from*page:])
			if reopen(t, dir, hurt, holds) {
				refused++
			}
		}
	}
	if refused == 0 {
		t.Error("no page was missed")
	}
}

func TestAFileThatWasCutShort(t *testing.T) {
	t.Parallel()
	raw, holds := written(t)
	dir := t.TempDir()
	for length := 0; length < len(raw); length += 2039 {
		if !reopen(t, dir, raw[:length], holds) && length < len(raw)/2 {
			t.Errorf("nothing is missing of the first %d bytes of %d", length, len(raw))
		}
	}
	if !reopen(t, dir, nil, holds) {
		t.Error("an empty file was taken for a new one")
	}
}

// What a lost write leaves: an earlier state of a page, whole in itself. The meta pages are left out: with an earlier
// one of them the file is what it was then.
func TestAnEarlierPage(t *testing.T) {
	t.Parallel()
	const page, metas = 4096, 2
	dir := t.TempDir()
	path := filepath.Join(dir, durable.FileName)
	var states [][]byte
	var holds map[string]*firestorepb.Document
	for n := range 8 {
		f := open(t, dir)
		s := over(f, database)
		commit(t, s, set("a/same", map[string]*firestorepb.Value{"n": valuetest.Int(int64(n))}))
		holds = content(s)
		closed(t, f)
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, raw)
	}
	newest, refused := states[len(states)-1], 0
	for _, earlier := range states[:len(states)-1] {
		for at := metas * page; at+page <= len(earlier); at += page {
			hurt := bytes.Clone(newest)
			copy(hurt[at:at+page], earlier[at:])
			if !bytes.Equal(hurt, newest) && reopen(t, dir, hurt, holds) {
				refused++
			}
		}
	}
	if refused == 0 {
		t.Error("no earlier page was found")
	}
}
