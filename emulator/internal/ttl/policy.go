package ttl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// Policy is one field that says when documents are over.
type Policy struct {
	Collection string // the id of a collection group
	Field      string // a field path
}

// Parse gives the policies of the text of a firestore.indexes.json: its field overrides that say «ttl». What is in it
// besides is for production. It may have comments, as the Firebase CLI writes them itself. Errors say what is wrong
// where; a second policy of a collection group is one, as in production.
func Parse(source []byte) ([]Policy, error) {
	var file struct {
		FieldOverrides []struct {
			CollectionGroup string `json:"collectionGroup"`
			FieldPath       string `json:"fieldPath"`
			TTL             bool   `json:"ttl"`
		} `json:"fieldOverrides"`
	}
	if err := json.Unmarshal(withoutComments(source), &file); err != nil {
		return nil, fmt.Errorf("ttl: %w", err)
	}
	var policies []Policy
	seen := map[string]bool{}
	for i, o := range file.FieldOverrides {
		if !o.TTL {
			continue
		}
		if o.CollectionGroup == "" || strings.Contains(o.CollectionGroup, "/") {
			return nil, fmt.Errorf("ttl: fieldOverrides[%d]: %q is no collection group", i, o.CollectionGroup)
		}
		if path, err := value.ParseFieldPath(o.FieldPath); err != nil {
			return nil, fmt.Errorf("ttl: fieldOverrides[%d]: %w", i, err)
		} else if path.IsName() {
			return nil, fmt.Errorf("ttl: fieldOverrides[%d]: %q is no field", i, o.FieldPath)
		}
		if seen[o.CollectionGroup] {
			return nil, fmt.Errorf("ttl: fieldOverrides[%d]: %q has a policy already", i, o.CollectionGroup)
		}
		seen[o.CollectionGroup] = true
		policies = append(policies, Policy{Collection: o.CollectionGroup, Field: o.FieldPath})
	}
	return policies, nil
}

// withoutComments is the source with spaces for its comments, so that errors are where they are.
func withoutComments(source []byte) []byte {
	var text []byte
	for i := 0; i < len(source); {
		n, comment := token(source[i:])
		for _, b := range source[i : i+n] {
			if comment && b != '\n' {
				b = ' '
			}
			text = append(text, b)
		}
		i += n
	}
	return text
}

// token is the length of the string, the comment or the byte that the text begins with.
func token(text []byte) (n int, comment bool) {
	switch {
	case text[0] == '"':
		for n = 1; n < len(text) && text[n] != '"'; n++ {
			if text[n] == '\\' {
				n++
			}
		}
		return min(n+1, len(text)), false
	case bytes.HasPrefix(text, []byte("//")):
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			end = len(text)
		}
		return end, true
	case bytes.HasPrefix(text, []byte("/*")):
		end := bytes.Index(text[2:], []byte("*/"))
		if end < 0 {
			return len(text), true
		}
		return end + 4, true
	}
	return 1, false
}
