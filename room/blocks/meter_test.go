package blocks

import "testing"

// A rate is that of the time since something came, up to five seconds; a second at least, so that the first bytes are
// not taken for a great speed.
func TestMeter(t *testing.T) {
	t.Parallel()
	var m meter
	for now := int64(0); now < 60_000; now += 100 {
		m.add(now, 100)
		want := 1000
		if now < 900 {
			want = int(now/100+1) * 100
		}
		if got := m.rate(now); got < want-want/10 || got > want+want/10+100 {
			t.Errorf("after %d ms: %d bytes a second, want about %d", now, got, want)
		}
	}
	if got := m.rate(66_000); got != 0 {
		t.Errorf("after six seconds of nothing: %d bytes a second", got)
	}
	m.add(70_000, 500)
	if got := m.rate(70_500); got != 500 {
		t.Errorf("beginning again: %d bytes a second, want 500", got)
	}
}
