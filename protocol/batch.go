package protocol

import (
	"bytes"
	"encoding/json"
)

// Limits of a batch (SPEC D8, P3).
const (
	MaxBatchBytes      = 4096 // a document's batch
	MaxBatches         = 32   // batches of one side
	MaxBatchCandidates = 20   // candidates of one batch
	maxBatchContent    = MaxBatchBytes - maxOverhead
	maxCandidateBytes  = 512
	maxCandidateMID    = 256
)

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

// Encode writes what is sealed of b. It refuses what ParseBatch would.
func (b Batch) Encode() ([]byte, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	if b.Candidates == nil {
		b.Candidates = []Candidate{}
	}
	return encodeContent("P3", b, maxBatchContent)
}

// ParseBatch reads what was sealed of a batch.
func ParseBatch(content []byte) (Batch, error) {
	var b Batch
	o, err := parseContent("P3", content, maxBatchContent)
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
