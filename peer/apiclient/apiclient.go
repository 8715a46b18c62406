// Package apiclient is the function's API over HTTP, as SPEC section 2 has it, for a Go peer.
//
// A call is tried again, with the same body and so with the same request id, when the function cannot be
// reached or says that it may work later; the waits grow and their number is bounded.
//
// # Trust
//
// The function is trusted with the uid and nothing more. Its answers are bounded and parsed like any input; ICE
// servers that are not STUN or TURN are left out. The ID token goes to the given address and is not logged.
package apiclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

const (
	tries       = 4
	firstWait   = 250 * time.Millisecond
	maxWait     = 5 * time.Second
	callTimeout = 10 * time.Second

	maxAnswer = 64 << 10
)

// Client calls one deployment's API as one user. It is safe for concurrent use.
type Client struct {
	// URL is where the API is, such as https://parley.example/api; required.
	URL string
	// Token gives the user's ID token, for each call; required.
	Token func(context.Context) (string, error)
	// HTTP sends the requests; nil means http.DefaultClient.
	HTTP *http.Client
}

var _ peer.API = (*Client)(nil)

// QuickMatch implements [peer.API].
func (c *Client) QuickMatch(
	ctx context.Context, r protocol.QuickMatchRequest,
) (protocol.QuickMatchAnswer, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return protocol.QuickMatchAnswer{}, fmt.Errorf("apiclient: quick-match: %w", err)
	}
	answer, err := c.call(ctx, http.MethodPost, "/quick-match", body)
	if err != nil {
		return protocol.QuickMatchAnswer{}, err
	}
	return protocol.ParseQuickMatchAnswer(answer)
}

// EndMatch implements [peer.API].
func (c *Client) EndMatch(ctx context.Context, pool string, id protocol.RequestID) error {
	query := url.Values{"pool": {pool}, "requestId": {string(id)}}
	_, err := c.call(ctx, http.MethodDelete, "/quick-match?"+query.Encode(), nil)
	return err
}

// ICEServers implements [peer.API].
func (c *Client) ICEServers(ctx context.Context) (protocol.ICEServers, error) {
	answer, err := c.call(ctx, http.MethodPost, "/ice-servers", []byte("{}"))
	if err != nil {
		return protocol.ICEServers{}, err
	}
	return protocol.ParseICEServers(answer)
}

// call sends one request, again where that may help.
func (c *Client) call(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	wait := firstWait
	for try := 1; ; try++ {
		answer, after, err := c.once(ctx, method, path, body)
		var problem *protocol.Problem
		final := errors.As(err, &problem) && !problem.Code.Retryable() && problem.Code != protocol.Internal
		if err == nil || final || try == tries || errors.Is(err, errToken) {
			return answer, err
		}
		select {
		case <-time.After(min(maxWait, max(wait, after))):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		wait *= 2
	}
}

var errToken = errors.New("apiclient: no token")

// once sends one request. after is how long the function asks to wait.
func (c *Client) once(
	ctx context.Context, method, path string, body []byte,
) (answer []byte, after time.Duration, _ error) {
	token, err := c.Token(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", errToken, err)
	}
	limited, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(limited, method, c.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, 0, fmt.Errorf("apiclient: %s: %w", path, err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		return nil, 0, fmt.Errorf("apiclient: %w", err)
	}
	defer response.Body.Close() //nolint:errcheck // only read
	answer, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, 0, fmt.Errorf("apiclient: read the answer: %w", err)
	}
	switch response.StatusCode {
	case http.StatusOK, http.StatusNoContent:
		return answer, 0, nil
	}
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err == nil && seconds > 0 {
		after = time.Duration(min(seconds, int(maxWait/time.Second))) * time.Second
	}
	return nil, after, problemOf(response.StatusCode, answer)
}

// problemOf reads an error (SPEC A10). What is not one comes from something in between, such as a proxy.
func problemOf(status int, answer []byte) error {
	var p protocol.Problem
	if json.Unmarshal(answer, &p) != nil || p.Code == "" {
		return fmt.Errorf("apiclient: status %d without a problem", status)
	}
	p.Code = protocol.ParseCode(string(p.Code)) // E1
	return &p
}
