package disk_test

import (
	"path/filepath"
	"testing"

	"github.com/parley-chat/parley/peer/disk"
)

const benchBytes = 256 << 20

// BenchmarkRead is hashing and sealing what is sent.
func BenchmarkRead(b *testing.B) {
	path := filepath.Join(b.TempDir(), "a")
	write(b, path, benchBytes)
	found, _, err := disk.Find([]string{path})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(benchBytes)
	b.ReportAllocs()
	for b.Loop() {
		src, err := disk.Read(b.Context(), testKey, found, func(int64) {})
		if err != nil {
			b.Fatal(err)
		}
		check(b, src.Close())
	}
}

// BenchmarkWrite is writing what comes, in any order, until the disk keeps it and it has its name.
func BenchmarkWrite(b *testing.B) {
	path := filepath.Join(b.TempDir(), "a")
	write(b, path, benchBytes)
	src := source(b, path)
	order := shuffled(src.Set())
	blocks := make([][]byte, len(order))
	for i, index := range order {
		block, err := src.Block(index)
		if err != nil {
			b.Fatal(err)
		}
		blocks[i] = block
	}
	b.SetBytes(benchBytes)
	b.ReportAllocs()
	for b.Loop() {
		dst := sink(b, b.TempDir(), src.Set(), disk.Options{})
		for i, index := range order {
			if err := dst.Write(index, blocks[i]); err != nil {
				b.Fatal(err)
			}
		}
		_, err := dst.Finish()
		check(b, err)
		check(b, dst.Close())
	}
}
