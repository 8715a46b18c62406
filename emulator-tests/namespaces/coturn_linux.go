package namespaces

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/pion/turn/v5"

	"github.com/parley-chat/parley/protocol"
)

// The middle's relays.
const (
	ByUDP = "turn:" + Middle + ":3478?transport=udp"
	ByTCP = "turn:" + Middle + ":3478?transport=tcp"
	ByTLS = "turns:" + Middle + ":443?transport=tcp"
)

// Secret is the one that relays in the middle share with who hands out credentials.
const Secret = "between namespaces"

// coturnPatience is how long coturn may take to start.
const coturnPatience = 10 * time.Second

// documented is the configuration in docs/turn.md: the lines of the block that begins with the port.
var documented = regexp.MustCompile(`(?m)^    listening-port=.*\n(    .*\n)+`)

// DocumentedCoturn is the configuration that page, docs/turn.md, tells people to give to coturn.
func DocumentedCoturn(page []byte) (string, error) {
	block := documented.Find(page)
	if block == nil {
		return "", errors.New("namespaces: docs/turn.md has no configuration of coturn")
	}
	return strings.ReplaceAll(string(block), "\n    ", "\n"), nil
}

// supervise runs coturn until standard input ends. This process holds the other end, so coturn ends with it even if it
// is killed.
const supervise = `turnserver -c "$1" & cat >/dev/null; kill -9 $!; wait`

// Coturn is a running coturn. One goroutine owns it.
type Coturn struct {
	cmd   *exec.Cmd
	stdin io.Closer // closing it ends coturn
	dir   string
	log   *bytes.Buffer // complete once the process has ended
}

// StartCoturn runs coturn in the middle, with a configuration such as [DocumentedCoturn], in which secret, certificate
// and addresses are replaced. It listens when StartCoturn returns.
func StartCoturn(ctx context.Context, w *World, configuration string, c Certificate) (_ *Coturn, err error) {
	dir, err := os.MkdirTemp("", "parley-coturn-*")
	if err != nil {
		return nil, fmt.Errorf("namespaces: coturn: %w", err)
	}
	file := filepath.Join(dir, "turnserver.conf")
	// The last of two lines counts.
	configuration += fmt.Sprintf("\nlistening-ip=%s\nrelay-ip=%[1]s\nstatic-auth-secret=%s\ncert=%s\npkey=%s\n"+
		"no-cli\nlog-file=stdout\npidfile=%s/pid\nuserdb=%[5]s/db\n", Middle, Secret, c.File, c.KeyFile, dir)
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("namespaces: coturn: %w", err), os.RemoveAll(dir))
	}
	t := &Coturn{dir: dir, log: new(bytes.Buffer)}
	t.cmd = w.Command(context.WithoutCancel(ctx), "sh", "-c", supervise, "sh", file)
	t.cmd.Stdout, t.cmd.Stderr = t.log, t.log
	if t.stdin, err = t.cmd.StdinPipe(); err == nil {
		err = t.cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("namespaces: coturn: %w", err), os.RemoveAll(dir))
	}
	if err := w.awaitPort(ctx, "443", coturnPatience); err != nil {
		err = errors.Join(err, t.Close())
		return nil, fmt.Errorf("namespaces: coturn: %w\n%s", err, t.log)
	}
	return t, nil
}

// Close ends it.
func (t *Coturn) Close() error {
	return errors.Join(t.stdin.Close(), t.cmd.Wait(), os.RemoveAll(t.dir))
}

// awaitPort waits until somebody takes connections at a port of the middle.
func (w *World) awaitPort(ctx context.Context, port string, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	middle, err := newHost(w.name("middle"))
	if err != nil {
		return err
	}
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		conn, err := middle.Dial("tcp", Middle+":"+port)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}

// Servers are the middle's STUN, and its relay at these URLs, as the function answers them.
func Servers(turnURLs ...string) (protocol.ICEServers, error) {
	given := protocol.ICEServers{TTLSeconds: 3600, ICEServers: []protocol.ICEServer{
		{URLs: []string{"stun:" + Middle + ":3478"}},
	}}
	if len(turnURLs) == 0 {
		return given, nil
	}
	username, credential, err := turn.GenerateLongTermTURNRESTCredentials(Secret, "peer", time.Hour)
	if err != nil {
		return given, fmt.Errorf("namespaces: credentials: %w", err)
	}
	given.ICEServers = append(given.ICEServers, protocol.ICEServer{
		URLs: turnURLs, Username: username, Credential: credential,
	})
	return given, nil
}
