package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// DefaultFirestoreJar is where the Google Cloud CLI's Debian package puts the emulator.
const DefaultFirestoreJar = "/usr/lib/google-cloud-sdk/platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"

// FirestoreOptions are what [StartFirestore] can be told.
type FirestoreOptions struct {
	// Rules is the rules file, required: without one the emulator lets everybody do everything.
	Rules string
	// Port is where it listens on loopback. Default 0: a free one.
	Port int
	// Jar is the emulator (FIRESTORE_EMULATOR_JAR). Default [DefaultFirestoreJar], or what `gcloud`
	// on PATH starts.
	Jar string
	// Log takes what the emulator prints, a line at a time. Default: dropped.
	Log io.Writer
	// OnEvent is told of every change, one at a time; it must not call back into the service.
	OnEvent func(Event)
}

// Firestore is the official Firestore emulator, a child process. Its documents are in memory and lost
// with its process. It is safe for concurrent use.
type Firestore struct {
	host  string
	child *supervisor
}

// StartFirestore starts the emulator and returns when it answers. ctx bounds the start alone. When Java
// or the emulator is not installed the error is a [*MissingError].
func StartFirestore(ctx context.Context, opts *FirestoreOptions) (*Firestore, error) {
	return startFirestore(ctx, opts, &lineSink{w: opts.Log}, newReporter(opts.OnEvent))
}

func startFirestore(ctx context.Context, opts *FirestoreOptions, log *lineSink, events *reporter) (*Firestore, error) {
	rules, err := filepath.Abs(opts.Rules)
	if err != nil {
		return nil, fmt.Errorf("local: finding the rules: %w", err)
	}
	if _, err := os.Stat(rules); err != nil {
		return nil, fmt.Errorf("local: finding the rules: %w", err)
	}
	return withFreePort(ctx, opts.Port, func(port int) (*Firestore, error) {
		run, err := firestoreCommand(opts.Jar, rules, port)
		if err != nil {
			return nil, err
		}
		f := &Firestore{host: hostPort(loopback(), port)}
		f.child = &supervisor{
			service: FirestoreService,
			url:     "http://" + f.host,
			command: run,
			ready:   func(ctx context.Context) error { return ask(ctx, "http://"+f.host+"/") },
			output:  newOutput(FirestoreService, log),
			events:  events,
			loss:    "every document is lost",
		}
		return f, f.child.start(ctx)
	})
}

// withFreePort calls start with port, or with a free one if that is 0; then again, a few times, when
// the child ended at once because somebody else took the port meanwhile.
func withFreePort[T any](ctx context.Context, port int, start func(port int) (T, error)) (T, error) {
	const tries = 3
	for try := 1; ; try++ {
		chosen := port
		if chosen == 0 {
			free, err := freePort(ctx)
			if err != nil {
				var none T
				return none, err
			}
			chosen = free
		}
		service, err := start(chosen)
		if err == nil {
			return service, nil
		}
		taken := errors.Is(err, errEnded) && strings.Contains(strings.ToLower(err.Error()), "address already in use")
		if port != 0 || !taken || try == tries {
			var none T
			return none, err
		}
	}
}

// firestoreCommand looks for the emulator in the order that its MissingError names.
func firestoreCommand(jar, rules string, port int) (command, error) {
	if jar == "" {
		jar = DefaultFirestoreJar
	} else if _, err := os.Stat(jar); err != nil {
		return command{}, fmt.Errorf("local: finding the Firestore emulator: %w", err)
	}
	if _, err := os.Stat(jar); err == nil {
		java, err := exec.LookPath("java")
		if err != nil {
			return command{}, &MissingError{
				What: "Java",
				Install: "The Firestore emulator runs on it. Install version 17 or newer, on Debian: " +
					"apt-get install openjdk-17-jre-headless",
			}
		}
		return command{args: []string{
			java, "-Duser.language=en", "-Xmx1g", "-cp", jar,
			"com.google.cloud.datastore.emulator.firestore.CloudFirestore",
			"--host=" + loopback().String(), "--port=" + strconv.Itoa(port), "--rules=" + rules,
		}}, nil
	}
	if gcloud, err := exec.LookPath("gcloud"); err == nil {
		return command{args: []string{
			gcloud, "emulators", "firestore", "start", "--quiet",
			"--host-port=" + hostPort(loopback(), port), "--rules=" + rules,
		}}, nil
	}
	return command{}, &MissingError{
		What: "The Firestore emulator",
		Install: "Install Java 17 or newer and the emulator of the Google Cloud CLI: " +
			"apt-get install google-cloud-cli-firestore-emulator (from packages.cloud.google.com), or " +
			"gcloud components install cloud-firestore-emulator. If you have its jar, name it in " +
			"FIRESTORE_EMULATOR_JAR; if one runs already, name it in FIRESTORE_EMULATOR_HOST",
	}
}

// Host is host:port, as FIRESTORE_EMULATOR_HOST takes it. gRPC, REST and WebChannel share it.
func (f *Firestore) Host() string { return f.host }

// PID is the emulator's process, 0 while it is down.
func (f *Firestore) PID() int { return f.child.currentPID() }

// AwaitRestart returns the process that answers in place of old, as soon as there is one.
func (f *Firestore) AwaitRestart(ctx context.Context, old int) (pid int, err error) {
	return f.child.awaitOther(ctx, old)
}

// Halt ends the emulator and leaves it down; its documents are lost. Resume starts it again on the same
// port.
func (f *Firestore) Halt() { f.child.stop() }

// Resume starts a halted emulator again and returns when it answers. On a running one it does nothing.
func (f *Firestore) Resume(ctx context.Context) error { return f.child.start(ctx) }

// Close ends the emulator and returns when it has ended. It is idempotent.
func (f *Firestore) Close() error {
	f.child.stop()
	return nil
}
