package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/parley-chat/parley/internal/local"
)

// documents is where everything that is measured lies.
const documents = "projects/demo-bench/databases/(default)/documents"

// streamsPerConnection keeps below the limit that HTTP/2 servers set.
const streamsPerConnection = 100

// firestore is an emulator in a process of its own; one goroutine owns it.
type firestore struct {
	took      time.Duration // from the start of the process to its first answer
	pid       int
	end       func() error
	conns     []*grpc.ClientConn // the first is for everything but listening
	client    firestorepb.FirestoreClient
	listening *listening // nil without listeners
	written   int64      // how many commits: the last value of the document that is listened to
}

// startOwn starts Parley's, with these flags.
func (m *measuring) startOwn(ctx context.Context, flags ...string) (*firestore, error) {
	command := m.EmulatorCommand
	if len(command) == 0 {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("bench: emulator: %w", err)
		}
		command = []string{self, "emulator"}
	}
	start := time.Now()
	child := exec.CommandContext(ctx, command[0], append(command[1:], flags...)...)
	child.Cancel = func() error { return child.Process.Signal(os.Interrupt) }
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("bench: emulator: %w", err)
	}
	end := func() error {
		_ = child.Process.Signal(os.Interrupt) // it may have ended
		return child.Wait()
	}
	addr, err := saidAddress(out)
	if err == nil {
		err = answers(ctx, addr)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bench: emulator: starting: %w", err), end())
	}
	return dialFirestore(addr, child.Process.Pid, time.Since(start), end)
}

// saidAddress reads what `parley emulator` says first: where Firestore is.
func saidAddress(out io.Reader) (string, error) {
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", err
	}
	_, addr, found := strings.Cut(strings.TrimSpace(line), "http://")
	if !found {
		return "", fmt.Errorf("%w: %q", errNoAddress, line)
	}
	return addr, nil
}

var errNoAddress = errors.New("it does not say where it is")

// startOfficial starts Google's, which has to be installed.
func (m *measuring) startOfficial(ctx context.Context) (*firestore, error) {
	start := time.Now()
	official, err := local.StartFirestore(ctx, &local.FirestoreOptions{Rules: m.Root + "/firestore.rules"})
	if err != nil {
		return nil, err
	}
	return dialFirestore(official.Host(), official.PID(), time.Since(start), official.Close)
}

func dialFirestore(addr string, pid int, took time.Duration, end func() error) (*firestore, error) {
	f := &firestore{took: took, pid: pid, end: end}
	for range 1 + manyListeners/streamsPerConnection {
		conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("bench: emulator: %w", err), f.Close())
		}
		f.conns = append(f.conns, conn)
	}
	f.client = firestorepb.NewFirestoreClient(f.conns[0])
	return f, nil
}

// Close ends the process.
func (f *firestore) Close() error {
	errs := []error{f.hushed()}
	for _, conn := range f.conns {
		errs = append(errs, conn.Close())
	}
	return errors.Join(append(errs, f.end())...)
}

// asOwner is a call that no rules bind.
func asOwner(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx,
		"authorization", "Bearer owner", "google-cloud-resource-prefix", strings.TrimSuffix(documents, "/documents"))
}

// answers asks once whether an emulator is up.
func answers(ctx context.Context, addr string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/", http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%w: %s", errNoAddress, response.Status)
	}
	return errors.Join(err, response.Body.Close())
}

// residentMiB is what Linux says that the process holds in memory.
func (f *firestore) residentMiB() (float64, error) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(f.pid) + "/status")
	if err != nil {
		return 0, fmt.Errorf("memory is read from Linux's /proc: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if kib, found := strings.CutPrefix(line, "VmRSS:"); found {
			n, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kib), "kB")), 64)
			return n / 1024, err
		}
	}
	return 0, errNoRSS
}

var errNoRSS = errors.New("/proc says nothing of VmRSS")
