package diagnosis

// Words are what a person is told of a cause: one sentence, and what to do. They are those of SPEC section 12.
type Words struct{ Sentence, Cure string }

// Words are the cause's, in English; for one outside the list those of [Unclear].
func (c Cause) Words() Words {
	if words, ok := words()[c]; ok {
		return words
	}
	return words()[Unclear]
}

func words() map[Cause]Words { //nolint:funlen // a table
	return map[Cause]Words{
		NoWebRTC: {
			"This browser cannot connect to others, or has that switched off.",
			"Use a current Chrome, Edge, Firefox or Safari, and switch off extensions that block WebRTC.",
		},
		NoWebCrypto: {
			"This page was not opened securely, so the browser gives it no encryption.",
			"Open the address with https at its beginning.",
		},
		NoNetwork: {
			"This device has no network.",
			"Check Wi-Fi, cable or mobile data.",
		},
		SiteUnreachable: {
			"Parley itself does not answer at its address.",
			"Check the address and your network, and try again in a minute.",
		},
		ClockWrong: {
			"The clock of this device is wrong by more than a minute.",
			"Let the device set its time by itself, then try again.",
		},
		SignInRefused: {
			"The sign-in service says no to people without a name.",
			"Tell whoever runs this Parley: anonymous sign-in has to be switched on in its project.",
		},
		SignInUnreachable: {
			"The sign-in service does not answer.",
			"Allow this page in blockers, or try another network.",
		},
		FunctionRefuses: {
			"The meeting service answers, and refuses what it is asked.",
			"Load the page again; if that does not help, tell whoever runs this Parley.",
		},
		FunctionUnreachable: {
			"The meeting service does not answer.",
			"Try again in a minute; if it stays so, tell whoever runs this Parley.",
		},
		StoreRefuses: {
			"The meeting point answers, and refuses what everybody may do.",
			"Tell whoever runs this Parley: its Firestore rules are not those of this version.",
		},
		StoreUnreachable: {
			"The meeting point does not answer from here.",
			"Try another network; some companies block Firestore.",
		},
		PermissionDenied: {
			"This browser was told to keep this page from devices in your network.",
			"Allow «local network» for this page, beside its address, then try again.",
		},
		HiddenWithoutRelay: {
			"You hide your address, which needs a relay, and no relay works.",
			"Switch off «Hide my address», or try again later.",
		},
		RelayUnavailable: {
			"The service that gives out this Parley's relay does not answer.",
			"Try again in some minutes; paths without a relay work meanwhile.",
		},
		RelayRefuses: {
			"The relay refuses the credentials that this Parley gives out.",
			"Tell whoever runs this Parley: its function and its relay have different secrets.",
		},
		RelayFull: {
			"The relay has no place left.",
			"Try again in some minutes.",
		},
		RelayUntrusted: {
			"The relay shows a certificate that does not hold.",
			"Tell whoever runs this Parley; in a company network, tell those who run that.",
		},
		UDPBlockedWithoutRelay: {
			"This network lets no UDP through, and there is no relay by TCP or TLS.",
			"Try another network, such as mobile data.",
		},
		Firewall: {
			"This network lets nothing out but web pages: no UDP, and no way to a relay.",
			"Try another network, such as mobile data; if it is the same there, the relay is down.",
		},
		RelayDown: {
			"The relay does not answer.",
			"Try again in a minute; if it stays so, tell whoever runs this Parley.",
		},
		SymmetricNATAlone: {
			"Your router shows each partner another address, and there is no relay that helps with that.",
			"Try another network, such as mobile data, or a wire to another router.",
		},
		NoRelay: {
			"This Parley has no relay, so some pairs of networks cannot meet.",
			"Try another network; whoever runs this Parley can add a relay.",
		},
		UDPBlocked: {
			"This network lets no UDP through, so everything goes through a relay by TCP.",
			"Nothing has to be done; another network would be faster.",
		},
		OnlyTLS: {
			"This network lets nothing out but TLS, so everything goes through a relay that looks like a web page.",
			"Nothing has to be done; another network would be faster.",
		},
		SymmetricNAT: {
			"Your router shows each partner another address, so many connections go through a relay.",
			"Nothing has to be done; another network would be faster.",
		},
		STUNDown: {
			"The server that tells devices their own address does not answer.",
			"Nothing has to be done: the relay tells it too.",
		},
		RelayPartly: {
			"One of the ways to the relay is shut; others work.",
			"Nothing has to be done.",
		},
		Unclear: {
			"Not everything could be looked at.",
			"Run the check again.",
		},
		AllRight: {
			"Nothing is wrong on this side.",
			"If one connection still fails, ask the other to run this check.",
		},
	}
}
