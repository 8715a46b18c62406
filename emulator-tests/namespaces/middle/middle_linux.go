// Command middle makes a world of package namespaces for browsers: two networks behind gates, and between them coturn,
// as docs/turn.md has it, and everything that `parley run` serves. It needs root.
//
//	middle -parley bin/parley -first GATE -second GATE
//
// It tells what there is as a line of JSON on standard output, and ends when its standard input does. With -possible it
// ends at once, and its exit code tells whether this machine makes such worlds: 0 it does, 1 not yet, 2 it cannot.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/parley-chat/parley/emulator-tests/namespaces"
	"github.com/parley-chat/parley/internal/local"
)

// line is what is told.
type line struct {
	// URL is the page's. Its certificate is signed by itself.
	URL string `json:"url"`
	// First and Second are the namespaces of the two people, for `ip netns exec`.
	First  string `json:"first"`
	Second string `json:"second"`
}

func main() {
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // however it ended, it ended
		stop()
	}()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "middle:", err)
		os.Exit(exitCode(err)) //nolint:forbidigo // this is main
	}
}

func exitCode(err error) int {
	if errors.Is(err, namespaces.ErrNotHere) {
		return 2
	}
	return 1
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("middle", flag.ContinueOnError)
	first := flags.String("first", string(namespaces.Open), "what is between the first and the middle")
	second := flags.String("second", string(namespaces.Open), "and the second")
	parley := flags.String("parley", "bin/parley", "the built program, which runs the function")
	possible := flags.Bool("possible", false, "only tell whether there can be such worlds")
	inside := flags.Bool("inside", false, "be what is served, in the middle")
	switch err := flags.Parse(args); {
	case err != nil:
		return err
	case *possible:
		return namespaces.Possible(context.WithoutCancel(ctx)) // whatever its input is
	case *inside:
		return serve(ctx, *parley)
	}
	return world(ctx, namespaces.Gate(*first), namespaces.Gate(*second), *parley)
}

// world is there until ctx ends.
func world(ctx context.Context, first, second namespaces.Gate, parley string) (err error) {
	w, err := namespaces.New(ctx, first, second)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close(ctx)) }()
	dir, err := os.MkdirTemp("", "parley-middle-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	coturn, err := startCoturn(ctx, w, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, coturn.Close()) }()

	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := w.Command(context.WithoutCancel(ctx), self, "-inside", "-parley", parley)
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, input.Close(), cmd.Wait()) }()
	url, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return fmt.Errorf("what is served: %w", err)
	}
	told := line{URL: strings.TrimSpace(url)}
	told.First, told.Second = w.Namespaces()
	if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func startCoturn(ctx context.Context, w *namespaces.World, dir string) (*namespaces.Coturn, error) {
	root, err := local.FindRoot(".")
	if err != nil {
		return nil, err
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "turn.md"))
	if err != nil {
		return nil, err
	}
	configuration, err := namespaces.DocumentedCoturn(page)
	if err != nil {
		return nil, err
	}
	certificate, err := namespaces.NewCertificate(dir)
	if err != nil {
		return nil, err
	}
	return namespaces.StartCoturn(ctx, w, configuration, certificate)
}

// serve runs the services, and tells their URL, until ctx ends. It runs in the middle.
func serve(ctx context.Context, parley string) error {
	stack, err := local.Start(ctx, &local.Options{
		LAN: netip.MustParseAddr(namespaces.Site), FrontPort: 443,
		Without:         []local.Service{local.TURNService},
		FunctionCommand: []string{parley, "function"},
		FunctionEnv: []string{
			"STUN_URLS=stun:" + namespaces.Middle + ":3478",
			"TURN_PROVIDER=shared-secret", "TURN_SECRET=" + namespaces.Secret,
			"TURN_URLS=" + strings.Join([]string{namespaces.ByUDP, namespaces.ByTCP, namespaces.ByTLS}, ","),
		},
	})
	if err != nil {
		return err
	}
	fmt.Println(stack.LANURL()) //nolint:forbidigo // for who started it
	<-ctx.Done()
	return stack.Close() //nolint:contextcheck // Close bounds itself
}
