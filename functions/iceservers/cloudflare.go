package iceservers

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// CloudflareEndpoint is where Cloudflare makes credentials; CloudflareSTUN needs none and costs nothing
// (https://developers.cloudflare.com/realtime/turn/faq/).
const (
	CloudflareEndpoint = "https://rtc.live.cloudflare.com"
	CloudflareSTUN     = "stun:stun.cloudflare.com:3478"
)

// Cloudflare asks Cloudflare Realtime TURN for credentials, as
// https://developers.cloudflare.com/realtime/turn/generate-credentials/ says: POST …/credentials/generate-ice-servers
// with the key's token and {"ttl": seconds}, at most 48 hours, answers 201 with {"iceServers": [{"urls": […],
// "username": …, "credential": …}]}. When they end, a connection that uses them is cut «after a short delay».
type Cloudflare struct {
	// KeyID is the TURN key's id, APIToken its secret. Required.
	KeyID, APIToken string
	// Endpoint is where to ask. Default [CloudflareEndpoint].
	Endpoint string
	// HTTP sends the request. Default http.DefaultClient.
	HTTP *http.Client
}

var _ Provider = Cloudflare{}

// Name implements [Provider].
func (Cloudflare) Name() string { return "cloudflare" }

// Remote implements [Provider].
func (Cloudflare) Remote() bool { return true }

// Grant implements [Provider]. It sends no customIdentifier: Cloudflare need not know who somebody is.
func (p Cloudflare) Grant(ctx context.Context, ask Ask) (Grant, error) {
	endpoint := cmp.Or(p.Endpoint, CloudflareEndpoint) +
		"/v1/turn/keys/" + url.PathEscape(p.KeyID) + "/credentials/generate-ice-servers"
	body := fmt.Appendf(nil, `{"ttl":%d}`, seconds(ask.TTL))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return Grant{}, errRequest
	}
	request.Header.Set("Authorization", "Bearer "+p.APIToken)
	request.Header.Set("Content-Type", "application/json")
	answer, err := send(p.HTTP, request)
	if err != nil {
		return Grant{}, err
	}
	return parseCloudflare(answer, ask.TTL)
}

func parseCloudflare(answer []byte, ttl time.Duration) (Grant, error) {
	var told struct {
		ICEServers json.RawMessage `json:"iceServers"`
	}
	if json.Unmarshal(answer, &told) != nil {
		return Grant{}, errAnswer
	}
	servers, err := protocol.ParseICEServerList(told.ICEServers)
	if err != nil {
		return Grant{}, errAnswer
	}
	relays, err := pick(servers)
	return Grant{Relays: relays, TTL: ttl}, err
}
