// Command liar is the attacker of the browser tests. It works until its standard input ends, and tells what it does as
// JSON, a line each, on standard output.
//
//	liar carry  -left HOST:PORT -right HOST:PORT -project P -lie NAME   two stores, and a lie of package hostile between
//	liar middle -left URL -right URL [-room CODE]                       a person in the middle of two deployments
//	liar record -left HOST:PORT -project P                              keeps all that is in a store, then searches it
//
// The lie «forged» puts the offers and answers of a peer connection of its own, sealed with a secret that it made up,
// in place of the victims'. Record ends with code 1 if it has found something.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/parley-chat/parley/emulator-tests/admin"
	"github.com/parley-chat/parley/emulator-tests/dump"
	"github.com/parley-chat/parley/emulator-tests/hostile"
	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol"
)

// line is what is told.
type line struct {
	// Event is ready, connected (of middle: with both) or searched.
	Event string `json:"event"`
	// Emoji are those of the left and of the right victim, as the one in the middle sees them.
	Emoji [2][]string `json:"emoji,omitzero"`
	// Documents, Versions and Bytes were searched, and Leaks found.
	Documents int      `json:"documents,omitempty"`
	Versions  int      `json:"versions,omitempty"`
	Bytes     int      `json:"bytes,omitempty"`
	Leaks     []string `json:"leaks,omitempty"`
}

// errLeaks is the end of record when something was found.
var errLeaks = errors.New("something is in the store that must not be there")

func main() {
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // however it ended, it ended
		stop()
	}()
	if err := run(ctx, os.Args[1:], json.NewEncoder(os.Stdout)); err != nil {
		fmt.Fprintln(os.Stderr, "liar:", err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}

func run(ctx context.Context, args []string, out *json.Encoder) error {
	flags := flag.NewFlagSet("liar", flag.ContinueOnError)
	left, right := flags.String("left", "", "the one side"), flags.String("right", "", "the other side")
	project := flags.String("project", "", "the stores' project")
	lie := flags.String("lie", "honest", "which lie")
	room := flags.String("room", "", "the code of a room of which the one in the middle is a thief")
	if len(args) == 0 {
		return errors.New("carry, middle or record")
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	switch args[0] {
	case "carry":
		return carry(ctx, [2]string{*left, *right}, *project, *lie, out)
	case "middle":
		return middle(ctx, [2]string{*left, *right}, *room, out)
	case "record":
		return record(ctx, *left, *project, out)
	}
	return fmt.Errorf("there is no %q", args[0])
}

func carry(ctx context.Context, hosts [2]string, project, name string, out *json.Encoder) error {
	lie := hostile.Lies()[name]
	if name == "forged" {
		secret, err := protocol.NewRoomSecret(rand.Reader)
		if err != nil {
			return err
		}
		forger, err := hostile.NewForger(secret)
		if err != nil {
			return err
		}
		defer forger.Close() //nolint:errcheck // the process ends
		lie = forger.Lie()
	}
	if lie == nil {
		return fmt.Errorf("there is no lie %q", name)
	}
	var stores [2]*admin.Database
	for side, host := range hosts {
		var err error
		if stores[side], err = admin.Open(ctx, host, project); err != nil {
			return err
		}
		defer stores[side].Close() //nolint:errcheck // the process ends
	}
	if err := out.Encode(line{Event: "ready"}); err != nil {
		return err
	}
	err := hostile.NewCarrier(stores[hostile.Left], stores[hostile.Right], lie).Run(ctx)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// middle is found by a stranger on either side, or enters a room there, and passes on what is said.
func middle(ctx context.Context, urls [2]string, room string, out *json.Encoder) error {
	type met struct {
		side int
		conn *peer.Conn
		err  error
	}
	found := make(chan met, len(urls))
	for side, url := range urls {
		s, err := site.Open(ctx, url+"/api", nil)
		if err != nil {
			return err
		}
		defer s.Close()
		go func() {
			conn, err := meet(ctx, s.Services(), room)
			found <- met{side, conn, err}
		}()
	}
	if err := out.Encode(line{Event: "ready"}); err != nil {
		return err
	}
	var ends [2]*peer.Conn
	said := line{Event: "connected"}
	for range urls {
		m := <-found
		if m.err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return m.err
		}
		ends[m.side] = m.conn
		for _, sign := range m.conn.Safety().Emoji {
			said.Emoji[m.side] = append(said.Emoji[m.side], sign.Name)
		}
	}
	if err := out.Encode(said); err != nil {
		return err
	}
	_ = hostile.Relay(ctx, ends[0], ends[1]) // it ends with ctx, or when a victim leaves
	return nil
}

func meet(ctx context.Context, s peer.Services, code string) (*peer.Conn, error) {
	if code == "" {
		return peer.QuickMatch(ctx, s, nil)
	}
	secret, err := protocol.ParseRoomCode(code)
	if err != nil {
		return nil, err
	}
	room, err := peer.Enter(ctx, s, secret, nil)
	if err != nil {
		return nil, err
	}
	return room.Next(ctx)
}

// record searches when it is told to end.
func record(ctx context.Context, host, project string, out *json.Encoder) error {
	store, err := admin.Open(ctx, host, project)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // the process ends
	feed, err := store.Listen(ctx)
	if err != nil {
		return err
	}
	if err := out.Encode(line{Event: "ready"}); err != nil {
		return err
	}
	recorder := &dump.Recorder{}
	if err := recorder.Follow(feed); ctx.Err() == nil {
		return err
	}
	report := recorder.Search(&dump.Searcher{})
	said := line{Event: "searched", Documents: report.Documents, Versions: report.Versions, Bytes: report.Bytes}
	for _, found := range report.Leaks {
		said.Leaks = append(said.Leaks, found.String())
	}
	if err := out.Encode(said); err != nil {
		return err
	}
	if len(said.Leaks) > 0 {
		return fmt.Errorf("%w: %q", errLeaks, said.Leaks)
	}
	return nil
}
