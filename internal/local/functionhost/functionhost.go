// Package functionhost is the child that package local starts: it serves the function Api in this
// process, by the functions framework, as Cloud Run does. It does not import the function: the program
// that calls [Serve] does, for its registration.
//
//	import _ "github.com/parley-chat/parley/functions"
//
// A test binary can be the child too:
//
//	func TestMain(m *testing.M) {
//		if functionhost.Asked(os.Args) {
//			os.Exit(functionhost.Main(os.Getenv, os.Stderr))
//		}
//		os.Exit(m.Run())
//	}
package functionhost

import (
	"errors"
	"fmt"
	"io"

	"github.com/GoogleCloudPlatform/functions-framework-go/funcframework"
)

// errEnvironment says that it was not started by package local.
var errEnvironment = errors.New("PORT and FUNCTION_TARGET are not set: `parley run` starts this, people do not")

// Asked tells whether a program was started to be the function: its first argument is "function".
func Asked(args []string) bool { return len(args) > 1 && args[1] == "function" }

// Main serves the function and returns the exit code, after writing the reason to stderr.
func Main(getenv func(string) string, stderr io.Writer) int {
	err := Serve(getenv)
	_, _ = fmt.Fprintln(stderr, err) // the exit code says it too
	return 1
}

// Serve serves the function named by FUNCTION_TARGET at PORT, on loopback alone if LOCAL_ONLY is
// "true". It returns only with an error; SIGTERM ends the process, as it does in production.
func Serve(getenv func(string) string) error {
	port := getenv("PORT")
	if port == "" || getenv("FUNCTION_TARGET") == "" {
		return fmt.Errorf("functionhost: %w", errEnvironment)
	}
	host := ""
	if getenv("LOCAL_ONLY") == "true" {
		host = "127.0.0.1"
	}
	if err := funcframework.StartHostPort(host, port); err != nil {
		return fmt.Errorf("functionhost: serving: %w", err)
	}
	return nil
}
