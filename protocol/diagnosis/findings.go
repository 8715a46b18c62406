package diagnosis

import "slices"

// Finding is the name of one thing that a doctor looks at (SPEC G1).
type Finding string

// The closed list of findings, in the order in which they are shown.
const (
	WebRTC     Finding = "webrtc"
	WebCrypto  Finding = "webcrypto"
	Network    Finding = "network"
	Permission Finding = "permission"
	Site       Finding = "site"
	Clock      Finding = "clock"
	SignIn     Finding = "signIn"
	Function   Finding = "function"
	Store      Finding = "store"
	Relay      Finding = "relay"
	RelayOnly  Finding = "relayOnly"
	STUN       Finding = "stun"
	NAT        Finding = "nat"
	TURNUDP    Finding = "turnUdp"
	TURNTCP    Finding = "turnTcp"
	TURNTLS    Finding = "turnTls"
)

// AllFindings is the closed list, in the order in which it is shown.
func AllFindings() []Finding {
	return []Finding{
		WebRTC, WebCrypto, Network, Permission, Site, Clock, SignIn, Function, Store,
		Relay, RelayOnly, STUN, NAT, TURNUDP, TURNTCP, TURNTLS,
	}
}

// State is what was found (SPEC G2). The zero value is not one: it stands for [Unlooked].
type State string

// The closed list of states.
const (
	Unlooked  State = "unknown"   // not looked at, or not to be known from here
	Yes       State = "yes"       // there, right, answers as it should
	No        State = "no"        // not there, not right
	Absent    State = "absent"    // nothing of the kind is offered, so there was nothing to ask
	Refused   State = "refused"   // it answers, and says no
	Full      State = "full"      // it answers, and has no place left
	Untrusted State = "untrusted" // its certificate does not hold
	Closed    State = "closed"    // the network says that nobody is there
	Silent    State = "silent"    // no answer in time
	Open      State = "open"      // of the NAT: there is none
	Same      State = "same"      // of the NAT: the same address towards everybody
	Differs   State = "differs"   // of the NAT: another address towards each
)

// AllStates is the closed list.
func AllStates() []State {
	return []State{Unlooked, Yes, No, Absent, Refused, Full, Untrusted, Closed, Silent, Open, Same, Differs}
}

// Findings are what a doctor found; what is missing is [Unlooked]. They hold no address and no id, by their form.
type Findings map[Finding]State

func (f Findings) of(name Finding) State {
	if s := f[name]; s != "" {
		return s
	}
	return Unlooked
}

// bad tells that it was looked at and is not as it should be.
func (f Findings) bad(name Finding) bool {
	switch f.of(name) {
	case No, Refused, Full, Untrusted, Closed, Silent:
		return true
	case Unlooked, Yes, Absent, Open, Same, Differs:
	}
	return false
}

// ways are those to a relay.
func ways() []Finding { return []Finding{TURNUDP, TURNTCP, TURNTLS} }

// relayIs tells whether any way to a relay is in this state.
func (f Findings) relayIs(s State) bool {
	return slices.ContainsFunc(ways(), func(way Finding) bool { return f.of(way) == s })
}

// relayBad tells whether any way to a relay is bad.
func (f Findings) relayBad() bool { return slices.ContainsFunc(ways(), f.bad) }

// udpBlocked tells that UDP was tried and nothing came back (SPEC G4). That a port is closed may be said by a
// firewall.
func (f Findings) udpBlocked() bool {
	if f.of(STUN) == Yes {
		return false
	}
	switch f.of(TURNUDP) {
	case Yes, Refused, Full:
		return false
	case Closed, Silent:
		return true
	case Unlooked, No, Absent, Untrusted, Open, Same, Differs:
	}
	return f.bad(STUN)
}
