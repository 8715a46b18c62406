package lab

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pion/transport/v4/stdnet"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

// Lines are the ways of [Trips], by name.
const (
	PeerLine  = "peer"
	UDPLine   = "udp"
	TCPLine   = "tcp"
	RelayLine = "relay" // over WebSocket
)

// Trips sends a text of 100 bytes there and back, in turns over every line: each run is each times over one line, then
// over the next. It gives the mean of each run, by line. All is on this machine's loopback and in real time; what
// leaves a socket leaves oneWay late.
func Trips(ctx context.Context, oneWay time.Duration, runs, each int) (map[string][]time.Duration, error) {
	lines := map[string]line{}
	defer func() {
		for _, l := range lines {
			l.close()
		}
	}()
	for name, open := range map[string]func(context.Context, time.Duration) (line, error){
		PeerLine: peerLine, UDPLine: udpLine, TCPLine: tcpLine, RelayLine: relayLine,
	} {
		l, err := open(ctx, oneWay)
		if err != nil {
			return nil, fmt.Errorf("lab: %s: %w", name, err)
		}
		lines[name] = l
	}
	text := []byte(hundred)
	took := map[string][]time.Duration{}
	for run := -1; run < runs; run++ { // the first is thrown away
		for _, name := range []string{PeerLine, UDPLine, TCPLine, RelayLine} {
			start := time.Now()
			for range each {
				if err := lines[name].trip(text); err != nil {
					return nil, fmt.Errorf("lab: %s: %w", name, err)
				}
			}
			if run >= 0 {
				took[name] = append(took[name], time.Since(start)/time.Duration(each))
			}
		}
	}
	return took, nil
}

// peerLine is two strangers who are connected.
func peerLine(ctx context.Context, oneWay time.Duration) (line, error) {
	memory := &signalingtest.Memory{}
	matcher := &peertest.Matcher{Store: memory}
	std, err := stdnet.NewNet()
	if err != nil {
		return line{}, err
	}
	var people [2]*peer.Conn
	var errs [2]error
	var both sync.WaitGroup
	for i := range people {
		o := &peer.Options{Loopback: true, ICEServers: []protocol.ICEServer{}, Net: farNet{std, oneWay}}
		uid := fmt.Sprint("person", i)
		services := peer.Services{Store: memory, API: matcher.For(uid), UID: uid}
		both.Go(func() { people[i], errs[i] = peer.QuickMatch(ctx, services, o) })
	}
	both.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return line{}, err
	}
	ctx, stop := context.WithCancel(ctx)
	var echoing sync.WaitGroup
	echoing.Go(func() { echo(ctx, people[1]) })
	return line{
		trip: func(text []byte) error {
			if err := people[0].Send(ctx, string(text)); err != nil {
				return err
			}
			_, err := people[0].Receive(ctx)
			return err
		},
		close: func() {
			stop()
			echoing.Wait()
			_, _ = people[0].Close(), people[1].Close() // they have served
		},
	}, nil
}
