package protocol

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parley-chat/parley/protocol/vectortest"
)

// vectorCase is one case of vectors/*.json. Raw keeps what only some files have.
type vectorCase struct {
	Rule   string `json:"rule"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Input  string `json:"input"`
	JSON   string `json:"json"`
	Expect string `json:"expect"`
	// Canonical: encoding the value gives just the input.
	Canonical bool `json:"canonical"`

	Field     string          `json:"field"`
	Value     json.RawMessage `json:"value"`
	Text      string          `json:"text"`
	Hex       string          `json:"hex"`
	SecretHex string          `json:"secretHex"`
	Code      string          `json:"code"`
	RoomID    string          `json:"roomId"`
	Slot      string          `json:"slot"`
	Words     string          `json:"words"`
	Status    int             `json:"status"`
	Retryable bool            `json:"retryable"`
	Steps     []vectorStep    `json:"steps"`

	Fill *struct {
		Text  string `json:"text"`
		Times int    `json:"times"`
	} `json:"fill"`
}

// eachVector runs check on every case of a file, as a subtest named by rule and name.
func eachVector(t *testing.T, file string, check func(t *testing.T, c vectorCase)) {
	t.Helper()
	for _, c := range readVectors(t, file) {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) { check(t, c) })
	}
}

func readVectors(tb testing.TB, file string) []vectorCase {
	tb.Helper()
	all := vectortest.Read[json.RawMessage](tb, filepath.Join("vectors", file))
	cases := make([]vectorCase, len(all))
	for i, raw := range all {
		vectortest.Decode(tb, raw, &cases[i])
		if fill := cases[i].Fill; fill != nil {
			run, err := json.Marshal(strings.Repeat(fill.Text, fill.Times))
			if err != nil {
				tb.Fatal(err)
			}
			full := bytes.ReplaceAll(raw, []byte("⟨fill⟩"), run[1:len(run)-1])
			cases[i] = vectorCase{}
			vectortest.Decode(tb, full, &cases[i])
		}
	}
	return cases
}

func unknownExpect(t *testing.T, c vectorCase) {
	t.Helper()
	t.Fatalf("the test does not know expect %q", c.Expect)
}
