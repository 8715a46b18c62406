package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"
)

// loopback is where everything listens.
func loopback() netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, 1}) }

// freePort finds a port that nothing listens on now. Another program can take it before its user does.
func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", netip.AddrPortFrom(loopback(), 0).String())
	if err != nil {
		return 0, fmt.Errorf("local: finding a free port: %w", err)
	}
	port := portOf(listener)
	if err := listener.Close(); err != nil {
		return 0, fmt.Errorf("local: finding a free port: %w", err)
	}
	return port, nil
}

func portOf(l net.Listener) int {
	return l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // a TCP listener's address is one
}

func hostPort(addr netip.Addr, port int) string {
	return net.JoinHostPort(addr.String(), strconv.Itoa(port))
}

// errAnswer says that a service answers, but not as it does when it is up.
var errAnswer = errors.New("unexpected answer")

// askTimeout bounds one question whether a service is up.
const askTimeout = 2 * time.Second

// ask sends one GET and wants 200. It keeps no connection.
func ask(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return fmt.Errorf("local: asking %s: %w", url, err)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("local: asking %s: %w", url, err)
	}
	_, readErr := io.Copy(io.Discard, io.LimitReader(response.Body, 1<<16))
	if err := errors.Join(readErr, response.Body.Close()); err != nil {
		return fmt.Errorf("local: asking %s: %w", url, err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("local: asking %s: %w: %s", url, errAnswer, response.Status)
	}
	return nil
}
