package archtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestEverythingThatEndsHasAPolicy: a collection whose documents have an expireAt and no policy grows for ever.
func TestEverythingThatEndsHasAPolicy(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "firestore.indexes.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		FieldOverrides []struct {
			CollectionGroup, FieldPath string
			TTL                        bool
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	policies := map[string]bool{}
	for _, o := range file.FieldOverrides {
		policies[o.CollectionGroup] = o.TTL && o.FieldPath == "expireAt"
	}
	// SPEC D1 to D8, N2, N3, and package firestorequeue.
	for _, collection := range []string{
		"rooms", "members", "links", "callerCandidates", "calleeCandidates", "codes", "guesses",
		"slots", "tickets",
	} {
		if !policies[collection] {
			t.Errorf("%s: documents end at expireAt, and nothing deletes them", collection)
		}
	}
}
