package peer

import (
	"fmt"
	"io"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
	"github.com/pion/stun/v4"
	"github.com/pion/webrtc/v4"
)

// What is changed in pion's settings so that two connect soon. docs/adr/0019 has what each is worth.
const (
	// relayWait is how long a caller looks for a direct path before it takes a relay. pion has 2 s.
	relayWait = 400 * time.Millisecond
	// flightWait is when DTLS sends again what was lost, twice that the next time. pion has 1 s.
	flightWait = 50 * time.Millisecond
	// resendWait is the longest that SCTP waits before it sends again what was lost, so that a path which was gone for
	// long is used again soon. pion has 60 s.
	resendWait = 2 * time.Second
	// keepAlive is how often a path is checked, silentWait after how long without an answer ICE says that it lost the
	// other, failedWait how much longer it goes on looking on the paths that it knows. pion has the same, but 25 s for
	// the last: who has moved to another network is looked for in the room only then.
	keepAlive, silentWait, failedWait = 2 * time.Second, 5 * time.Second, 10 * time.Second
	// maxLooks bounds how often look does something.
	maxLooks = 32
)

// settings are pion's for this transport.
func (t *transport) settings(o Options) webrtc.SettingEngine {
	var s webrtc.SettingEngine
	// pion's log would hold addresses.
	s.LoggerFactory = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
	s.SetNet(t.sockets)
	s.SetIncludeLoopbackCandidate(o.Loopback)
	s.SetSCTPMaxMessageSize(maxMessageBytes)
	// The end of DTLS ends the channel, and that ends the transport, here: pion need not do it too.
	s.DisableCloseByDTLS(true)

	s.SetSrflxAcceptanceMinWait(0)
	s.SetPrflxAcceptanceMinWait(0)
	s.SetRelayAcceptanceMinWait(relayWait)
	if o.RelayOnly {
		s.SetRelayAcceptanceMinWait(0)
	}
	s.SetICEBindingRequestHandler(t.checked)
	s.DisableActiveTCP(true) // nobody offers a TCP port, and look relies on it
	// What the hello would be verified for, that the sender is where it says, ICE has proved.
	s.SetDTLSInsecureSkipHelloVerify(true)
	s.SetDTLSRetransmissionInterval(flightWait)
	s.EnableSctpSnap(true)
	s.SetSCTPRTOMax(resendWait)
	s.SetICETimeouts(silentWait, failedWait, keepAlive)
	if o.Settings != nil {
		o.Settings(&s)
	}
	return s
}

// checked is asked by pion, in its agent's goroutine, for each authenticated check of the other's, whether to use the
// pair that it came over from now on. What came over a pair can go back over it, so the callee takes the first that is
// direct, rather than wait until it is nominated. The caller nominates, so that any callee is told; see look.
func (t *transport) checked(_ *stun.Message, local, remote ice.Candidate, _ *ice.CandidatePair) bool {
	notify(t.heard)
	if t.answers {
		relayed := local.Type() == ice.CandidateTypeRelay || remote.Type() == ice.CandidateTypeRelay
		first := !t.chosen && !relayed
		t.chosen = t.chosen || first
		return first
	}
	return false
}

// look makes the caller's agent look at once at what checks have shown, and nominate. By itself it looks every 200 ms,
// which nothing in webrtc's settings changes, and when a candidate comes: so it is given one, which nothing is ever
// sent to, because it is passive TCP and this side dials none.
func (t *transport) look() {
	if t.looks == maxLooks {
		return
	}
	t.looks++
	unused := fmt.Sprintf("candidate:1 1 tcp 1 127.0.0.1 %d typ host tcptype passive", t.looks)
	_ = t.pc.AddICECandidate(webrtc.ICECandidateInit{Candidate: unused}) // without, it takes 200 ms
}
