package lab

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/pion/transport/v4/stdnet"
	"golang.org/x/net/websocket"
)

// line is a way to send bytes there and back, on this machine's loopback and in real time.
type line struct {
	trip  func(text []byte) error
	close func()
}

const loopback = "127.0.0.1:0"

// udpLine is a packet and its echo.
func udpLine(_ context.Context, oneWay time.Duration) (line, error) {
	std, err := stdnet.NewNet()
	if err != nil {
		return line{}, err
	}
	n := farNet{std, oneWay}
	here := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}
	near, err := n.ListenUDP("udp4", here)
	if err != nil {
		return line{}, err
	}
	there, err := n.ListenUDP("udp4", here)
	if err != nil {
		return line{}, errors.Join(err, near.Close())
	}
	var echo sync.WaitGroup
	echo.Go(func() {
		buffer := make([]byte, maxText)
		for {
			read, from, err := there.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = there.WriteTo(buffer[:read], from) // the trip fails, then
		}
	})
	buffer := make([]byte, maxText)
	return line{
		trip: func(text []byte) error {
			if _, err := near.WriteTo(text, there.LocalAddr()); err != nil {
				return err
			}
			_, _, err := near.ReadFrom(buffer)
			return err
		},
		close: func() {
			_, _ = near.Close(), there.Close() // they have served
			echo.Wait()
		},
	}, nil
}

// maxText bounds the texts of lines.
const maxText = 1500

// tcpLine is bytes in one connection, and their echo.
func tcpLine(ctx context.Context, oneWay time.Duration) (line, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp4", loopback)
	if err != nil {
		return line{}, err
	}
	listener := farListener{l, oneWay}
	var echo sync.WaitGroup
	echo.Go(func() {
		c, err := listener.Accept()
		if err != nil {
			return
		}
		defer c.Close() //nolint:errcheck // it has served
		_, _ = io.Copy(c, c)
	})
	dialed, err := new(net.Dialer).DialContext(ctx, "tcp4", l.Addr().String())
	if err != nil {
		return line{}, errors.Join(err, l.Close())
	}
	c := far(dialed, oneWay)
	return line{
		trip: func(text []byte) error { return overStream(c, text) },
		close: func() {
			_, _ = c.Close(), l.Close() // they have served
			echo.Wait()
		},
	}, nil
}

// overStream sends a text and reads as much.
func overStream(c io.ReadWriter, text []byte) error {
	if _, err := c.Write(text); err != nil {
		return err
	}
	_, err := io.ReadFull(c, make([]byte, len(text)))
	return err
}

// relayLine is what a chat without peers does: a client, a server, and another client, which echoes, over WebSocket.
// Everybody is oneWay from everybody.
func relayLine(ctx context.Context, oneWay time.Duration) (line, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp4", loopback)
	if err != nil {
		return line{}, err
	}
	var running sync.WaitGroup
	server := &http.Server{Handler: relay(), ReadHeaderTimeout: time.Minute}
	running.Go(func() { _ = server.Serve(farListener{l, oneWay}) }) // until close
	stop := func() {
		_ = server.Close() // it has served
		running.Wait()
	}
	var clients [2]*websocket.Conn
	for i := range clients {
		if clients[i], err = dialRelay(ctx, l.Addr().String(), oneWay); err != nil {
			stop()
			return line{}, err
		}
	}
	running.Go(func() { _, _ = io.Copy(clients[1], clients[1]) })
	return line{
		trip: func(text []byte) error { return overStream(clients[0], text) },
		close: func() {
			_, _ = clients[0].Close(), clients[1].Close() // they have served
			stop()
		},
	}, nil
}

// relay gives each of two clients what the other says.
func relay() http.Handler {
	var mu sync.Mutex
	var first *websocket.Conn
	second := make(chan *websocket.Conn, 1)
	return websocket.Handler(func(c *websocket.Conn) {
		mu.Lock()
		other := first
		first = c
		mu.Unlock()
		if other == nil {
			other = <-second
		} else {
			second <- c
		}
		_, _ = io.Copy(other, c) // until one of them leaves
	})
}

func dialRelay(ctx context.Context, address string, oneWay time.Duration) (*websocket.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, "tcp4", address)
	if err != nil {
		return nil, err
	}
	config, err := websocket.NewConfig("ws://"+address+"/", "http://"+address+"/")
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	client, err := websocket.NewClient(config, far(c, oneWay))
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return client, nil
}
