package main

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/parley-chat/parley/internal/doctor"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol/diagnosis"
)

const doctorUsage = `parley doctor looks at everything that a connection needs from this machine, names one cause, and
what to do about it: the deployment, sign-in, the function, Firestore, the clock, STUN, the NAT, each way to a relay.

It signs in as a new anonymous user, as the app does, and asks the relays with the credentials that the function gives.
The report of -report holds no address, no id and no secret, so it can be shown to others.

Exit code: 0 connections work here, directly or through a relay, 1 some or all do not.

FIRESTORE_EMULATOR_HOST and FIREBASE_AUTH_EMULATOR_HOST come before what a local deployment says.

Flags:
`

// doctorFlags are what `parley doctor` was asked for.
type doctorFlags struct {
	api                     string
	relayOnly, report, json bool
}

func parseDoctorFlags(s surroundings, args []string) (doctorFlags, int, bool) {
	var f doctorFlags
	set := flag.NewFlagSet("parley doctor", flag.ContinueOnError)
	set.SetOutput(s.stderr)
	set.Usage = func() {
		say(s.stderr, doctorUsage)
		set.PrintDefaults()
	}
	set.StringVar(&f.api, "api", site.DefaultAPI, "where the API is")
	set.BoolVar(&f.relayOnly, "relay-only", false, "ask for somebody who uses a relay only")
	set.BoolVar(&f.report, "report", false, "write the report to pass on, and nothing else, to stdout")
	set.BoolVar(&f.json, "json", false, "write one JSON object per line, for programs")
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return f, exitOK, false
	case err != nil:
		return f, exitUsage, false
	case set.NArg() > 0:
		say(s.stderr, "parley doctor: what is %q? It takes flags only\n", set.Arg(0))
		return f, exitUsage, false
	case f.report && f.json:
		say(s.stderr, "parley doctor: one of -report and -json\n")
		return f, exitUsage, false
	}
	return f, exitOK, true
}

func doctorCommand(s surroundings, args []string) int {
	flags, code, ok := parseDoctorFlags(s, args)
	if !ok {
		return code
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	view := newDoctorView(s, flags)
	defer view.close()
	view.looking()
	report, err := doctor.Examine(ctx, doctor.Options{
		API:           flags.api,
		FirestoreAddr: s.getenv("FIRESTORE_EMULATOR_HOST"),
		AuthAddr:      s.getenv("FIREBASE_AUTH_EMULATOR_HOST"),
		RelayOnly:     flags.relayOnly,
		OnFound:       view.found,
	})
	if err != nil {
		return exitForced // somebody ended it
	}
	view.named(report.Findings.Cause())
	if flags.report {
		info, _ := debug.ReadBuildInfo() // as in versionCommand
		say(s.stdout, "%s", report.Text(versionOf(info), runtime.GOOS+"/"+runtime.GOARCH))
	}
	if report.Findings.Cause().Outlook() != diagnosis.Works {
		return exitFailed
	}
	return exitOK
}
