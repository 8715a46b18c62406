// Package vectortest reads and writes protocol/vectors/*.json, the examples that both languages agree on, for the
// tests of any package. A file says in "about" what its members mean; its "cases" are what Read gives.
package vectortest

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

// Read gives a file's cases. The test fails, and ends, if there are none, or if one has a member that T does not
// know, so that none is passed over.
func Read[T any](tb testing.TB, path string) []T {
	tb.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var content struct {
		About string `json:"about"`
		Cases []T    `json:"cases"`
	}
	Decode(tb, raw, &content)
	if len(content.Cases) == 0 {
		tb.Fatalf("%s has no cases", path)
	}
	return content.Cases
}

// Decode reads JSON as Read does. The test fails, and ends, on members that into does not know.
func Decode(tb testing.TB, raw []byte, into any) {
	tb.Helper()
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if err := strict.Decode(into); err != nil {
		tb.Fatal(err)
	}
}

// Write makes a file anew, with a line for each case. about says what their members mean.
func Write[T any](tb testing.TB, path, about string, cases []T) {
	tb.Helper()
	title, err := json.Marshal(about)
	if err != nil {
		tb.Fatal(err)
	}
	lines := make([][]byte, len(cases))
	for i, c := range cases {
		line, err := json.Marshal(c)
		if err != nil {
			tb.Fatal(err)
		}
		lines[i] = append([]byte("    "), line...)
	}
	var out bytes.Buffer
	out.WriteString("{\n  \"about\": ")
	out.Write(title)
	out.WriteString(",\n  \"cases\": [\n")
	out.Write(bytes.Join(lines, []byte(",\n")))
	out.WriteString("\n  ]\n}\n")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		tb.Fatal(err)
	}
}
