package bench

import (
	"testing"
	"time"
)

// A file goes over everything that it is compared with, and each row has a figure.
func TestFileFigures(t *testing.T) {
	t.Parallel()
	room, err := newFileRoom(t.Context(), 2, openPlace)
	if err != nil {
		t.Fatal(err)
	}
	defer room.close()
	const bytes = 2*mib + 1
	path, err := randomFile(t.TempDir(), bytes)
	if err != nil {
		t.Fatal(err)
	}
	var f bulkFigures
	for range 2 { // the second room for a file that was sent before
		if err := f.sample(t.Context(), room, path, bytes); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range f.rows("2 MiB", f.peak.Median()) {
		if !(row.Median > 0) || row.N != 2 {
			t.Errorf("%+v", row)
		}
	}
}

// Nothing leaves a home faster than its uplink, and the sender of a file to many sends it about once.
func TestFileToMany(t *testing.T) {
	t.Parallel()
	const bytes = 4 * mib
	path, err := randomFile(t.TempDir(), bytes)
	if err != nil {
		t.Fatal(err)
	}
	took, sent, err := toMany(t.Context(), path, bytes, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	if least := float64(bytes) / 4 / fileUplink; took[0] < least { // three receivers, and the sender, each bring a part
		t.Errorf("all had it after %v s, which is sooner than anything goes there", took[0])
	}
	if sent[0] < 1 || sent[0] > 2 {
		t.Errorf("the sender sent it %v times", sent[0])
	}
}

// What is lost in the weather is lost, and what is not comes late.
func TestFileInWeather(t *testing.T) { // not beside another: vnet counts addresses without a lock
	const oneWay = 5 * time.Millisecond
	away, err := newWeather(oneWay, fileLoss)
	if err != nil {
		t.Fatal(err)
	}
	defer away.close()
	took, err := bareBulk(t.Context(), away.place, 256<<10)
	if err != nil {
		t.Fatal(err)
	}
	if took < 2*oneWay {
		t.Errorf("all came after %v, which is sooner than anything goes there", took)
	}
}
