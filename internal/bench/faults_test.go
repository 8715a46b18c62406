package bench

import (
	"strings"
	"testing"
)

// What the lab writes becomes a line for each fault: one text that is lost anywhere shows.
func TestFaultRows(t *testing.T) {
	const lines = `
{"fault":"no path","sent":100,"recovered":1000,"longest":3000}
{"fault":"no path","sent":120,"recovered":2000,"longest":3000}
{"fault":"asleep","sent":80,"lost":2,"duplicated":1,"failure":"peer_lost"}
{"fault":"asleep","sent":50,"recovered":500}`
	runs, err := readSamples[faultRun](strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	table := Result{Name: "faults", Rows: faultRows(runs)}.table()
	for i, want := range []string{
		"case|texts|lost|duplicated|out of order|runs|recovered in|95 % interval|p95",
		"no path|220|0 ✓|0 ✓|0 ✓|2|1 s|1 – 2|2 s",
		"asleep|130|2 ✗|1 ✗|0 ✓|1|0.5 s|0.5 – 0.5|0.5 s",
		"all|350|2 ✗|1 ✗|0 ✓|–|–|–|–",
	} {
		if i >= len(table) || strings.Join(table[i], "|") != want {
			t.Errorf("line %d of %v, want %s", i, table, want)
		}
	}
}
