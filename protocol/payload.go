package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Limits of the payloads, in bytes (SPEC D1, D8, P2, P3).
const (
	MaxDescriptionBytes = 16384 // a document's offer or answer
	MaxBatchBytes       = 4096  // a document's batch
	MaxBatches          = 32    // batches of one side
	MaxBatchCandidates  = 20    // candidates of one batch
	maxSDPBytes         = 16000
	maxCandidateBytes   = 512
	maxCandidateMID     = 256
)

// versionPlain is payload version 0, plain JSON (SPEC P1).
const versionPlain = 0

// ErrUnsupportedVersion is returned by ParseDescription and ParseBatch for a payload of a version that
// this code does not speak (SPEC P1).
var ErrUnsupportedVersion = errors.New("protocol: [P1] unsupported version")

// Description is what an offer or answer carries (SPEC P2).
type Description struct {
	// SDP is the session description (RFC 8866) with the candidates found so far.
	SDP string `json:"sdp"`
	// End is true if gathering was complete, so that no batch follows.
	End bool `json:"end"`
}

// Encode writes the document form of d. It refuses what ParseDescription would.
func (d Description) Encode() ([]byte, error) {
	if len(d.SDP) < 1 || len(d.SDP) > maxSDPBytes {
		return nil, parseErrorf("P2", "sdp", "want 1 to %d bytes", maxSDPBytes)
	}
	return encodePlain("D1", d, MaxDescriptionBytes)
}

// ParseDescription reads an offer or answer from its document form.
func ParseDescription(payload []byte) (Description, error) {
	var d Description
	o, err := parsePlain("P2", payload, MaxDescriptionBytes)
	if err != nil {
		return d, err
	}
	if d.SDP, err = o.requiredText("P2", "sdp"); err != nil {
		return d, err
	}
	if len(d.SDP) < 1 || len(d.SDP) > maxSDPBytes {
		return d, parseErrorf("P2", "sdp", "want 1 to %d bytes", maxSDPBytes)
	}
	d.End, err = o.flag("P2", "end")
	return d, err
}

// Candidate is one ICE candidate as RTCIceCandidateInit has it (W3C WebRTC section 4.8.1; SPEC P3).
type Candidate struct {
	Candidate        string  `json:"candidate"`
	SDPMid           *string `json:"sdpMid"`
	SDPMLineIndex    *uint16 `json:"sdpMLineIndex"`
	UsernameFragment *string `json:"usernameFragment"`
}

// Batch is what one candidates document carries (SPEC P3, D8).
type Batch struct {
	Candidates []Candidate `json:"candidates"`
	// End is true in the last batch.
	End bool `json:"end"`
}

// Encode writes the document form of b. It refuses what ParseBatch would.
func (b Batch) Encode() ([]byte, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	if b.Candidates == nil {
		b.Candidates = []Candidate{}
	}
	return encodePlain("D8", b, MaxBatchBytes)
}

// ParseBatch reads a batch from its document form.
func ParseBatch(payload []byte) (Batch, error) {
	var b Batch
	o, err := parsePlain("P3", payload, MaxBatchBytes)
	if err != nil {
		return b, err
	}
	if b.End, err = o.flag("P3", "end"); err != nil {
		return b, err
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(o["candidates"], &entries); err != nil || entries == nil {
		return b, parseErrorf("P3", "candidates", "not an array")
	}
	if len(entries) > MaxBatchCandidates {
		return b, parseErrorf("P3", "candidates", "more than %d", MaxBatchCandidates)
	}
	for _, entry := range entries {
		c, err := parseCandidate(entry)
		if err != nil {
			return Batch{}, err
		}
		b.Candidates = append(b.Candidates, c)
	}
	return b, b.check()
}

func (b Batch) check() error {
	if len(b.Candidates) > MaxBatchCandidates {
		return parseErrorf("P3", "candidates", "more than %d", MaxBatchCandidates)
	}
	if len(b.Candidates) == 0 && !b.End {
		return parseErrorf("P3", "candidates", "empty without end")
	}
	for _, c := range b.Candidates {
		if len(c.Candidate) > maxCandidateBytes {
			return parseErrorf("P3", "candidate", "over %d bytes", maxCandidateBytes)
		}
		for name, s := range map[string]*string{"sdpMid": c.SDPMid, "usernameFragment": c.UsernameFragment} {
			if s != nil && len(*s) > maxCandidateMID {
				return parseErrorf("P3", name, "over %d bytes", maxCandidateMID)
			}
		}
	}
	return nil
}

func parseCandidate(raw json.RawMessage) (Candidate, error) {
	var c Candidate
	o, err := parseObject("P3", raw)
	if err != nil {
		return c, err
	}
	if c.Candidate, err = o.requiredText("P3", "candidate"); err != nil {
		return c, err
	}
	if c.SDPMid, err = o.optionalText("P3", "sdpMid"); err != nil {
		return c, err
	}
	if c.UsernameFragment, err = o.optionalText("P3", "usernameFragment"); err != nil {
		return c, err
	}
	index, present := o["sdpMLineIndex"]
	if !present || bytes.Equal(index, []byte("null")) {
		return c, nil
	}
	var line float64 // as in JavaScript, 1.0 and 1e0 are the whole number 1
	if err := json.Unmarshal(index, &line); err != nil || line < 0 || line > 65535 || line != float64(uint16(line)) {
		return c, parseErrorf("P3", "sdpMLineIndex", "want a whole number to 65535")
	}
	n := uint16(line)
	c.SDPMLineIndex = &n
	return c, nil
}

func (o object) optionalText(rule, name string) (*string, error) {
	s, ok, err := o.text(rule, name)
	if !ok || err != nil {
		return nil, err
	}
	return &s, nil
}

func encodePlain(rule string, v any, limit int) ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteByte(versionPlain)
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false) // JSON.stringify does not either: one form in both languages
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	out := bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	if len(out) > limit {
		return nil, parseErrorf(rule, "", "over %d bytes", limit)
	}
	return out, nil
}

func parsePlain(rule string, payload []byte, limit int) (object, error) {
	switch {
	case len(payload) == 0:
		return nil, parseErrorf("P1", "", "empty")
	case len(payload) > limit:
		return nil, parseErrorf(rule, "", "over %d bytes", limit)
	case payload[0] != versionPlain:
		return nil, ErrUnsupportedVersion
	}
	return parseObject(rule, payload[1:])
}
