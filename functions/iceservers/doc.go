// Package iceservers makes the list of POST /ice-servers (SPEC A8): STUN for everybody, and TURN with credentials that
// are one person's and end soon. Where they come from is chosen by environment ([FromEnvironment]):
//
//	                       ┌ none           no relay
//	                       ├ SharedSecret   made here: coturn, pion/turn, «parley run»
//	api ──► Service ──────►├ Static         as they are: one name and password for all
//	        keeps, rests   ├ Cloudflare ───► rtc.live.cloudflare.com   HTTPS
//	                       └ Twilio ───────► api.twilio.com            HTTPS
//
// A provider that cannot be reached costs the relay and nothing else: the list has STUN alone and says
// «relay: unavailable», so that clients can say it too and ask again soon.
//
// # Trust
//
// Secrets come by environment, go to the provider they are for, and nowhere else: not to redirects, not to the log.
// What a provider answers is bounded in time and size, and read as input from anybody: a URL that a browser would
// refuse would cost the whole connection, so it is left out. A provider is never told who somebody is: credentials
// are for a random name, or one of the provider's making.
package iceservers
