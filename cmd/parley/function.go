package main

import (
	_ "github.com/parley-chat/parley/functions" // registers Api
	"github.com/parley-chat/parley/internal/local"
	"github.com/parley-chat/parley/internal/local/functionhost"
)

// functionCommand is the function's process, which run starts. The environment is its contract: see
// local.FunctionOptions.
func functionCommand(s surroundings, _ []string) int {
	if s.getenv("K_SERVICE") != "" {
		say(s.stderr, "parley function: %v\n", local.ErrProduction)
		return exitFailed
	}
	return functionhost.Main(s.getenv, s.stderr)
}
