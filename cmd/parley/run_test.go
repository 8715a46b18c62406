package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain is two programs: the tests, and parley itself, for the tests that run it as people do.
func TestMain(m *testing.M) {
	if os.Getenv("TEST_BE_PARLEY") != "" {
		main()
	}
	goleak.VerifyTestMain(m)
}

// withoutEmulators is the environment of a parley that starts its own emulators, also where the tests were
// given some.
func withoutEmulators() []string {
	return append(os.Environ(), "TEST_BE_PARLEY=1",
		"FIRESTORE_EMULATOR_HOST=", "FIREBASE_AUTH_EMULATOR_HOST=", "PARLEY_FIRESTORE=",
		"GCLOUD_PROJECT=", "GOOGLE_CLOUD_PROJECT=")
}

// running is a `parley` process.
type running struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdout *bufio.Reader
	stderr *bytes.Buffer // read after wait
}

func parley(t *testing.T, env []string, args ...string) *running {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(append(withoutEmulators(), "NO_COLOR=1"), env...)
	cmd.WaitDelay = 5 * time.Second
	r := &running{t: t, cmd: cmd, stderr: new(bytes.Buffer)}
	cmd.Stderr = r.stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	r.stdout = bufio.NewReader(out)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	t.Cleanup(func() {
		deadline.Stop()
		cmd.Process.Kill()
		cmd.Wait()
	})
	return r
}

// wait drains stdout and returns it with the exit code.
func (r *running) wait() (code int, rest string) {
	r.t.Helper()
	out, err := io.ReadAll(r.stdout)
	if err != nil {
		r.t.Fatal(err)
	}
	r.cmd.Wait()
	return r.cmd.ProcessState.ExitCode(), string(out)
}

// line is any line of --json.
type line struct {
	Service, State, URL string
	PID                 int
	Ready               bool
}

// untilReady reads lines up to the last, and returns them by service.
func (r *running) untilReady() (services map[string]line, order []string, url string) {
	r.t.Helper()
	services = map[string]line{}
	for {
		text, err := r.stdout.ReadBytes('\n')
		if err != nil {
			r.wait()
			r.t.Fatalf("ended before it was ready: %v\n%s", err, r.stderr)
		}
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			r.t.Fatalf("not JSON: %s", text)
		}
		if l.Ready {
			return services, order, l.URL
		}
		services[l.Service], order = l, append(order, l.Service)
	}
}

func get(t *testing.T, url string) int {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

// watch connects to a service; the channel is closed when the service has ended.
func watch(t *testing.T, url string) <-chan struct{} {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer conn.Close()
		io.Copy(io.Discard, conn)
	}()
	return ended
}

func awaitEnd(t *testing.T, name string, ended <-chan struct{}) {
	t.Helper()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Errorf("%s lives on", name)
	}
}

func TestRunForAProgram(t *testing.T) {
	r := parley(t, nil, "run", "--json", "--memory", "--without", "web")
	services, order, url := r.untilReady()
	if want := []string{"firestore", "auth", "turn", "function", "front"}; !slices.Equal(order, want) {
		t.Errorf("in the order %v, want %v", order, want)
	}
	for name, l := range services {
		if l.State != "ready" || l.URL == "" || (l.PID != 0) != (name == "function") {
			t.Errorf("%s: %+v", name, l)
		}
	}
	if got := get(t, url+"/api/health"); got != http.StatusOK {
		t.Errorf("health: %d", got)
	}

	if err := syscall.Kill(services["function"].PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	var lost, back line
	for _, l := range []*line{&lost, &back} {
		text, err := r.stdout.ReadBytes('\n')
		if err != nil || json.Unmarshal(text, l) != nil {
			t.Fatalf("%s, %v", text, err)
		}
	}
	if lost.State != "lost" || back.State != "ready" || back.PID == services["function"].PID ||
		back.URL != services["function"].URL {
		t.Errorf("after the function was killed: %+v, %+v", lost, back)
	}

	firestore, function := watch(t, services["firestore"].URL), watch(t, services["function"].URL)
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	code, rest := r.wait()
	if code != 0 || rest != "" {
		t.Errorf("after Ctrl-C: exit code %d, %q on stdout\n%s", code, rest, r.stderr)
	}
	awaitEnd(t, "firestore", firestore)
	awaitEnd(t, "function", function)
}

func TestChildrenDoNotOutliveAKilledParley(t *testing.T) {
	r := parley(t, nil, "run", "--json", "--without", "web,turn,front", "--firestore", "official")
	services, _, _ := r.untilReady()
	firestore, function := watch(t, services["firestore"].URL), watch(t, services["function"].URL)
	if err := r.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	awaitEnd(t, "firestore", firestore)
	awaitEnd(t, "function", function)
}

func TestRunKeepsItsDataForTheNext(t *testing.T) {
	args := []string{"run", "--json", "--data", t.TempDir(), "--without", "auth,turn,function,web,front"}
	const note = "/v1/projects/demo-parley/databases/(default)/documents/notes/a"
	first := parley(t, nil, args...)
	services, _, _ := first.untilReady()
	if got := asOwner(t, http.MethodPatch, services["firestore"].URL+note); got != http.StatusOK {
		t.Fatalf("write: %d", got)
	}
	second := parley(t, nil, args...)
	if code, _ := second.wait(); code != exitFailed || !strings.Contains(second.stderr.String(), "-memory") {
		t.Errorf("a second one at the same time: exit code %d, said %s", code, second.stderr)
	}
	first.cmd.Process.Kill()
	first.wait()
	third := parley(t, nil, args...)
	services, _, _ = third.untilReady()
	if got := asOwner(t, http.MethodGet, services["firestore"].URL+note); got != http.StatusOK {
		t.Errorf("read after it was killed: %d", got)
	}
}

func asOwner(t *testing.T, method, url string) int {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer owner")
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

func TestRunForAPerson(t *testing.T) {
	r := parley(t, nil, "run", "--without", "firestore,function,web")
	var text strings.Builder
	for !strings.Contains(text.String(), "Ctrl-C") {
		l, err := r.stdout.ReadString('\n')
		if err != nil {
			t.Fatalf("%v: %s%s", err, &text, r.stderr)
		}
		text.WriteString(l)
	}
	for _, want := range []string{
		"  auth       http://127.0.0.1:", "  turn       turn:127.0.0.1:", "  front      http://localhost:",
		"\n  Open http://localhost:",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, &text)
		}
	}
	if strings.Contains(text.String(), "\x1b") {
		t.Error("colour, or a cursor moved, on a pipe")
	}
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code, rest := r.wait(); code != 0 || !strings.HasSuffix(rest, "Everything has ended.\n") {
		t.Errorf("after SIGTERM: exit code %d, %q", code, rest)
	}
}

func TestExitCodes(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "emulator.jar")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cloudRun := []string{"K_SERVICE=x", "GOOGLE_CLOUD_PROJECT=demo-x"}
	for _, c := range []struct {
		name string
		env  []string
		args []string
		code int
		says string
	}{
		{"nothing", nil, nil, 2, "parley COMMAND"},
		{"help", nil, []string{"help"}, 0, "start everything on this machine"},
		{"help of one", nil, []string{"help", "run"}, 0, "Flags:"},
		{"version", nil, []string{"version"}, 0, "parley "},
		{"version with more", nil, []string{"version", "x"}, 2, "no arguments"},
		{"unknown", nil, []string{"dance"}, 2, `there is no "dance"`},
		{"unknown flag", nil, []string{"run", "--dance"}, 2, "not defined"},
		{"an argument", nil, []string{"run", "web"}, 2, "flags only"},
		{"unknown service", nil, []string{"run", "--without", "dance"}, 2, `there is no service "dance"`},
		{"unknown Firestore", nil, []string{"run", "--firestore", "other"}, 2, `-firestore: "other"`},
		{"data and none", nil, []string{"run", "--data", "x", "--memory"}, 2, "which one"},
		{"no address", nil, []string{"run", "--lan-address", "home"}, 2, "-lan-address"},
		{"on Cloud Run", cloudRun, []string{"run"}, 1, "Cloud Run"},
		{"the function on Cloud Run", cloudRun, []string{"function"}, 1, "Cloud Run"},
		{"the function by hand", nil, []string{"function"}, 1, "people do not"},
		{"no emulator", []string{"FIRESTORE_EMULATOR_HOST=127.0.0.1:1"}, []string{"run"}, 1, "no emulator answers there"},
		{
			"no Java",
			[]string{"PARLEY_FIRESTORE=official", "FIRESTORE_EMULATOR_JAR=" + empty, "PATH="},
			[]string{"run"},
			3, "Java is missing.\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := parley(t, c.env, c.args...)
			code, out := r.wait()
			if said := out + r.stderr.String(); code != c.code || !strings.Contains(said, c.says) {
				t.Errorf("exit code %d, want %d, and %q in:\n%s", code, c.code, c.says, said)
			}
		})
	}
}
