package files_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/files"
)

var testKey = protocol.FileKey{1, 2, 3}

// randomSet is a set of files with chosen sizes and the blocks that its content makes.
func randomSet(t *testing.T, sizes ...int) (set *files.Set, blocks, contents [][]byte) {
	t.Helper()
	sealing, err := files.NewSealing(testKey)
	if err != nil {
		t.Fatal(err)
	}
	source := rand.NewChaCha8([32]byte{1})
	m := files.Manifest{Blocks: []protocol.BlockID{}}
	for i, size := range sizes {
		content := make([]byte, size)
		_, _ = source.Read(content)
		contents = append(contents, content)
		m.Entries = append(m.Entries, files.Entry{Path: []string{string(rune('a' + i))}, Size: int64(size)})
		for offset := 0; offset < size; offset += files.PieceBytes {
			m.Blocks = append(m.Blocks, sealing.Next(content[offset:min(size, offset+files.PieceBytes)]))
		}
	}
	set, err = files.NewSet(testKey, m)
	if err != nil {
		t.Fatal(err)
	}
	blocks = append(blocks, set.Head()...)
	for index := len(blocks); index < len(set.Blocks()); index++ {
		p, _ := set.Piece(index)
		block, same := set.Seal(nil, index, contents[p.Entry][p.Offset:][:p.Length])
		if !same {
			t.Fatalf("block %d is another than was hashed", index)
		}
		blocks = append(blocks, block)
	}
	return set, blocks, contents
}

// What one side has sealed the other opens, in every place of every file.
func TestSetGoesRound(t *testing.T) {
	set, blocks, contents := randomSet(t, 0, 1, files.PieceBytes, 0, files.PieceBytes+1, 3*files.PieceBytes, 0)
	opening, err := files.NewOpening(set.Root(), testKey)
	if err != nil {
		t.Fatal(err)
	}
	got, err := opening.Add(0, blocks[0])
	if err != nil || got == nil {
		t.Fatal(got, err)
	}
	if !reflect.DeepEqual(got.Manifest(), set.Manifest()) || !reflect.DeepEqual(got.Blocks(), set.Blocks()) {
		t.Error("the set that was opened is another")
	}
	for index := 1; index < len(blocks); index++ {
		p, ok := got.Piece(index)
		if first, end := got.Pieces(p.Entry); !ok || index < first || index >= end {
			t.Errorf("block %d is of entry %d, which has %d to %d", index, p.Entry, first, end)
		}
		content, err := got.Open(nil, index, blocks[index])
		if err != nil || !bytes.Equal(content, contents[p.Entry][p.Offset:][:p.Length]) {
			t.Errorf("block %d: %v", index, err)
		}
	}
	for _, index := range []int{-1, 0, len(blocks)} {
		if _, ok := got.Piece(index); ok {
			t.Errorf("there is a piece at %d", index)
		}
	}
}

func TestSetRefusesOtherContent(t *testing.T) {
	set, blocks, contents := randomSet(t, 10, 10)
	if _, same := set.Seal(nil, 1, contents[1]); same {
		t.Error("other content makes the same block")
	}
	if _, err := set.Open(nil, 1, blocks[2]); !errors.Is(err, files.ErrSealed) {
		t.Errorf("another number's block: %v", err)
	}
	if _, err := set.Open(nil, 1, blocks[1][1:]); !errors.Is(err, files.ErrSealed) {
		t.Errorf("a short block: %v", err)
	}
}

// A manifest of 10 000 files is in several blocks, which come in any order.
func TestOpeningInParts(t *testing.T) {
	set, err := files.NewSet(testKey, emptyFiles(files.MaxEntries))
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Head()) < 3 {
		t.Fatalf("%d blocks: the manifest should not fit", len(set.Head()))
	}
	opening, err := files.NewOpening(set.Root(), testKey)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := opening.Add(1, set.Head()[1]); got != nil || err != nil {
		t.Error("a block that nothing is known of was taken:", err)
	}
	if got, err := opening.Add(0, set.Head()[0]); got != nil || err != nil {
		t.Fatal("after the root:", err)
	}
	if !reflect.DeepEqual(opening.Blocks(), set.Blocks()) {
		t.Error("the root tells other blocks than there are")
	}
	for index := len(set.Head()) - 1; index > 0; index-- {
		got, err := opening.Add(index, set.Head()[index])
		if err != nil || (got != nil) != (index == 1) {
			t.Fatalf("after %d: %v", index, err)
		}
		if got != nil && !reflect.DeepEqual(got.Manifest(), set.Manifest()) {
			t.Error("the manifest is another")
		}
	}
}

func TestOpeningRefuses(t *testing.T) {
	for name, key := range map[string]protocol.FileKey{"another key": {9}, "no key": {}} {
		set, _, _ := randomSet(t, 1)
		opening, err := files.NewOpening(set.Root(), key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := opening.Add(0, set.Head()[0]); !errors.Is(err, files.ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
