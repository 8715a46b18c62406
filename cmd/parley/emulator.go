package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/parley-chat/parley/emulator"
	"github.com/parley-chat/parley/emulator/auth"
)

const emulatorUsage = `parley emulator runs Parley's own Firestore and Auth emulator until Ctrl-C. It needs no Java.

It believes unsigned tokens, so it listens on 127.0.0.1 alone. Documents are in memory and gone at the end, unless
there is a directory for them: what is acknowledged then outlives a crash.

Its clock moves forward by POST /emulator/v1/clock with {"advance":"3600s"}, for tests of what ends.

Flags:
`

const execUsage = `parley emulators:exec [FLAGS] -- COMMAND… runs a command beside Parley's own emulator, with
FIRESTORE_EMULATOR_HOST, FIREBASE_AUTH_EMULATOR_HOST and GCLOUD_PROJECT set as firebase emulators:exec does, and
exits with the command's exit code.

Flags:
`

// execGrace is how long a command that was told to end may take.
const execGrace = 10 * time.Second

// emulatorFlags are what both verbs can be told.
type emulatorFlags struct {
	port    int
	rules   string
	data    string
	indexes string
	project string
	command []string
}

func parseEmulatorFlags(s surroundings, verb, usage string, args []string) (emulatorFlags, int, bool) {
	var f emulatorFlags
	set := flag.NewFlagSet("parley "+verb, flag.ContinueOnError)
	set.SetOutput(s.stderr)
	set.Usage = func() {
		say(s.stderr, "%s", usage)
		set.PrintDefaults()
	}
	set.IntVar(&f.port, "port", 0, "port on 127.0.0.1 (default a free one)")
	set.StringVar(&f.rules, "rules", "", "security rules of all projects, from `FILE`; without it clients may do nothing")
	set.StringVar(&f.data, "data", "", "keep documents and accounts in `DIR`; without it they are gone at the end")
	set.StringVar(&f.indexes, "indexes", "",
		"firestore.indexes.json as `FILE`: delete documents by its time-to-live fields; without it they stay")
	set.StringVar(&f.project, "project", cmp.Or(s.getenv("GCLOUD_PROJECT"), auth.DefaultProject),
		"the Firebase project of accounts, GCLOUD_PROJECT if that is set")
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return f, exitOK, false
	case err != nil:
		return f, exitUsage, false
	}
	f.command = set.Args()
	return f, exitOK, true
}

const execVerb = "emulators:exec"

func startEmulator(ctx context.Context, f emulatorFlags) (*emulator.Server, error) {
	options := &emulator.Options{Port: f.port, Data: f.data, Project: f.project}
	for _, given := range []struct {
		what, file string
		text       *[]byte
	}{{"rules", f.rules, &options.Rules}, {"indexes", f.indexes, &options.Indexes}} {
		if given.file == "" {
			continue
		}
		var err error
		if *given.text, err = os.ReadFile(given.file); err != nil {
			return nil, fmt.Errorf("%s: %w", given.what, err)
		}
	}
	return emulator.Start(ctx, options)
}

// emulatorCommand runs the emulator alone.
func emulatorCommand(s surroundings, args []string) int {
	f, code, ok := parseEmulatorFlags(s, "emulator", emulatorUsage, args)
	if !ok {
		return code
	}
	if len(f.command) > 0 {
		say(s.stderr, "parley emulator: what is %q? It takes flags only\n", f.command[0])
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server, err := startEmulator(ctx, f)
	if err != nil {
		say(s.stderr, "parley emulator: %v\n", err)
		return exitFailed
	}
	say(s.stdout, "firestore  http://%s\nauth       http://%s\n", server.Addr(), server.Addr())
	releaseWhenIdle(ctx.Done())
	return ended(s.stderr, server, "emulator", exitOK)
}

// execCommand runs a command beside the emulator.
func execCommand(s surroundings, args []string) int {
	f, code, ok := parseEmulatorFlags(s, execVerb, execUsage, args)
	if !ok {
		return code
	}
	if len(f.command) == 0 {
		say(s.stderr, "parley emulators:exec: which command? It comes after --\n")
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server, err := startEmulator(ctx, f)
	if err != nil {
		say(s.stderr, "parley emulators:exec: %v\n", err)
		return exitFailed
	}
	return ended(s.stderr, server, execVerb, execute(ctx, s, f, server.Addr()))
}

// execute runs the command and gives its exit code.
func execute(ctx context.Context, s surroundings, f emulatorFlags, addr string) int {
	child := exec.CommandContext(ctx, f.command[0], f.command[1:]...)
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, s.stdout, s.stderr
	child.Env = append(os.Environ(),
		"FIRESTORE_EMULATOR_HOST="+addr, "FIREBASE_AUTH_EMULATOR_HOST="+addr, "GCLOUD_PROJECT="+f.project)
	child.Cancel = func() error { return child.Process.Signal(os.Interrupt) }
	child.WaitDelay = execGrace
	err := child.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() >= 0 {
		return exit.ExitCode()
	}
	if err != nil {
		say(s.stderr, "parley emulators:exec: %v\n", err)
		return exitFailed
	}
	return exitOK
}

// ended closes the server and gives the exit code.
func ended(w io.Writer, server *emulator.Server, verb string, code int) int {
	if err := server.Close(); err != nil {
		say(w, "parley %s: %v\n", verb, err)
		return max(code, exitFailed)
	}
	return code
}
