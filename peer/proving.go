package peer

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// Safety is what is proved about who is at the other end (SPEC section 9).
type Safety struct {
	// Identity is the other's device: it has proved that it holds the key. Of a stranger it is fresh, and means nothing
	// beyond this connection.
	Identity protocol.Identity
	// Emoji are the same on both sides unless somebody stands between. Between strangers nothing else tells.
	Emoji [protocol.SafetySigns]protocol.SafetySign
	// Number is for two devices that keep their keys: the same each time they meet. Empty between strangers.
	Number string
}

// proving is one side's part in the proofs of a link. The attempt's goroutine owns it.
type proving struct {
	role     protocol.Role
	device   *Device
	lasts    bool // the device's identity is more than this connection's
	nonce    protocol.Nonce
	exchange protocol.Exchange
	safety   Safety // set when the other's proof holds
}

func newProving(d *dialer, role protocol.Role, s sealing) (*proving, error) {
	p := &proving{role: role, device: d.o.Device, lasts: !s.betweenStrangers()}
	var err error
	if p.device == nil || !p.lasts { // a stranger shall not know this peer again
		if p.device, err = NewDevice(d.o.Random); err != nil {
			return nil, err
		}
	}
	if p.nonce, err = protocol.NewNonce(d.o.Random); err != nil {
		return nil, err
	}
	p.exchange = protocol.Exchange{
		Suite: s.suite, Room: s.room, Link: s.link, CallerKey: s.mine, CalleeKey: s.theirs,
	}
	if role == protocol.Callee {
		p.exchange.CallerKey, p.exchange.CalleeKey = s.theirs, s.mine
		p.exchange.CalleeIdentity, p.exchange.CalleeNonce = p.device.Identity(), p.nonce
	} else {
		p.exchange.Commitment = protocol.Commit(p.device.Identity(), p.nonce)
	}
	return p, nil
}

// describe notes the own fingerprint, and writes the own description with what goes with it (SPEC H3).
func (p *proving) describe(d protocol.Description) (protocol.PayloadKind, []byte, error) {
	own, err := protocol.FingerprintOf(d.SDP)
	if err != nil {
		return 0, nil, err
	}
	if p.role == protocol.Caller {
		p.exchange.CallerFingerprint = own
		content, err := protocol.Offer{Description: d, Commitment: p.exchange.Commitment}.Encode()
		return protocol.KindOffer, content, err
	}
	p.exchange.CalleeFingerprint = own
	a := protocol.Answer{Description: d, Identity: p.exchange.CalleeIdentity, Nonce: p.nonce}
	content, err := a.Encode()
	return protocol.KindAnswer, content, err
}

// described reads the other's description and notes what goes with it.
func (p *proving) described(content []byte) (protocol.Description, error) {
	if p.role == protocol.Callee {
		offer, err := protocol.ParseOffer(content)
		if err != nil {
			return offer.Description, err
		}
		p.exchange.Commitment = offer.Commitment
		p.exchange.CallerFingerprint, err = protocol.FingerprintOf(offer.SDP)
		return offer.Description, err
	}
	answer, err := protocol.ParseAnswer(content)
	if err != nil {
		return answer.Description, err
	}
	p.exchange.CalleeIdentity, p.exchange.CalleeNonce = answer.Identity, answer.Nonce
	p.exchange.CalleeFingerprint, err = protocol.FingerprintOf(answer.SDP)
	return answer.Description, err
}

// proof is this side's first frame (SPEC H5).
func (p *proving) proof() ([]byte, error) {
	proof := protocol.Proof{Signature: p.exchange.Transcript().Sign(p.role, p.device.private)}
	if p.role == protocol.Caller {
		proof.Reveals, proof.Identity, proof.Nonce = true, p.device.Identity(), p.nonce
	}
	return protocol.Message{Kind: protocol.KindProof, Proof: proof}.Encode()
}

// verify checks the other's proof, and the certificate that DTLS has seen.
func (p *proving) verify(proof protocol.Proof, certificate []byte) error {
	transcript := p.exchange.Transcript()
	other, caller, nonce := p.exchange.CalleeIdentity, p.device.Identity(), p.nonce
	fingerprint := p.exchange.CalleeFingerprint
	var err error
	if p.role == protocol.Callee {
		other, caller, nonce = proof.Identity, proof.Identity, proof.Nonce
		fingerprint = p.exchange.CallerFingerprint
		err = transcript.VerifyCaller(p.exchange.Commitment, proof)
	} else {
		err = transcript.VerifyCallee(other, proof)
	}
	if err != nil {
		return failure(Tampered, err)
	}
	if sha256.Sum256(certificate) != fingerprint {
		return failure(Tampered, errors.New("DTLS has seen another certificate"))
	}
	p.safety = Safety{Identity: other, Emoji: transcript.SafetyEmoji(caller, nonce)}
	if p.lasts {
		p.safety.Number = protocol.SafetyNumber(p.device.Identity(), other)
	}
	return nil
}

// prove sends this side's proof, the first frame (SPEC H5).
func (a *attempt) prove() error {
	frame, err := a.proving.proof()
	if err == nil && a.t.channel.SendText(string(frame)) != nil {
		err = failure(ConnectionFailed, errors.New("the channel closed"))
	}
	return err
}

// proved checks the other's proof; nil is a first frame that is none (SPEC H6). Then the connection is open.
func (a *attempt) proved(proof *protocol.Proof) error {
	if proof == nil {
		return failure(Tampered, errors.New("the first frame is not a proof"))
	}
	if err := a.proving.verify(*proof, a.t.pc.SCTP().Transport().GetRemoteCertificate()); err != nil {
		return err
	}
	if a.expected != (protocol.Identity{}) && a.proving.safety.Identity != a.expected {
		return failure(Tampered, errors.New("another device than was called"))
	}
	if admit := a.d.o.Admit; admit != nil {
		if err := admit(a.proving.safety); err != nil {
			late := time.NewTimer(byeWait)
			defer late.Stop()
			a.t.sayBye("", late.C)
			return fmt.Errorf("%w: %w", ErrNotAdmitted, err)
		}
	}
	return a.neg.Open()
}
