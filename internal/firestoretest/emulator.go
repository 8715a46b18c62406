package firestoretest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	// jarInSDK is where the jar lies below the root of the Google Cloud CLI.
	jarInSDK = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
	// debianSDK is where Debian's packages put the Google Cloud CLI.
	debianSDK = "/usr/lib/google-cloud-sdk"
	mainClass = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"

	startAttempts = 3 // somebody may take the port between our look and the emulator's
	startTimeout  = 60 * time.Second
	stopTimeout   = 10 * time.Second
)

var errMissing = errors.New(`firestoretest: the official Firestore emulator is missing. These tests need it.
Install Java 17 and one of:
  apt-get install google-cloud-cli-firestore-emulator
  gcloud components install cloud-firestore-emulator
or set FIRESTORE_EMULATOR_JAR to its jar, or FIRESTORE_EMULATOR_HOST to one that runs`)

// supervise runs its arguments until they end or until standard input does. The test binary holds the
// other end of standard input, so the emulator ends with it even if it is killed.
const supervise = `exec 3<&0
"$@" </dev/null 3<&- &
child=$!
{ cat <&3 >/dev/null; kill "$child" 2>/dev/null; } &
exec 3<&-
wait "$child"`

func findJar() (string, error) {
	jar := os.Getenv("FIRESTORE_EMULATOR_JAR") //nolint:forbidigo // for tests: how a machine says which emulator it has
	if jar != "" {
		if _, err := os.Stat(jar); err != nil { //nolint:gosec // whoever runs the tests names the file
			return "", fmt.Errorf("firestoretest: FIRESTORE_EMULATOR_JAR: %w", err)
		}
		return jar, nil
	}
	if jar = filepath.Join(debianSDK, jarInSDK); exists(jar) {
		return jar, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	root, err := exec.CommandContext(ctx, "gcloud", "info", "--format=value(installation.sdk_root)").Output()
	if err != nil {
		return "", errMissing
	}
	if jar = filepath.Join(strings.TrimSpace(string(root)), jarInSDK); exists(jar) {
		return jar, nil
	}
	return "", errMissing
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// emulator is a running emulator that this process started.
type emulator struct {
	addr  string
	stdin io.Closer     // closing it ends the emulator
	ended chan struct{} // closed when the process has ended
}

func start(jar string) (*emulator, error) {
	var err error
	for range startAttempts {
		var e *emulator
		if e, err = startOnce(jar); err == nil {
			return e, nil
		}
	}
	return nil, err
}

func startOnce(jar string) (*emulator, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, fmt.Errorf("firestoretest: look for a free port: %w", err)
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("firestoretest: look for a free port: %w", err)
	}
	var output bytes.Buffer
	// It lives for a test binary's minute or two: the first compiler alone costs less than half of the processor time.
	//nolint:noctx // it ends when its standard input is closed
	command := exec.Command("sh", "-c", supervise, "sh",
		"java", "-Duser.language=en", "-Xmx1g", "-XX:TieredStopAtLevel=1",
		"-cp", jar, mainClass, "--host="+host, "--port="+port)
	command.Stdout, command.Stderr = &output, &output
	command.WaitDelay = stopTimeout
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("firestoretest: start the emulator: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("firestoretest: start the emulator: %w", err)
	}
	e := &emulator{addr: addr, stdin: stdin, ended: make(chan struct{})}
	go func() {
		defer close(e.ended)
		_ = command.Wait() // however it ended, it ended
	}()
	if err := e.waitReady(); err != nil {
		e.close()
		return nil, fmt.Errorf("firestoretest: start the emulator: %w; it said:\n%s", err, output.String())
	}
	return e, nil
}

// waitReady returns when the emulator answers, or says why it does not.
func (e *emulator) waitReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := answers(ctx, e.addr)
		if err == nil {
			return nil
		}
		select {
		case <-e.ended:
			return errors.New("it ended at once")
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

// close ends the emulator and returns when it has ended.
func (e *emulator) close() {
	_ = e.stdin.Close() // fails only if it was closed before
	<-e.ended
}

// answers tells whether an emulator is ready at addr: GET / says Ok.
func answers(ctx context.Context, addr string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/", nil)
	if err != nil {
		return err
	}
	answer, err := client().Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close() //nolint:errcheck // read to its end below
	body, err := io.ReadAll(io.LimitReader(answer.Body, 64))
	if err != nil {
		return err
	}
	if !strings.HasPrefix(string(body), "Ok") {
		return fmt.Errorf("GET / at %s is not answered like an emulator does", addr)
	}
	return nil
}

// client keeps no connection open, which a search for leaked goroutines would find.
func client() *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
}

// freeAddr is an address on loopback that was free a moment ago.
func freeAddr() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // loopback, closed at once
	if err != nil {
		return "", err
	}
	defer listener.Close() //nolint:errcheck // it never accepted anything
	return listener.Addr().String(), nil
}
