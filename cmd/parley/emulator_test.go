package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// exec runs parley emulators:exec and gives its exit code and what was written.
func execBeside(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, complaints bytes.Buffer
	s := surroundings{&out, &complaints, func(string) string { return "" }}
	code = dispatch(s, append([]string{"emulators:exec"}, args...))
	return code, out.String(), complaints.String()
}

func TestExecRunsBesideTheEmulator(t *testing.T) {
	rules := filepath.Join("..", "..", "firestore.rules")
	script := `test "$FIRESTORE_EMULATOR_HOST" = "$FIREBASE_AUTH_EMULATOR_HOST" && echo "$GCLOUD_PROJECT" && exit 7`
	code, stdout, stderr := execBeside(t, "-rules", rules, "-project", "demo-here", "--", "sh", "-c", script)
	if code != 7 || stdout != "demo-here\n" || stderr != "" {
		t.Errorf("exit code %d, wrote %q and %q; want 7, the project and nothing", code, stdout, stderr)
	}
}

func TestEmulatorSignsPeopleUpInItsProject(t *testing.T) {
	server, err := startEmulator(t.Context(), emulatorFlags{project: "demo-here"})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Post("http://"+server.Addr()+"/identitytoolkit.googleapis.com/v1/accounts:signUp?key=k",
		"application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct{ IDToken string }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(answer.IDToken, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[len(parts)/2])
	if err != nil || !strings.Contains(string(raw), `"aud":"demo-here"`) {
		t.Errorf("a token of %s, %v", raw, err)
	}
}

func TestExecSaysWhatIsWrong(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.rules")
	source := "rules_version = '2';\nservice cloud.firestore {\n  match / {"
	if err := os.WriteFile(broken, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no command":               {nil, exitUsage, "which command"},
		"a command that is not":    {[]string{"--", "there-is-no-such-command"}, exitFailed, "there-is-no-such-command"},
		"rules that are not there": {[]string{"-rules", "none.rules", "--", "true"}, exitFailed, "none.rules"},
		"rules that are broken":    {[]string{"-rules", broken, "--", "true"}, exitFailed, "3:"},
		"indexes that are broken":  {[]string{"-indexes", broken, "--", "true"}, exitFailed, "indexes"},
		"data in a file":           {[]string{"-data", broken, "--", "true"}, exitFailed, "data directory"},
		"an unknown flag":          {[]string{"-colour", "--", "true"}, exitUsage, "-colour"},
	} {
		code, _, stderr := execBeside(t, c.args...)
		if code != c.code || !strings.Contains(stderr, c.says) {
			t.Errorf("%s: exit code %d, said %q; want %d and %q", what, code, stderr, c.code, c.says)
		}
	}
}
