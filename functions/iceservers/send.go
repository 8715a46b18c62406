package iceservers

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// maxAnswer bounds a provider's answer, which has about 1 KiB.
const maxAnswer = 64 << 10

// Why a provider gave nothing.
var (
	errRequest  = errors.New("iceservers: the request cannot be made: is the id of the account or key right?")
	errAnswer   = errors.New("iceservers: the provider's answer is not what its documentation says")
	errTooLarge = errors.New("iceservers: the provider's answer is too large")
	errNoRelay  = errors.New("iceservers: the provider's answer names no TURN server that a browser takes")
)

// send sends a request that holds a secret, and reads the answer. It follows no redirect. Its error names neither the
// URL, in which ids stand, nor anything of the answer.
func send(client *http.Client, request *http.Request) ([]byte, error) {
	var straight http.Client
	if client != nil {
		straight = *client
	}
	straight.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := straight.Do(request)
	if err != nil {
		if at, ok := errors.AsType[*url.Error](err); ok {
			err = at.Err
		}
		return nil, fmt.Errorf("iceservers: the provider cannot be reached: %w", err)
	}
	defer response.Body.Close() //nolint:errcheck // only read
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("iceservers: the provider's answer breaks off: %w", err)
	case response.StatusCode/100 != 2:
		return nil, fmt.Errorf("iceservers: the provider answers with status %d", response.StatusCode)
	case len(answer) > maxAnswer:
		return nil, errTooLarge
	}
	return answer, nil
}
