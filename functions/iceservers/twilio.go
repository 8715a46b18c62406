package iceservers

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// TwilioEndpoint is where Twilio makes credentials; TwilioSTUN needs none and costs nothing.
const (
	TwilioEndpoint = "https://api.twilio.com"
	TwilioSTUN     = "stun:global.stun.twilio.com:3478"
)

// Twilio asks Twilio's Network Traversal Service for credentials, as https://www.twilio.com/docs/stun-turn/api says:
// POST /2010-04-01/Accounts/{AccountSid}/Tokens.json with Ttl in seconds, at most 24 hours, answers 201 with
// {"ttl": "…", "ice_servers": [{"urls": "…", "username": …, "credential": …}, …]}. An API key is the «recommended way
// to authenticate» (https://www.twilio.com/docs/usage/requests-to-twilio): it can be revoked by itself.
type Twilio struct {
	// AccountSID is the account (AC…), APIKey and APISecret an API key of it (SK…). Required.
	AccountSID, APIKey, APISecret string
	// Endpoint is where to ask. Default [TwilioEndpoint].
	Endpoint string
	// HTTP sends the request. Default http.DefaultClient.
	HTTP *http.Client
}

var _ Provider = Twilio{}

// Name implements [Provider].
func (Twilio) Name() string { return "twilio" }

// Remote implements [Provider].
func (Twilio) Remote() bool { return true }

// Grant implements [Provider].
func (p Twilio) Grant(ctx context.Context, ask Ask) (Grant, error) {
	endpoint := cmp.Or(p.Endpoint, TwilioEndpoint) +
		"/2010-04-01/Accounts/" + url.PathEscape(p.AccountSID) + "/Tokens.json"
	form := url.Values{"Ttl": {strconv.FormatInt(seconds(ask.TTL), 10)}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return Grant{}, errRequest
	}
	request.SetBasicAuth(p.APIKey, p.APISecret)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := send(p.HTTP, request)
	if err != nil {
		return Grant{}, err
	}
	return parseTwilio(answer, ask.TTL)
}

func parseTwilio(answer []byte, asked time.Duration) (Grant, error) {
	var told struct {
		TTL        string          `json:"ttl"`
		ICEServers json.RawMessage `json:"ice_servers"`
	}
	if json.Unmarshal(answer, &told) != nil {
		return Grant{}, errAnswer
	}
	ttl, err := strconv.ParseUint(told.TTL, 10, 32)
	if err != nil || ttl < uint64(leastLeft/time.Second) {
		return Grant{}, errAnswer
	}
	servers, err := protocol.ParseICEServerList(told.ICEServers)
	if err != nil {
		return Grant{}, errAnswer
	}
	relays, err := pick(withTLS(servers))
	return Grant{Relays: relays, TTL: min(asked, time.Duration(ttl)*time.Second)}, err
}

// withTLS adds TURN over TLS where there is TURN over TCP on port 443. Twilio serves both there and lists the second
// alone; a firewall that looks at what goes through port 443 lets only the first pass. That «TURN-TLS 443» exists
// says https://www.twilio.com/docs/video/networking-considerations.
func withTLS(servers []protocol.ICEServer) []protocol.ICEServer {
	all := slices.Clone(servers)
	for _, server := range servers {
		for _, text := range server.URLs {
			u, err := protocol.ParseICEURL(text)
			if err != nil || !u.Relay || u.TLS || u.Transport != "tcp" || u.Port != 443 {
				continue
			}
			all = append(all, protocol.ICEServer{
				URLs:     []string{"turns:" + u.HostPort() + "?transport=tcp"},
				Username: server.Username, Credential: server.Credential,
			})
		}
	}
	return all
}
