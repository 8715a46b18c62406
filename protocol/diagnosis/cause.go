package diagnosis

// Cause is why connections fail or are slow here: one of the closed list of SPEC section 12.
type Cause string

// The closed list, the first that holds first (SPEC G3).
const (
	NoWebRTC               Cause = "no_webrtc"
	NoWebCrypto            Cause = "no_webcrypto"
	NoNetwork              Cause = "no_network"
	SiteUnreachable        Cause = "site_unreachable"
	ClockWrong             Cause = "clock_wrong"
	SignInRefused          Cause = "sign_in_refused"
	SignInUnreachable      Cause = "sign_in_unreachable"
	FunctionRefuses        Cause = "function_refuses"
	FunctionUnreachable    Cause = "function_unreachable"
	StoreRefuses           Cause = "store_refuses"
	StoreUnreachable       Cause = "store_unreachable"
	HiddenWithoutRelay     Cause = "hidden_without_relay"
	RelayUnavailable       Cause = "relay_unavailable"
	RelayRefuses           Cause = "relay_refuses"
	RelayFull              Cause = "relay_full"
	RelayUntrusted         Cause = "relay_untrusted"
	UDPBlockedWithoutRelay Cause = "udp_blocked_without_relay"
	Firewall               Cause = "firewall"
	RelayDown              Cause = "relay_down"
	SymmetricNATAlone      Cause = "symmetric_nat_without_relay"
	NoRelay                Cause = "no_relay"
	PermissionDenied       Cause = "permission_denied"
	UDPBlocked             Cause = "udp_blocked"
	OnlyTLS                Cause = "only_tls"
	SymmetricNAT           Cause = "symmetric_nat"
	STUNDown               Cause = "stun_down"
	RelayPartly            Cause = "relay_partly"
	Unclear                Cause = "unknown"
	AllRight               Cause = "none"
)

// Outlook is what a cause means for connections from here (SPEC G3).
type Outlook string

// The outlooks.
const (
	Works   Outlook = "works"   // they work, directly or through a relay
	Limited Outlook = "limited" // some work, others do not
	Stops   Outlook = "stops"   // none works
)

// rule is one line of the table of SPEC section 12.
type rule struct {
	cause   Cause
	outlook Outlook
	holds   func(Findings) bool
}

// rules is the table of SPEC section 12: the order decides.
func rules() []rule {
	return append(append(servicesRules(), relayRules()...), pathRules()...)
}

// servicesRules look at the device and at what Parley needs before any path.
func servicesRules() []rule {
	bad := func(name Finding) func(Findings) bool {
		return func(f Findings) bool { return f.bad(name) }
	}
	refused := func(name Finding) func(Findings) bool {
		return func(f Findings) bool { return f.of(name) == Refused }
	}
	return []rule{
		{NoWebRTC, Stops, bad(WebRTC)},
		{NoWebCrypto, Stops, bad(WebCrypto)},
		{NoNetwork, Stops, bad(Network)},
		{SiteUnreachable, Stops, bad(Site)},
		{ClockWrong, Limited, bad(Clock)},
		{SignInRefused, Stops, refused(SignIn)},
		{SignInUnreachable, Stops, bad(SignIn)},
		{FunctionRefuses, Stops, refused(Function)},
		{FunctionUnreachable, Stops, bad(Function)},
		{StoreRefuses, Stops, refused(Store)},
		{StoreUnreachable, Stops, bad(Store)},
	}
}

// relayRules hold when no way to a relay works.
func relayRules() []rule {
	without := func(holds func(Findings) bool) func(Findings) bool {
		return func(f Findings) bool {
			looked := f.relayBad() || !f.relayIs(Unlooked)
			return looked && !f.relayIs(Yes) && holds(f)
		}
	}
	oneIs := func(s State) func(Findings) bool {
		return func(f Findings) bool { return f.relayIs(s) }
	}
	streamIs := func(f Findings, s State) bool { return f.of(TURNTCP) == s || f.of(TURNTLS) == s }
	return []rule{
		{HiddenWithoutRelay, Stops, without(func(f Findings) bool { return f.of(RelayOnly) == Yes })},
		{RelayUnavailable, Limited, without(func(f Findings) bool { return f.bad(Relay) })},
		{RelayRefuses, Limited, without(oneIs(Refused))},
		{RelayFull, Limited, without(oneIs(Full))},
		{RelayUntrusted, Limited, without(oneIs(Untrusted))},
		{UDPBlockedWithoutRelay, Stops, without(func(f Findings) bool {
			return f.udpBlocked() && !streamIs(f, Silent) && !streamIs(f, Closed)
		})},
		{Firewall, Stops, without(func(f Findings) bool { return f.udpBlocked() && !streamIs(f, Closed) })},
		{RelayDown, Limited, without(Findings.relayBad)},
		{SymmetricNATAlone, Limited, without(func(f Findings) bool { return f.of(NAT) == Differs })},
		{NoRelay, Limited, without(func(Findings) bool { return true })},
	}
}

// pathRules hold when a relay works, or nothing is known of one.
func pathRules() []rule {
	return []rule{
		{PermissionDenied, Limited, func(f Findings) bool { return f.bad(Permission) }},
		{UDPBlocked, Works, func(f Findings) bool { return f.udpBlocked() && f.of(TURNTCP) == Yes }},
		{OnlyTLS, Works, func(f Findings) bool { return f.udpBlocked() && f.of(TURNTLS) == Yes }},
		{SymmetricNAT, Works, func(f Findings) bool { return f.of(NAT) == Differs }},
		{STUNDown, Works, func(f Findings) bool { return f.bad(STUN) }},
		{RelayPartly, Works, Findings.relayBad},
		{Unclear, Limited, func(f Findings) bool {
			for _, name := range []Finding{Site, SignIn, Function, Store, STUN} {
				if f.of(name) == Unlooked {
					return true
				}
			}
			return f.relayIs(Unlooked)
		}},
		{AllRight, Works, func(Findings) bool { return true }},
	}
}

// AllCauses is the closed list, in the order in which causes are looked for.
func AllCauses() []Cause {
	all := make([]Cause, 0, len(rules()))
	for _, r := range rules() {
		all = append(all, r.cause)
	}
	return all
}

// Cause is the one that is named: the first of the list that holds (SPEC G3). There always is one.
func (f Findings) Cause() Cause {
	for _, r := range rules() {
		if r.holds(f) {
			return r.cause
		}
	}
	return AllRight
}

// Outlook is what the cause means for connections; [Limited] for one outside the list.
func (c Cause) Outlook() Outlook {
	for _, r := range rules() {
		if r.cause == c {
			return r.outlook
		}
	}
	return Limited
}
