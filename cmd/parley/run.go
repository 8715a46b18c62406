package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/parley-chat/parley/internal/local"
)

// runFlags are what `parley run` was asked for.
type runFlags struct {
	port    int
	lan     bool
	lanAddr string
	json    bool
	verbose bool
	without string

	firestore string
	data      string
	memory    bool
}

const runUsage = `parley run starts what Parley needs on this machine, and ends it at Ctrl-C.

Taken from the environment and left alone, as firebase emulators:exec sets it:
  FIRESTORE_EMULATOR_HOST, FIREBASE_AUTH_EMULATOR_HOST, GCLOUD_PROJECT
PARLEY_FIRESTORE says which Firestore to start, as -firestore does. FIRESTORE_EMULATOR_JAR names the official one when
it is not where the Google Cloud CLI puts it.

Flags:
`

func parseRunFlags(s surroundings, args []string) (runFlags, int, bool) {
	var f runFlags
	set := flag.NewFlagSet("parley run", flag.ContinueOnError)
	set.SetOutput(s.stderr)
	set.Usage = func() {
		say(s.stderr, runUsage)
		set.PrintDefaults()
	}
	set.IntVar(&f.port, "port", 0, "port of the page (default 4000, or a free one when that is taken)")
	set.BoolVar(&f.lan, "lan", false, "open it to phones in this network, over HTTPS")
	set.StringVar(&f.lanAddr, "lan-address", "", "with -lan: the address of this machine to use (default: looked for)")
	set.BoolVar(&f.json, "json", false, "write one JSON object per line, for programs")
	set.BoolVar(&f.verbose, "verbose", false, "show everything that the services print, not troubles alone")
	set.StringVar(&f.firestore, "firestore", "",
		"which Firestore to start: embedded, Parley's own (the default), or official, Google's, which needs Java")
	set.StringVar(&f.data, "data", "",
		"keep documents and accounts of the embedded Firestore in `DIR` (default .parley in the checkout)")
	set.BoolVar(&f.memory, "memory", false, "keep nothing: begin empty, and forget all at the end")
	set.StringVar(&f.without, "without", "",
		"services to leave out, separated by commas: firestore, auth, turn, function, web, front")
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return f, exitOK, false
	case err != nil:
		return f, exitUsage, false
	case set.NArg() > 0:
		say(s.stderr, "parley run: what is %q? It takes flags only\n", set.Arg(0))
		return f, exitUsage, false
	}
	return f, exitOK, true
}

func runCommand(s surroundings, args []string) int {
	flags, code, ok := parseRunFlags(s, args)
	if !ok {
		return code
	}
	opts, err := runOptions(s, flags)
	if err != nil {
		say(s.stderr, "parley run: %v\n", err)
		if errors.Is(err, errUsage) {
			return exitUsage
		}
		return exitFailed
	}
	view := newRunView(s, flags)
	defer view.close()
	opts.OnEvent, opts.Log = view.event, view.log()
	return runUntilSignal(opts, view)
}

// errUsage marks what was asked wrongly.
var errUsage = errors.New("see `parley run -help`")

func runOptions(s surroundings, flags runFlags) (*local.Options, error) {
	opts, err := local.FromEnv(s.getenv)
	if err != nil {
		return nil, err
	}
	opts.FrontPort = flags.port
	if flags.firestore != "" {
		if opts.Official, err = local.ParseFirestore(flags.firestore); err != nil {
			return nil, fmt.Errorf("-firestore: %w; %w", err, errUsage)
		}
	}
	for name := range strings.SplitSeq(flags.without, ",") {
		switch service := local.Service(strings.TrimSpace(name)); service {
		case "":
		case local.FirestoreService, local.AuthService, local.TURNService, local.FunctionService,
			local.WebService, local.FrontService:
			opts.Without = append(opts.Without, service)
		default:
			return nil, fmt.Errorf("-without: there is no service %q; %w", name, errUsage)
		}
	}
	if err := keepIn(opts, flags); err != nil {
		return nil, err
	}
	if flags.lan || flags.lanAddr != "" {
		if err := openLAN(opts, flags.lanAddr); err != nil {
			return nil, err
		}
	}
	return opts, nil
}

// keepIn says where the embedded Firestore keeps what is written.
func keepIn(opts *local.Options, flags runFlags) error {
	if flags.memory {
		if flags.data != "" {
			return fmt.Errorf("-data and -memory: which one? %w", errUsage)
		}
		return nil
	}
	opts.Data = flags.data
	elsewhere := opts.Official || opts.FirestoreHost != "" || slices.Contains(opts.Without, local.FirestoreService)
	if opts.Data != "" || elsewhere {
		return nil
	}
	root, err := local.FindRoot(".")
	if err != nil {
		return err
	}
	opts.Data = filepath.Join(root, ".parley")
	return nil
}

func openLAN(opts *local.Options, told string) (err error) {
	if told == "" {
		opts.LAN, err = local.LANAddr()
	} else if opts.LAN, err = netip.ParseAddr(told); err != nil {
		err = fmt.Errorf("-lan-address: %w; %w", err, errUsage)
	}
	if err != nil {
		return err
	}
	// Without a cache folder the certificate is new each time: a warning more, nothing else.
	if cache, err := os.UserCacheDir(); err == nil {
		opts.CertificateDir = filepath.Join(cache, "parley")
	}
	return nil
}

// runUntilSignal runs the services until somebody ends them. A second signal does not wait.
func runUntilSignal(opts *local.Options, view *runView) int {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	started := make(chan error, 1)
	var stack *local.Stack // written before started is sent to
	go func() {
		var err error
		stack, err = local.Start(ctx, opts)
		started <- err
	}()
	select {
	case err := <-started:
		if err != nil {
			return view.failed(err)
		}
	case <-signals:
		view.ending()
		cancel()
		select {
		case err := <-started:
			if err != nil {
				view.ended() // before it was all there, as was asked
				return exitOK
			}
		case <-signals:
			return exitForced
		}
	}
	if ctx.Err() == nil {
		view.ready(stack)
		releaseWhenIdle(signals)
		view.ending()
	}
	closed := make(chan error, 1)
	go func() { closed <- stack.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			return view.failed(err)
		}
		view.ended()
		return exitOK
	case <-signals:
		stack.Kill()
		return exitForced
	}
}

// troubles lets through what a person should see of the services' own lines: what the function prints,
// without its structured lines of everyday severity. Each Write is one line.
type troubles struct{ to io.Writer }

func (t troubles) Write(p []byte) (int, error) {
	text, fromFunction := bytes.CutPrefix(p, []byte(local.FunctionService))
	if !fromFunction || isEveryday(text) {
		return len(p), nil
	}
	return t.to.Write(p)
}

// isEveryday tells whether a line has a JSON object of severity INFO or less in it.
func isEveryday(text []byte) bool {
	start := bytes.IndexByte(text, '{')
	if start < 0 {
		return false
	}
	var entry struct {
		Severity string `json:"severity"`
	}
	return json.Unmarshal(text[start:], &entry) == nil && (entry.Severity == "INFO" || entry.Severity == "DEBUG")
}
