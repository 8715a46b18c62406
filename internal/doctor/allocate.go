package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"github.com/parley-chat/parley/protocol/diagnosis"
)

// allocate asks one relay for an address, and gives it back.
func (e *examination) allocate(ctx context.Context, r relay) diagnosis.State {
	conn, err := e.connect(ctx, r.uri)
	if state := reached(err); state == diagnosis.Refused {
		return diagnosis.Silent // something else answers there, or nothing but a hang-up comes
	} else if state != diagnosis.Yes {
		return state
	}
	defer conn.Close() //nolint:errcheck // it ends; how does not matter
	client, err := newRelayClient(ctx, conn, r)
	if err != nil {
		return diagnosis.Silent
	}
	defer client.Close()
	answered := make(chan error, 1)
	go func() {
		relayed, err := client.Allocate()
		if err == nil {
			_ = relayed.Close() // given back; a relay that does not hear it forgets it by itself
		}
		answered <- err
	}()
	select {
	case err := <-answered:
		return allocated(err)
	case <-ctx.Done():
		_ = conn.Close() // in this order, as in socket.close
		client.Close()
		<-answered //nolint:errcheck // it is that of the closed connection
		return diagnosis.Silent
	}
}

// connect opens the way to the relay that its URL says: UDP, TCP or TLS.
func (e *examination) connect(ctx context.Context, uri *stun.URI) (net.PacketConn, error) {
	var dialer net.Dialer
	way := wayOf(uri)
	if way == diagnosis.TURNTCP {
		conn, err := dialer.DialContext(ctx, "tcp", hostPort(uri))
		if err != nil {
			return nil, fmt.Errorf("doctor: relay by TCP: %w", err)
		}
		return turn.NewSTUNConn(conn), nil
	}
	if way == diagnosis.TURNTLS {
		config := &tls.Config{RootCAs: e.RootCAs, ServerName: uri.Host, MinVersion: tls.VersionTLS12}
		conn, err := (&tls.Dialer{NetDialer: &dialer, Config: config}).DialContext(ctx, "tcp", hostPort(uri))
		if err != nil {
			return nil, fmt.Errorf("doctor: relay by TLS: %w", err)
		}
		return turn.NewSTUNConn(conn), nil
	}
	conn, err := new(net.ListenConfig).ListenPacket(ctx, "udp", ":0")
	if err != nil {
		return nil, fmt.Errorf("doctor: relay by UDP: %w", err)
	}
	return conn, nil
}

func newRelayClient(ctx context.Context, conn net.PacketConn, r relay) (*turn.Client, error) {
	server, err := resolve(ctx, r.uri)
	if err != nil {
		return nil, err
	}
	client, err := turn.NewClient(&turn.ClientConfig{
		TURNServerAddr: server.String(), Username: r.username, Password: r.credential, Conn: conn,
		RequestedAddressFamily: turn.RequestedAddressFamilyIPv4, LoggerFactory: silence(),
	})
	if err != nil {
		return nil, fmt.Errorf("doctor: relay: %w", err)
	}
	if err := client.Listen(); err != nil {
		return nil, fmt.Errorf("doctor: relay: %w", err)
	}
	return client, nil
}

// allocated is what a relay's answer means.
func allocated(err error) diagnosis.State {
	if err == nil {
		return diagnosis.Yes
	}
	told, ok := errors.AsType[*stun.TurnError](err)
	switch {
	case !ok:
		return diagnosis.Silent
	case told.ErrorCodeAttr.Code == stun.CodeAllocQuotaReached, told.ErrorCodeAttr.Code == stun.CodeInsufficientCapacity:
		return diagnosis.Full
	}
	return diagnosis.Refused
}
