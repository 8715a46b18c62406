package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/parley-chat/parley/internal/bench"
	"github.com/parley-chat/parley/internal/local"
)

const benchUsage = `parley bench NAME… measures Parley beside what it is compared with, in the same run.

NAME is one of: setup, latency, lab, namespaces, messages, faults, rooms, live, files, history, emulator,
doctor; or all.
setup, latency and history need what parley run needs, and Chromium (CHROMIUM_PATH, or Debian's); lab, messages and
faults need Go; namespaces needs these, and root on Linux with nftables and coturn; live takes a gigabyte; files takes
two on the disk, with -long eight; emulator needs the official Firestore emulator. The exit code tells whether it could
measure, not whether the figures please.

Flags:
`

// benchCommand measures and writes tables, or one JSON object per line.
func benchCommand(s surroundings, args []string) int {
	set := flag.NewFlagSet("parley bench", flag.ContinueOnError)
	set.SetOutput(s.stderr)
	set.Usage = func() {
		say(s.stderr, benchUsage)
		set.PrintDefaults()
	}
	runs := set.Int("n", 0, "samples of each case (default 25)")
	long := set.Bool("long", false, "measure what takes very long too: files of 4 GiB")
	asJSON := set.Bool("json", false, "write one JSON object per benchmark, for programs")
	page := set.String("write", "", "write the page `FILE` with all results, and its plots beside it")
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	case set.NArg() == 0:
		set.Usage()
		return exitUsage
	}
	names := set.Args()
	if names[0] == "all" {
		names = bench.Names()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	report, err := bench.Run(ctx, names, &bench.Options{Runs: *runs, Long: *long, Progress: s.stderr})
	if missing, ok := errors.AsType[*local.MissingError](err); ok {
		say(s.stderr, "parley bench: %v\n", missing)
		return exitMissing
	}
	if err == nil {
		err = writeReport(s.stdout, report, *asJSON, *page)
	}
	if err != nil {
		say(s.stderr, "parley bench: %v\n", err)
		return exitFailed
	}
	return exitOK
}

func writeReport(w io.Writer, report bench.Report, asJSON bool, page string) error {
	for _, result := range report.Results {
		if asJSON {
			if err := result.WriteJSON(w); err != nil {
				return err
			}
			continue
		}
		say(w, "\n%s\n\n", strings.ToUpper(result.Name[:1])+result.Name[1:])
		if err := result.WriteTable(w); err != nil {
			return err
		}
	}
	if page == "" {
		return nil
	}
	return bench.WriteEvaluation(page, report.Machine, report.Results)
}
