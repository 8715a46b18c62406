package bench

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// A join is one call through the store whatever the room's size, and nothing is lost.
func TestRooms(t *testing.T) {
	t.Parallel()
	result := Result{Name: "rooms"}
	for _, size := range []int{2, 10, 24} {
		rows := roomRows(size, []roomFigures{simulateRoom(size, 1), simulateRoom(size, 2)})
		for _, row := range rows {
			if row.Target != "" && !row.OK {
				t.Errorf("%s members, %s: %v", row.Case, row.Metric, row.Median)
			}
		}
		result.Rows = append(result.Rows, rows...)
	}
	table := result.table()
	if len(table) != 4 || table[3][0] != strconv.Itoa(24) {
		t.Errorf("got %v", table)
	}
	plot := filepath.Join(t.TempDir(), "rooms.svg")
	if err := os.WriteFile(plot, []byte(Plot(result)), 0o600); err != nil {
		t.Fatal(err)
	}
	checkXML(t, plot, 0)
}
