// Command parley runs Parley on this machine and speaks it from a terminal; `parley help` lists what it
// can do.
//
// It speaks as the app does: a line for each fact, aligned, colour only on a terminal and without
// NO_COLOR. What programs read goes to stdout, everything else to stderr. The exit code is 0 when what
// was asked for was done (also when it was ended by Ctrl-C or SIGTERM), 1 when it failed, 2 when it was
// asked wrongly, 3 when something has to be installed first, and 130 when a second Ctrl-C cut it short.
package main

import (
	"io"
	"os"
)

// The exit codes.
const (
	exitOK      = 0
	exitFailed  = 1
	exitUsage   = 2
	exitMissing = 3
	exitForced  = 130
)

// surroundings is what a subcommand has of the world outside.
type surroundings struct {
	stdout, stderr io.Writer
	getenv         func(string) string
}

// subcommand is one verb of the command. run gets what follows the verb, and returns the exit code.
type subcommand struct {
	name    string
	summary string // "" hides it from the list
	run     func(s surroundings, args []string) int
}

// subcommands is the list of verbs, in the order in which help shows them.
func subcommands() []subcommand {
	return []subcommand{
		{"run", "start everything on this machine: emulators, TURN, function, web app", runCommand},
		{"bench", "measure Parley beside what it is compared with", benchCommand},
		{"chat", "talk to somebody from this terminal, or answer as a bot", chatCommand},
		{"send", "send files to whoever has the link", sendCommand},
		{"receive", "receive files from a room", receiveCommand},
		{"doctor", "look why connections fail here, and what to do", doctorCommand},
		{"emulator", "a Firestore and Auth emulator that needs no Java", emulatorCommand},
		{execVerb, "run a command beside that emulator", execCommand},
		{"version", "say which version this is", versionCommand},
		{"function", "", functionCommand}, // the child of run
	}
}

func main() {
	os.Exit(dispatch(surroundings{os.Stdout, os.Stderr, os.Getenv}, os.Args[1:]))
}

func dispatch(s surroundings, args []string) int {
	if len(args) == 0 {
		help(s.stderr)
		return exitUsage
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		if len(args) > 1 {
			return dispatch(s, []string{args[1], "-help"})
		}
		help(s.stdout)
		return exitOK
	case "--version":
		args[0] = "version"
	}
	for _, command := range subcommands() {
		if command.name == args[0] {
			return command.run(s, args[1:])
		}
	}
	say(s.stderr, "parley: there is no %q; `parley help` lists what there is\n", args[0])
	return exitUsage
}

func help(w io.Writer) {
	say(w, "Parley: people talk, browser to browser.\n\n  parley COMMAND [FLAGS]\n\n")
	for _, command := range subcommands() {
		if command.summary != "" {
			say(w, "  %-14s %s\n", command.name, command.summary)
		}
	}
	say(w, "\n`parley COMMAND -help` lists its flags.\n"+
		"Exit code: 0 done, 1 failed, 2 asked wrongly, 3 something has to be installed, 130 cut short.\n")
}
