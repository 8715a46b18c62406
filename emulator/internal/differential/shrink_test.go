package differential_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// shrinkFor bounds how long a world that fails is made smaller.
const shrinkFor = 5 * time.Second

// shrink leaves out operations, then writes, while the servers still differ, and tells what is left.
func shrink(t *testing.T, both [2]*server, what story, found *difference) string {
	t.Helper()
	began := time.Now()
	var ignored tally
	smaller := func(parts []part) bool {
		if time.Since(began) > shrinkFor {
			return false
		}
		less := play(t, both, what, parts, &ignored)
		if less != nil {
			found = less
		}
		return less != nil
	}
	for size := max(1, len(found.parts)/2); size > 0; size /= 2 {
		for from := 0; from+size < len(found.parts); {
			if !smaller(slices.Delete(slices.Clone(found.parts), from, from+size)) {
				from += size
			}
		}
	}
	for i := range len(found.parts) {
		if i >= len(found.parts) { // there are fewer by now
			break
		}
		for n := range writesIn(what.tell("")[found.parts[i].number]) {
			fewer := slices.Clone(found.parts)
			fewer[i].without = append(slices.Clone(fewer[i].without), n)
			smaller(fewer)
		}
	}
	var text strings.Builder
	operations := what.tell("p")
	for _, p := range found.parts {
		fmt.Fprintf(&text, "%d: %v\n", p.number, p.of(operations))
	}
	return text.String() + "the last:\n" + found.text
}

func writesIn(o operation) []*pb.Write {
	r, ok := o.(request)
	if !ok {
		return nil
	}
	commit, _ := r.message.(*pb.CommitRequest)
	return commit.GetWrites()
}
