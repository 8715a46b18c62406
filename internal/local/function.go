package local

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// FunctionOptions are what [StartFunction] can be told. The hosts are required: a function without
// them would look for Google.
type FunctionOptions struct {
	// FirestoreHost and AuthHost are host:port of the emulators. Required.
	FirestoreHost, AuthHost string
	// Project is the Firebase project. Default [DefaultProject].
	Project string
	// STUNURLs and TURNURLs are handed to clients by POST /ice-servers. May be empty.
	STUNURLs, TURNURLs []string
	// TURNSecret makes credentials for TURNURLs.
	TURNSecret string
	// Port is where it listens on loopback. Default 0: a free one.
	Port int
	// Command is the program that serves the function, and its arguments, such as {"bin/parley",
	// "function"}. Default: this program with the argument "function"; its main, or its TestMain, then
	// hands over to package functionhost.
	Command []string
	// Env is added to the function's environment, and wins.
	Env []string
	// Log takes what the function prints, a line at a time. Default: dropped.
	Log io.Writer
	// OnEvent is told of every change, one at a time; it must not call back into the service.
	OnEvent func(Event)
}

// environ is the contract with the function: what it reads, here as in production (functions/register.go).
func (o *FunctionOptions) environ(port int) []string {
	project := o.Project
	if project == "" {
		project = DefaultProject
	}
	provider := "none"
	if len(o.TURNURLs) > 0 {
		provider = "shared-secret"
	}
	return append([]string{
		"FUNCTION_TARGET=Api",
		"PORT=" + strconv.Itoa(port),
		"LOCAL_ONLY=true",
		"GOOGLE_CLOUD_PROJECT=" + project,
		"GCLOUD_PROJECT=" + project,
		"FIRESTORE_EMULATOR_HOST=" + o.FirestoreHost,
		"FIREBASE_AUTH_EMULATOR_HOST=" + o.AuthHost,
		"TURN_PROVIDER=" + provider,
		"STUN_URLS=" + strings.Join(o.STUNURLs, ","),
		"TURN_URLS=" + strings.Join(o.TURNURLs, ","),
		"TURN_SECRET=" + o.TURNSecret,
	}, o.Env...)
}

// Function is the function Api, a child process. It keeps nothing in memory that matters: when it dies
// it is started again on the same port. It is safe for concurrent use.
type Function struct {
	url   string
	child *supervisor
}

// StartFunction starts the function and returns when its /health answers. ctx bounds the start alone.
func StartFunction(ctx context.Context, opts *FunctionOptions) (*Function, error) {
	return startFunction(ctx, opts, &lineSink{w: opts.Log}, newReporter(opts.OnEvent))
}

func startFunction(ctx context.Context, opts *FunctionOptions, log *lineSink, events *reporter) (*Function, error) {
	if opts.FirestoreHost == "" || opts.AuthHost == "" {
		return nil, fmt.Errorf("local: starting function: %w", errNoEmulators)
	}
	args := opts.Command
	if len(args) == 0 {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("local: starting function: %w", err)
		}
		args = []string{self, "function"}
	}
	return withFreePort(ctx, opts.Port, func(port int) (*Function, error) {
		f := &Function{url: "http://" + hostPort(loopback(), port)}
		f.child = &supervisor{
			service: FunctionService,
			url:     f.url,
			command: command{args: args, env: opts.environ(port)},
			ready:   func(ctx context.Context) error { return ask(ctx, f.url+"/health") },
			output:  newOutput(FunctionService, log),
			events:  events,
		}
		return f, f.child.start(ctx)
	})
}

// URL is the function's own address, without a slash at its end.
func (f *Function) URL() string { return f.url }

// PID is the function's process, 0 while it is down.
func (f *Function) PID() int { return f.child.currentPID() }

// AwaitRestart returns the process that answers in place of old, as soon as there is one.
func (f *Function) AwaitRestart(ctx context.Context, old int) (pid int, err error) {
	return f.child.awaitOther(ctx, old)
}

// Halt ends the function and leaves it down. Resume starts it again on the same port.
func (f *Function) Halt() { f.child.stop() }

// Resume starts a halted function again and returns when it answers. On a running one it does nothing.
func (f *Function) Resume(ctx context.Context) error { return f.child.start(ctx) }

// Close ends the function and returns when it has ended. It is idempotent.
func (f *Function) Close() error {
	f.child.stop()
	return nil
}
