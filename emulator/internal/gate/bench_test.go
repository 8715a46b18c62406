package gate_test

import (
	"testing"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/gate"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/service"
)

// BenchmarkGate shows what the gate costs: the same calls at it and at the service behind it.
func BenchmarkGate(b *testing.B) {
	api := service.New(nil)
	defer api.Close()
	g := gate.New(api, metering.New(), nil)
	defer g.Close()
	ctx := service.WithCaller(b.Context(), service.Caller{Admin: true})
	for _, c := range []struct {
		name string
		at   gate.API
	}{{"gate", g}, {"service", api}} {
		b.Run("commit/"+c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := c.at.Commit(ctx, set("a/1")); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("get/"+c.name, func(b *testing.B) {
			get := &firestorepb.GetDocumentRequest{Name: root + "/a/1"}
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if _, err := c.at.GetDocument(ctx, get); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
