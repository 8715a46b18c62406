package clinic

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/pion/turn/v5"

	"github.com/parley-chat/parley/internal/local"
	"github.com/parley-chat/parley/internal/local/turnserver"
)

// refusingAuth answers as Identity Toolkit does for a project in which anonymous sign-in is off.
func (r *room) refusingAuth(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", loopback)
	if err != nil {
		return "", fmt.Errorf("clinic: %w", err)
	}
	server := &http.Server{
		ReadHeaderTimeout: limit,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":{"code":400,"message":"ADMIN_ONLY_OPERATION"}}`, http.StatusBadRequest)
		}),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	r.closers = append(r.closers, func() error {
		err := server.Close()
		<-served //nolint:errcheck // it is that it was closed
		return err
	})
	return listener.Addr().String(), nil
}

// strictFirestore is an emulator whose rules allow nothing.
func (r *room) strictFirestore(ctx context.Context) (string, error) {
	dir, err := os.MkdirTemp("", "parley-clinic-")
	if err != nil {
		return "", fmt.Errorf("clinic: %w", err)
	}
	r.closers = append(r.closers, func() error { return os.RemoveAll(dir) })
	rules := filepath.Join(dir, "firestore.rules")
	const nothing = "rules_version = '2'; service cloud.firestore { match /none/{id} { allow read: if false; } }"
	if err := os.WriteFile(rules, []byte(nothing), 0o600); err != nil {
		return "", fmt.Errorf("clinic: %w", err)
	}
	stack, err := local.Start(ctx, &local.Options{Root: r.options.Root, Rules: rules, Without: []local.Service{
		local.AuthService, local.TURNService, local.FunctionService, local.WebService, local.FrontService,
	}})
	if stack, err = keep(r, stack, err); err != nil {
		return "", err
	}
	return stack.FirestoreHost(), nil
}

// fullRelay is a relay with one place, which somebody has taken.
func (r *room) fullRelay(ctx context.Context) ([]string, error) {
	relay, err := turnserver.Start(ctx, &turnserver.Options{Secret: secret, MaxAllocations: 1})
	if relay, err = keep(r, relay, err); err != nil {
		return nil, err
	}
	name, credential, err := relay.Credentials("somebody", time.Minute)
	if err != nil {
		return nil, err
	}
	conn, err := new(net.ListenConfig).ListenPacket(ctx, "udp4", loopback)
	if conn, err = keep(r, conn, err); err != nil {
		return nil, fmt.Errorf("clinic: %w", err)
	}
	client, err := turn.NewClient(&turn.ClientConfig{
		TURNServerAddr: relay.Addr().String(), Username: name, Password: credential, Conn: conn,
	})
	if err != nil {
		return nil, fmt.Errorf("clinic: %w", err)
	}
	r.closers = append(r.closers, func() error { client.Close(); return nil })
	if err := client.Listen(); err != nil {
		return nil, fmt.Errorf("clinic: %w", err)
	}
	place, err := client.Allocate()
	if _, err = keep(r, place, err); err != nil {
		return nil, fmt.Errorf("clinic: taking the place: %w", err)
	}
	return relay.TURNURLs(), nil
}

// strangersRelay is the relay by TLS alone, with a certificate that nobody believes.
func (r *room) strangersRelay(ctx context.Context) ([]string, error) {
	certificate, err := local.Certificate("", netip.MustParseAddr("127.0.0.1"), time.Now())
	if err != nil {
		return nil, err
	}
	addr, err := r.tls(ctx, certificate)
	return []string{"turns:" + addr + "?transport=tcp"}, err
}

// closedRelay are ways to a relay where nobody is.
func (r *room) closedRelay(ctx context.Context, forms ...string) ([]string, error) {
	var urls []string
	for _, form := range forms {
		addr, err := r.closed(ctx)
		if err != nil {
			return nil, err
		}
		urls = append(urls, fmt.Sprintf(form, addr))
	}
	return urls, nil
}

// firewall puts holes in the place of every server but the ways to a relay that are open: tcp, tls.
func (r *room) firewall(ctx context.Context, d *deployment, open ...string) error {
	udp, err := r.hole(ctx, "udp")
	if err != nil {
		return err
	}
	tcp, err := r.hole(ctx, "tcp")
	if err != nil {
		return err
	}
	d.stun = []string{"stun:" + udp}
	d.turn[0] = "turn:" + udp + "?transport=udp"
	if !slices.Contains(open, "tcp") {
		d.turn[1] = "turn:" + tcp + "?transport=tcp"
	}
	if !slices.Contains(open, "tls") {
		d.turn[2] = "turns:" + tcp + "?transport=tcp"
	}
	return nil
}
