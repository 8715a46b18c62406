package namespaces

import (
	"fmt"
	"net"
	"os"
	"runtime"

	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
	"golang.org/x/sys/unix"
)

// Host opens sockets inside a namespace, from anywhere in this process; a socket stays where it was opened. It is safe
// for concurrent use.
type Host struct {
	*stdnet.Net // its interfaces are the namespace's

	namespace string
}

var _ transport.Net = (*Host)(nil)

func newHost(namespace string) (*Host, error) {
	h := &Host{namespace: namespace}
	var err error
	if h.Net, err = inside(h, stdnet.NewNet); err != nil {
		return nil, fmt.Errorf("namespaces: %s: %w", namespace, err)
	}
	return h, nil
}

// inside does something in the namespace.
func inside[T any](h *Host, do func() (T, error)) (result T, err error) {
	err = inNewThread(func() (err error) {
		if err = enter(h.namespace); err == nil {
			result, err = do()
		}
		return err
	})
	return result, err
}

// inNewThread does something on a thread of its own, which ends with it, so that no other goroutine comes to run in the
// namespace that it has moved to.
func inNewThread(do func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked
		done <- do()
	}()
	return <-done
}

// enter moves this thread.
func enter(namespace string) error {
	file, err := os.Open("/run/netns/" + namespace)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	return unix.Setns(int(file.Fd()), unix.CLONE_NEWNET)
}

// ListenPacket implements [transport.Net].
func (h *Host) ListenPacket(network, address string) (net.PacketConn, error) {
	return inside(h, func() (net.PacketConn, error) { return h.Net.ListenPacket(network, address) })
}

// ListenUDP implements [transport.Net].
func (h *Host) ListenUDP(network string, local *net.UDPAddr) (transport.UDPConn, error) {
	return inside(h, func() (transport.UDPConn, error) { return h.Net.ListenUDP(network, local) })
}

// ListenTCP implements [transport.Net].
func (h *Host) ListenTCP(network string, local *net.TCPAddr) (transport.TCPListener, error) {
	return inside(h, func() (transport.TCPListener, error) { return h.Net.ListenTCP(network, local) })
}

// Dial implements [transport.Net].
func (h *Host) Dial(network, address string) (net.Conn, error) {
	return inside(h, func() (net.Conn, error) { return h.Net.Dial(network, address) })
}

// DialUDP implements [transport.Net].
func (h *Host) DialUDP(network string, local, remote *net.UDPAddr) (transport.UDPConn, error) {
	return inside(h, func() (transport.UDPConn, error) { return h.Net.DialUDP(network, local, remote) })
}

// CreateDialer implements [transport.Net].
func (h *Host) CreateDialer(d *net.Dialer) transport.Dialer { return dialer{h, d} }

type dialer struct {
	host *Host
	net  *net.Dialer
}

// Dial implements [transport.Dialer].
func (d dialer) Dial(network, address string) (net.Conn, error) {
	return inside(d.host, func() (net.Conn, error) { return d.net.Dial(network, address) })
}

// DialTCP implements [transport.Net].
func (h *Host) DialTCP(network string, local, remote *net.TCPAddr) (transport.TCPConn, error) {
	return inside(h, func() (transport.TCPConn, error) { return h.Net.DialTCP(network, local, remote) })
}
