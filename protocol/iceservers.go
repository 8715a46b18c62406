package protocol

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Bounds of an ICE server list (SPEC A8): more than any deployment needs, and each URL costs a browser a socket.
const (
	MaxICEServers  = 16
	MaxICEURLs     = 8
	maxICEURLBytes = 512
	maxICETTL      = 24 * 60 * 60
)

// ICEServer is one entry of RTCPeerConnection's iceServers (SPEC A8). Username and Credential are both set or both
// empty; TURN needs them.
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// RelayUnavailable is the value of ICEServers.Relay that SPEC A8 has.
const RelayUnavailable = "unavailable"

// ICEServers is the answer of POST /ice-servers (SPEC A8).
type ICEServers struct {
	ICEServers []ICEServer `json:"iceServers"`
	// TTLSeconds is how long the list is good, credentials included: 1 to 86 400.
	TTLSeconds int64 `json:"ttlSeconds"`
	// Relay is RelayUnavailable when the deployment has a relay whose credentials could not be had now, else empty.
	Relay string `json:"relay,omitempty"`
}

// HasRelay tells whether there is a TURN server in the list.
func (s ICEServers) HasRelay() bool {
	for _, server := range s.ICEServers {
		if slices.ContainsFunc(server.URLs, func(u string) bool { return strings.HasPrefix(u, "turn") }) {
			return true
		}
	}
	return false
}

// ParseICEServers reads the function's answer; a client does not trust it more than any other input. What
// [ParseICEServerList] leaves out is missing. Errors are *ParseError.
func ParseICEServers(body []byte) (ICEServers, error) {
	var s ICEServers
	o, err := parseObject("A8", body)
	if err != nil {
		return s, err
	}
	if s.ICEServers, err = ParseICEServerList(o["iceServers"]); err != nil {
		return s, err
	}
	if json.Unmarshal(o["ttlSeconds"], &s.TTLSeconds) != nil || s.TTLSeconds < 1 || s.TTLSeconds > maxICETTL {
		return s, parseErrorf("A8", "ttlSeconds", "want 1 to %d", maxICETTL)
	}
	if relay, _, err := o.text("A8", "relay"); err == nil && relay == RelayUnavailable {
		s.Relay = relay
	}
	return s, nil
}

// ParseICEServerList reads an array of RTCIceServer, from the function or from whoever sells TURN. URLs that
// [ParseICEURL] refuses, TURN without credentials and what is beyond the bounds are left out: a list with one entry
// that this peer does not know is still a list. The error, a *ParseError, is for what is no array.
func ParseICEServerList(list []byte) ([]ICEServer, error) {
	var entries []json.RawMessage
	if json.Unmarshal(list, &entries) != nil || entries == nil {
		return nil, parseErrorf("A8", "iceServers", "not an array")
	}
	good := []ICEServer{}
	for _, entry := range entries[:min(len(entries), MaxICEServers)] {
		o, err := parseObject("A8", entry)
		if err != nil {
			continue
		}
		if server, ok := usableICEServer(o); ok {
			good = append(good, server)
		}
	}
	return good, nil
}

func usableICEServer(o object) (ICEServer, bool) {
	username, _, _ := o.text("A8", "username") // what is no text is none
	credential, _, _ := o.text("A8", "credential")
	var server ICEServer
	if username != "" && credential != "" {
		server.Username, server.Credential = username, credential
	}
	for _, text := range iceURLs(o["urls"]) {
		if u, err := ParseICEURL(text); err == nil && (!u.Relay || server.Username != "") {
			server.URLs = append(server.URLs, text)
		}
	}
	return server, len(server.URLs) > 0
}

// iceURLs reads a string or an array of them, as RTCIceServer allows.
func iceURLs(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return []string{one}
	}
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil {
		return nil
	}
	var all []string
	for _, element := range elements[:min(len(elements), MaxICEURLs)] {
		var text string
		if json.Unmarshal(element, &text) == nil {
			all = append(all, text)
		}
	}
	return all
}

// String says how many servers there are and nothing of them: credentials do not belong in a log.
func (s ICEServers) String() string {
	return fmt.Sprintf("%d ICE servers for %d s", len(s.ICEServers), s.TTLSeconds)
}
