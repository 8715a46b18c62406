package dump

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/encoding/prototext"

	"github.com/parley-chat/parley/emulator-tests/admin"
)

// Recorder keeps every different name and value that was ever in a database, in memory. Its zero value is ready. It is
// safe for concurrent use.
type Recorder struct {
	mu       sync.Mutex
	versions int               // guarded by mu
	paths    map[string]bool   // guarded by mu
	values   map[string]string // guarded by mu: each value, and where it was first
	counts   map[string]int    // guarded by mu: of the values in each place
	changed  chan struct{}     // guarded by mu: closed at the next change
	bytes    int               // guarded by mu: of the values
}

// Found is a leak and where it was first: a place such as rooms/*/links/* offer, without ids.
type Found struct {
	Leak
	Place string
}

// Report is what a search has come to.
type Report struct {
	// Documents, Versions of them, and Bytes of different names and values were searched.
	Documents, Versions, Bytes int
	Leaks                      []Found
}

// Follow keeps what feed tells until it ends, and answers why it did.
func (r *Recorder) Follow(feed *admin.Feed) error {
	for {
		change, err := feed.Next()
		if err != nil {
			return err
		}
		r.keep(change)
	}
}

// Count is how many different values were kept in a place such as rooms/* offer.
func (r *Recorder) Count(place string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.counts[place]
}

// Await returns when there are n different values in a place. It fails with ctx's error.
func (r *Recorder) Await(ctx context.Context, place string, n int) error {
	for {
		r.mu.Lock()
		r.prepare()
		count, changed := r.counts[place], r.changed
		r.mu.Unlock()
		if count >= n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// prepare is called with mu held.
func (r *Recorder) prepare() {
	if r.values == nil {
		r.paths, r.values, r.counts = map[string]bool{}, map[string]string{}, map[string]int{}
		r.changed = make(chan struct{})
	}
}

func (r *Recorder) keep(c admin.Change) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.prepare()
	r.versions++
	r.paths[c.Path] = true
	place := placeOf(c.Path)
	r.value(c.Path, place+" path")
	for name, v := range c.Fields {
		r.value(name, place+" names of fields")
		r.leaves(v, place+" "+name)
	}
	close(r.changed)
	r.changed = make(chan struct{})
}

// leaves keeps what is in a value, however deep. It is called with mu held.
func (r *Recorder) leaves(v *firestorepb.Value, place string) {
	switch kind := v.GetValueType().(type) {
	case *firestorepb.Value_BytesValue:
		r.value(string(kind.BytesValue), place)
	case *firestorepb.Value_StringValue:
		r.value(kind.StringValue, place)
	case *firestorepb.Value_ArrayValue:
		for _, element := range kind.ArrayValue.GetValues() {
			r.leaves(element, place)
		}
	case *firestorepb.Value_MapValue:
		for name, member := range kind.MapValue.GetFields() {
			r.value(name, place)
			r.leaves(member, place)
		}
	case *firestorepb.Value_TimestampValue, *firestorepb.Value_BooleanValue, *firestorepb.Value_NullValue:
		// nothing that could be more than it says
	default:
		r.value(prototext.Format(v), place)
	}
}

func (r *Recorder) value(text, place string) {
	if _, before := r.values[text]; !before {
		r.values[text] = place
		r.counts[place]++
		r.bytes += len(text)
	}
}

// Search searches all that was kept.
func (r *Recorder) Search(s *Searcher) Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	report := Report{Documents: len(r.paths), Versions: r.versions, Bytes: r.bytes}
	for text, place := range r.values {
		for _, leak := range s.Search([]byte(text)) {
			report.Leaks = append(report.Leaks, Found{leak, place})
		}
	}
	return report
}

// String is for a person who reads a failed test.
func (f Found) String() string { return fmt.Sprintf("%s: %s", f.Place, f.Leak) }

// placeOf is a path without ids.
func placeOf(path string) string {
	parts := strings.Split(path, "/")
	for i := 1; i < len(parts); i += 2 {
		parts[i] = "*"
	}
	return strings.Join(parts, "/")
}
