package protocol

// Limits of a description, in bytes (SPEC P2).
const (
	maxSDPBytes           = 15000
	maxDescriptionContent = MaxDescriptionBytes - maxOverhead
)

// Description is what offers and answers have in common (SPEC P2).
type Description struct {
	// SDP is the session description (RFC 8866) with the candidates found so far.
	SDP string `json:"sdp"`
	// End is true if gathering was complete, so that no batch follows.
	End bool `json:"end"`
}

// Offer is what a caller's offer carries (SPEC P2).
type Offer struct {
	Description
	// Commitment is to the identity and the nonce that the caller tells when the channel is open.
	Commitment Commitment `json:"commitment"`
}

// Answer is what a callee's answer carries (SPEC P2).
type Answer struct {
	Description
	Identity Identity `json:"identity"`
	Nonce    Nonce    `json:"nonce"`
}

// Encode writes what is sealed of o. It refuses what ParseOffer would.
func (o Offer) Encode() ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	return encodeContent("P2", o, maxDescriptionContent)
}

// Encode writes what is sealed of a. It refuses what ParseAnswer would.
func (a Answer) Encode() ([]byte, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	return encodeContent("P2", a, maxDescriptionContent)
}

// ParseOffer reads what was sealed of an offer. Errors are *ParseError.
func ParseOffer(content []byte) (Offer, error) {
	var offer Offer
	o, err := parseContent("P2", content, maxDescriptionContent)
	if err == nil {
		offer.Description, err = o.description()
	}
	if err == nil {
		offer.Commitment, err = value[Commitment](o, "P2", "commitment")
	}
	return offer, err
}

// ParseAnswer reads what was sealed of an answer. Errors are *ParseError.
func ParseAnswer(content []byte) (Answer, error) {
	var answer Answer
	o, err := parseContent("P2", content, maxDescriptionContent)
	if err == nil {
		answer.Description, err = o.description()
	}
	if err == nil {
		answer.Identity, err = value[Identity](o, "P2", "identity")
	}
	if err == nil {
		answer.Nonce, err = value[Nonce](o, "P2", "nonce")
	}
	return answer, err
}

func (o object) description() (Description, error) {
	var d Description
	var err error
	if d.SDP, err = o.requiredText("P2", "sdp"); err != nil {
		return d, err
	}
	if d.End, err = o.flag("P2", "end"); err != nil {
		return d, err
	}
	return d, d.check()
}

func (d Description) check() error {
	if len(d.SDP) < 1 || len(d.SDP) > maxSDPBytes {
		return parseErrorf("P2", "sdp", "want 1 to %d bytes", maxSDPBytes)
	}
	return nil
}
