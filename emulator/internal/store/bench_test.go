package store_test

import (
	"strconv"
	"sync/atomic"
	"testing"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/durable"
	"github.com/parley-chat/parley/emulator/internal/store"
	"github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// BenchmarkCommit writes one small document a commit, among 1 000.
func BenchmarkCommit(b *testing.B) {
	b.Run("memory", func(b *testing.B) { benchmarkCommit(b, nil) })
	b.Run("durable", func(b *testing.B) {
		f, err := durable.Open(b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		benchmarkCommit(b, f)
	})
}

func benchmarkCommit(b *testing.B, journal store.Journal) {
	const database = "projects/demo-x/databases/(default)"
	s := store.New(database, &store.Options{Journal: journal})
	defer s.Close()
	var n atomic.Int64
	commit := func(b *testing.B) {
		i := n.Add(1)
		write := &firestorepb.Write{Operation: &firestorepb.Write_Update{Update: &firestorepb.Document{
			Name:   database + "/documents/a/" + strconv.FormatInt(i%1000, 10),
			Fields: map[string]*firestorepb.Value{"n": valuetest.Int(i)},
		}}}
		if _, err := s.Commit(b.Context(), store.Request{Writes: []store.Write{{Proto: write}}}); err != nil {
			b.Error(err)
		}
	}
	b.Run("sequential", func(b *testing.B) {
		for b.Loop() {
			commit(b)
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.SetParallelism(32)
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				commit(b)
			}
		})
	})
}
