package query_test

import (
	"fmt"
	"slices"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/query"
	. "github.com/parley-chat/parley/emulator/internal/query/querytest"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// BenchmarkRun runs queries over 100 000 documents in memory, without an index.
func BenchmarkRun(b *testing.B) {
	const n = 100_000
	crowd := make([]*pb.Document, n)
	for i := range crowd {
		crowd[i] = &pb.Document{Name: fmt.Sprintf("%sc/%06d", documents, i), Fields: map[string]*pb.Value{
			"n": Int(int64(i * 7919 % n)),
			"s": String(fmt.Sprint("s", i%100)),
			"m": Map(map[string]*pb.Value{"x": Int(int64(i % 10))}),
		}}
	}
	for _, c := range []struct{ name, query string }{
		{"all", `C{}`},
		{"equality", `C{} where{field_filter{field{field_path:"s"} op:EQUAL value{string_value:"s7"}}}`},
		{"nested range", `C{} where{field_filter{field{field_path:"m.x"} op:LESS_THAN value{integer_value:1}}}`},
		{"first 20 by a field", `C{} order_by{field{field_path:"n"}} limit{value:20}`},
		{"all by a field", `C{} order_by{field{field_path:"n"} direction:DESCENDING}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			q, err := query.Compile(root, parse(b, c.query))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				q.Run(slices.Values(crowd))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/document")
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	w := NewWorld(1, Database, 60)
	queries := make([]*pb.StructuredQuery, 100)
	for i := range queries {
		queries[i] = w.Query()
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if q, err := query.Compile(root, queries[i%100]); err == nil {
			q.Canonical()
		}
	}
}
