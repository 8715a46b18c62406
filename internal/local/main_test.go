package local_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"testing"

	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
	"go.uber.org/goleak"

	"github.com/parley-chat/parley/internal/local/functionhost"
)

// TestMain is two programs: the tests, and the function that the tests start.
func TestMain(m *testing.M) {
	if functionhost.Asked(os.Args) {
		os.Exit(testFunction())
	}
	goleak.VerifyTestMain(m)
}

func testFunction() int {
	if os.Getenv("TEST_FUNCTION_FAILS") != "" {
		fmt.Fprintln(os.Stderr, "the function cannot start today")
		return 7
	}
	functions.HTTP("Api", testAPI)
	return functionhost.Main(os.Getenv, os.Stderr)
}

// testAPI tells what the function was started with and asked.
func testAPI(w http.ResponseWriter, r *http.Request) {
	seen := map[string]string{"path": r.URL.Path, "host": r.Header.Get("X-Forwarded-Host")}
	for _, name := range []string{
		"FUNCTION_TARGET", "LOCAL_ONLY", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "FIRESTORE_EMULATOR_HOST",
		"FIREBASE_AUTH_EMULATOR_HOST", "STUN_URLS", "TURN_URLS", "TURN_SECRET", "GOOGLE_APPLICATION_CREDENTIALS",
	} {
		seen[name] = os.Getenv(name)
	}
	body, err := json.Marshal(seen)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
	w.Write(body)
}
