package iceservers

import "github.com/parley-chat/parley/protocol"

// way is how a client can reach a relay.
type way int

// The ways, in the order of the list.
const (
	overUDP way = iota
	overTCP
	overTLS
	ways
)

// choice is a URL of one way, and how good it is: less is better.
type choice struct {
	url    string
	from   protocol.ICEServer
	doubt  int
	exists bool
}

// pick takes one URL for each way out of a provider's list, and leaves the rest and all STUN. A client allocates at
// each URL that it is given, and Firefox warns from five on. What gets through a firewall is TLS on 443, and TCP on
// 443 or 80, so these are preferred. Port 53 «is known to be blocked by web browsers»
// (https://developers.cloudflare.com/realtime/turn/generate-credentials/) and only costs time.
func pick(servers []protocol.ICEServer) ([]protocol.ICEServer, error) {
	var chosen [ways]choice
	for _, server := range servers {
		for _, text := range server.URLs {
			u, err := protocol.ParseICEURL(text)
			if err != nil || !u.Relay || u.Port == 53 || (u.TLS && u.Transport == "udp") {
				continue
			}
			by, doubt := wayOf(u)
			if old := chosen[by]; !old.exists || doubt < old.doubt {
				chosen[by] = choice{text, server, doubt, true}
			}
		}
	}
	var relays []protocol.ICEServer
	for _, c := range chosen {
		if !c.exists {
			continue
		}
		last := len(relays) - 1
		if last >= 0 && relays[last].Username == c.from.Username && relays[last].Credential == c.from.Credential {
			relays[last].URLs = append(relays[last].URLs, c.url)
			continue
		}
		relays = append(relays, protocol.ICEServer{
			URLs: []string{c.url}, Username: c.from.Username, Credential: c.from.Credential,
		})
	}
	if len(relays) == 0 {
		return nil, errNoRelay
	}
	return relays, nil
}

func wayOf(u protocol.ICEURL) (by way, doubt int) {
	switch {
	case u.Transport == "udp":
		return overUDP, 0
	case u.TLS:
		by = overTLS
	default:
		by = overTCP
	}
	switch u.Port {
	case 443:
		return by, 0
	case 80:
		return by, 1
	}
	return by, 2
}
