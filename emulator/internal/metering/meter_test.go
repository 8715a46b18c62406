package metering_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/metering"
)

// Whoever comes after too many others, or with too long a name, is counted with all of those.
func TestStrangersAreLumpedTogether(t *testing.T) {
	m := metering.New()
	one := metering.Usage{Reads: 1}
	for n := range 10_000 {
		m.Add("x", strconv.Itoa(n), one)
	}
	for _, client := range []string{"0", "late", "later", strings.Repeat("a", 129)} {
		m.Add("x", client, one)
	}
	m.Add("y", "late", one)
	used := m.Usage("x")
	if len(used) != 10_001 || used[metering.Others].Reads != 3 || used["0"].Reads != 2 {
		t.Errorf("%d clients; others %+v, the first %+v", len(used), used[metering.Others], used["0"])
	}
	if y := m.Usage("y"); len(y) != 1 || y[metering.Others].Reads != 1 {
		t.Errorf("another database has %+v", y)
	}
	m.Reset("x")
	m.Reset("y")
	m.Add("y", "late", one)
	if y := m.Usage("y"); y["late"].Reads != 1 || len(m.Usage("x")) != 0 {
		t.Errorf("after a reset there is %+v", y)
	}
}

func TestBill(t *testing.T) {
	m := metering.New()
	same := func(string) int64 { return 1 }
	lookUp := func(b *metering.Bill, target int32, names []string, version func(string) int64) {
		ctx := metering.With(t.Context(), b)
		if target > 0 {
			ctx = metering.ForTarget(ctx, target)
		}
		metering.LookedUp(ctx, names, version)
	}
	for _, step := range []struct {
		what string
		do   func(b *metering.Bill)
		want int64
	}{
		{"nothing", func(*metering.Bill) {}, 0},
		{"at least one", func(b *metering.Bill) { b.AtLeast(1) }, 1},
		{"more than the least", func(b *metering.Bill) { b.Add(metering.Usage{Reads: 3}); b.AtLeast(1) }, 3},
		{"no entries", func(b *metering.Bill) { b.Entries(0) }, 1},
		{"a thousand entries", func(b *metering.Bill) { b.Entries(1000) }, 1},
		{"one more", func(b *metering.Bill) { b.Entries(1001) }, 2},
		{"rules and the least", func(b *metering.Bill) { lookUp(b, 0, []string{"a"}, same); b.AtLeast(1) }, 2},
		{"looked up twice", func(b *metering.Bill) {
			lookUp(b, 0, []string{"a", "b", "a"}, same)
			lookUp(b, 0, []string{"b"}, same)
		}, 2},
		{"looked up, changed, looked up", func(b *metering.Bill) {
			lookUp(b, 0, []string{"a"}, same)
			lookUp(b, 0, []string{"a"}, func(string) int64 { return 2 })
		}, 2},
		{"for two targets, one of which ends and comes back", func(b *metering.Bill) {
			lookUp(b, 1, []string{"a"}, same)
			lookUp(b, 2, []string{"a"}, same)
			b.Forget(1)
			lookUp(b, 1, []string{"a"}, same)
			lookUp(b, 2, []string{"a"}, same)
		}, 3},
	} {
		step.do(m.Bill("x", "alice"))
		if got := m.Usage("x")["alice"].Reads; got != step.want {
			t.Errorf("%s: %d reads, want %d", step.what, got, step.want)
		}
		m.Reset("x")
	}
	var none *metering.Bill
	none.Add(metering.Usage{Reads: 1})
	none.AtLeast(1)
	none.Entries(1)
	metering.LookedUp(metering.With(t.Context(), none), []string{"a"}, same)
	none.Forget(0)
}
