package functions

import (
	"log"
	"log/slog"
	"os"

	framework "github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

// init registers the function under the name Api, which FUNCTION_TARGET then selects. It is the only one,
// and this file is the only one that reads the process's environment. It does no I/O.
func init() {
	logger := newLogger()
	environment, err := ReadEnvironment(os.Getenv)
	if err != nil && serves(os.Getenv) {
		log.Fatalf("parley: the function does not start: %v", err)
	}
	clients := &clients{environment: environment, refused: err, log: logger}
	framework.HTTP("Api", NewHandler(Dependencies{
		Verifier: clients, Matcher: clients, Pools: environment.Pools, ICE: environment.ICE, Log: logger,
	}).ServeHTTP)
}

// serves tells whether the process is there to serve functions. A test or a tool that imports the package
// is not, and has no environment to be refused for; there the refusal waits for the first request.
func serves(getenv func(string) string) bool {
	return getenv("FUNCTION_TARGET") != "" || getenv("K_SERVICE") != ""
}

// newLogger writes what Cloud Logging understands: one JSON object a line, with severity and message.
func newLogger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) > 0 {
				return a
			}
			switch a.Key {
			case slog.LevelKey:
				a.Key = "severity"
				if a.Value.String() == slog.LevelWarn.String() {
					a.Value = slog.StringValue("WARNING")
				}
			case slog.MessageKey:
				a.Key = "message"
			}
			return a
		},
	}))
}
