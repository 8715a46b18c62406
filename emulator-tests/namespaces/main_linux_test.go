package namespaces

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/parley-chat/parley/internal/local/turnserver"
)

// ownTURN as this program's only argument makes it our TURN server, until its input ends.
const ownTURN = "own-turn-server"

// certificate is the middle's. Go reads what it trusts once, so all tests share it.
var certificate Certificate

func TestMain(m *testing.M) {
	var err error
	if len(os.Args) == 2 && os.Args[1] == ownTURN {
		err = serveTURN()
	} else {
		err = withCertificate(m)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// withCertificate runs the tests with a certificate for the middle that this process trusts.
func withCertificate(m *testing.M) error {
	dir, err := os.MkdirTemp("", "parley-namespaces-*")
	if err != nil {
		return err
	}
	if certificate, err = NewCertificate(dir); err == nil {
		err = os.Setenv("SSL_CERT_FILE", certificate.File)
	}
	if err == nil {
		err = flag.Set("test.parallel", "16") // worlds wait more than they compute
	}
	if err == nil {
		m.Run()
	}
	return errors.Join(err, os.RemoveAll(dir))
}

func serveTURN() error {
	s, err := turnserver.Start(context.Background(), &turnserver.Options{
		Addr: netip.MustParseAddr(Middle), Port: 3478, Secret: Secret,
		PermitPeer: func(netip.Addr) bool { return true },
	})
	if err != nil {
		return err
	}
	fmt.Println("ready") //nolint:forbidigo // for who started it
	_, _ = io.Copy(io.Discard, os.Stdin)
	return s.Close()
}

// startOwnTURN runs our TURN server in the middle until the test ends.
func startOwnTURN(t *testing.T, w *World) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := w.Command(context.Background(), self, ownTURN)
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = input.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("our TURN server: %v", err)
		}
	})
	if line, err := bufio.NewReader(output).ReadString('\n'); line != "ready\n" {
		t.Fatalf("our TURN server: %q, %v", line, err)
	}
}

// startCoturn runs coturn in the middle until the test ends, as docs/turn.md has it.
func startCoturn(t *testing.T, w *World) {
	t.Helper()
	startCoturnAs(t, w, documentedCoturn(t))
}

func documentedCoturn(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "turn.md"))
	if err != nil {
		t.Fatal(err)
	}
	configuration, err := DocumentedCoturn(page)
	if err != nil {
		t.Fatal(err)
	}
	return configuration
}

func startCoturnAs(t *testing.T, w *World, configuration string) {
	t.Helper()
	c, err := StartCoturn(t.Context(), w, configuration, certificate)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("coturn:\n%s", c.log)
		}
	})
}
