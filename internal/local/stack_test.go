package local_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parley-chat/parley/internal/local"
)

// events keeps what OnEvent was told.
type events struct {
	mu   sync.Mutex
	seen []local.Event // guarded by mu
}

func (e *events) add(event local.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seen = append(e.seen, event)
}

// of lists the states that a service went through.
func (e *events) of(service local.Service) []local.State {
	e.mu.Lock()
	defer e.mu.Unlock()
	var states []local.State
	for _, event := range e.seen {
		if event.Service == service {
			states = append(states, event.State)
		}
	}
	return states
}

// last is the latest event of a service in a state.
func (e *events) last(service local.Service, state local.State) local.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	var found local.Event
	for _, event := range e.seen {
		if event.Service == service && event.State == state {
			found = event
		}
	}
	return found
}

// builtWeb is a folder that looks like web/dist.
func builtWeb(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "index.html"), "<!doctype html><title>Parley</title>")
	write(t, filepath.Join(dir, "assets", "index-abc.js"), "console.log(1)")
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// limit is for one wait for something that should come soon.
func limit(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	t.Cleanup(cancel)
	return ctx
}

type httpReply struct {
	status int
	header http.Header
	body   string
}

// fetch sends one request by a client that keeps no connection.
func fetch(t *testing.T, method, url, body string, header ...string) httpReply {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return fetchBy(t, &client, method, url, body, header...)
}

func fetchBy(t *testing.T, client *http.Client, method, url, body string, header ...string) httpReply {
	t.Helper()
	r, err := http.NewRequestWithContext(limit(t), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return httpReply{response.StatusCode, response.Header, string(got)}
}

func member(t *testing.T, body, name string) string {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(body), &object); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	text, _ := object[name].(string)
	return text
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func TestEverythingThroughTheFront(t *testing.T) {
	var told events
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere.json")
	stack, err := local.Start(limit(t), &local.Options{
		Web: builtWeb(t), AnyPort: true, OnEvent: told.add, Log: t.Output(),
	})
	if err != nil {
		t.Fatal(err)
	}
	closeStack := func() {
		if err := stack.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(closeStack)
	url := stack.URL()
	const documents = "/v1/projects/demo-parley/databases/(default)/documents"

	t.Run("every service was told once", func(t *testing.T) {
		for _, service := range []local.Service{
			local.FirestoreService, local.AuthService, local.TURNService, local.FunctionService, local.FrontService,
		} {
			if got := told.of(service); !slices.Equal(got, []local.State{local.Ready}) {
				t.Errorf("%s: %v", service, got)
			}
		}
	})
	t.Run("the administrator writes and reads a document", func(t *testing.T) {
		wrote := fetch(t, http.MethodPatch, url+documents+"/notes/a", `{"fields":{"n":{"integerValue":"7"}}}`,
			"Authorization", "Bearer owner")
		if wrote.status != http.StatusOK {
			t.Fatalf("write: %d %s", wrote.status, wrote.body)
		}
		read := fetch(t, http.MethodGet, url+documents+"/notes/a", "", "Authorization", "Bearer owner")
		if !strings.Contains(strings.ReplaceAll(read.body, " ", ""), `"integerValue":"7"`) {
			t.Errorf("read: %d %s", read.status, read.body)
		}
	})
	t.Run("a page of another site is no administrator", func(t *testing.T) {
		got := fetch(t, http.MethodGet, url+documents+"/notes/a", "",
			"Authorization", "Bearer owner", "Origin", "https://evil.example")
		if got.status != http.StatusForbidden || !strings.Contains(got.body, "no page of another site") {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
	t.Run("a client is held to firestore.rules, and may read the answer from its tab's own host", func(t *testing.T) {
		const origin = "http://localhost:1"
		got := fetch(t, http.MethodGet, url+documents+"/queue/default", "",
			"Host", "c7.localhost:1", "Origin", origin)
		if got.status != http.StatusForbidden || got.header.Get("Access-Control-Allow-Origin") != origin {
			t.Errorf("%d %v %s", got.status, got.header, got.body)
		}
	})
	t.Run("WebChannel opens", func(t *testing.T) {
		got := fetch(t, http.MethodPost, url+"/google.firestore.v1.Firestore/Listen/channel?VER=8&RID=1&CVER=22"+
			"&database=projects%2Fdemo-parley%2Fdatabases%2F(default)", "headers=&count=0",
			"Content-Type", "application/x-www-form-urlencoded")
		if got.status != http.StatusOK || !strings.Contains(got.body, `[[0,["c","`) {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
	t.Run("somebody signs up and refreshes", func(t *testing.T) {
		born := fetch(t, http.MethodPost, url+"/identitytoolkit.googleapis.com/v1/accounts:signUp?key=local", `{}`)
		if born.status != http.StatusOK || member(t, born.body, "idToken") == "" {
			t.Fatalf("sign-up: %d %s", born.status, born.body)
		}
		fresh := fetch(t, http.MethodPost, url+"/securetoken.googleapis.com/v1/token?key=local",
			"grant_type=refresh_token&refresh_token="+member(t, born.body, "refreshToken"),
			"Content-Type", "application/x-www-form-urlencoded")
		if member(t, fresh.body, "project_id") != "demo-parley" {
			t.Errorf("refresh: %d %s", fresh.status, fresh.body)
		}
	})
	t.Run("the function has its contract", func(t *testing.T) {
		got := fetch(t, http.MethodGet, url+"/api/health", "")
		if got.status != http.StatusOK {
			t.Fatalf("%d %s", got.status, got.body)
		}
		for name, want := range map[string]string{
			"path":                           "/api/health",
			"host":                           strings.TrimPrefix(url, "http://"),
			"FUNCTION_TARGET":                "Api",
			"LOCAL_ONLY":                     "true",
			"GOOGLE_CLOUD_PROJECT":           "demo-parley",
			"GCLOUD_PROJECT":                 "demo-parley",
			"FIRESTORE_EMULATOR_HOST":        stack.FirestoreHost(),
			"FIREBASE_AUTH_EMULATOR_HOST":    stack.AuthHost(),
			"STUN_URLS":                      strings.Join(stack.TURN().STUNURLs(), ","),
			"TURN_URLS":                      strings.Join(stack.TURN().TURNURLs(), ","),
			"TURN_SECRET":                    stack.TURN().Secret(),
			"GOOGLE_APPLICATION_CREDENTIALS": "",
		} {
			if got := member(t, got.body, name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
	})
	t.Run("a killed function comes back on its port", func(t *testing.T) {
		old := stack.Function().PID()
		if err := syscall.Kill(old, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		pid, err := stack.Function().AwaitRestart(limit(t), old)
		if err != nil || pid == old || alive(old) {
			t.Fatalf("process %d for %d, %v", pid, old, err)
		}
		if got := fetch(t, http.MethodGet, url+"/api/health", ""); got.status != http.StatusOK {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
	t.Run("a function that is down is said to be, and resumes", func(t *testing.T) {
		stack.Function().Halt()
		got := fetch(t, http.MethodPost, url+"/api/quick-match", `{}`)
		if got.status != http.StatusServiceUnavailable || member(t, got.body, "code") != "unavailable" ||
			got.header.Get("Retry-After") == "" {
			t.Errorf("[A10] %d %v %s", got.status, got.header, got.body)
		}
		if err := stack.Function().Resume(limit(t)); err != nil {
			t.Fatal(err)
		}
		if got := fetch(t, http.MethodGet, url+"/api/health", ""); got.status != http.StatusOK {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
	t.Run("Close ends every child, in the middle of a stream", func(t *testing.T) {
		function := stack.Function().PID()
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		io.WriteString(conn, "GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n") // and never read
		closeStack()
		if function == 0 || alive(function) {
			t.Errorf("process %d is alive", function)
		}
		for name, host := range map[string]string{
			"firestore": stack.FirestoreHost(), "auth": stack.AuthHost(), "front": strings.TrimPrefix(url, "http://"),
		} {
			if conn, err := net.Dial("tcp", host); err == nil {
				conn.Close()
				t.Errorf("%s still listens", name)
			}
		}
	})
}

func TestTheOfficialFirestore(t *testing.T) {
	var told events
	stack, err := local.Start(limit(t), &local.Options{
		Official: true, Web: builtWeb(t), AnyPort: true, OnEvent: told.add, Log: t.Output(),
		Without: []local.Service{local.TURNService, local.FunctionService},
	})
	if err != nil {
		t.Fatal(err)
	}
	closeStack := func() {
		if err := stack.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(closeStack)
	url := stack.URL()
	const documents = "/v1/projects/demo-parley/databases/(default)/documents"
	wrote := fetch(t, http.MethodPatch, url+documents+"/notes/a", `{}`, "Authorization", "Bearer owner")
	if wrote.status != http.StatusOK {
		t.Fatalf("write: %d %s", wrote.status, wrote.body)
	}

	t.Run("a dead Firestore is said to be, comes back, and its documents do not", func(t *testing.T) {
		old := stack.Firestore().PID()
		stack.Firestore().Halt()
		got := fetch(t, http.MethodGet, url+documents+"/notes/a", "", "Origin", "http://c1.localhost:1")
		if got.status != http.StatusServiceUnavailable || got.header.Get("Access-Control-Allow-Origin") == "" {
			t.Errorf("%d %v %s", got.status, got.header, got.body)
		}
		if err := stack.Firestore().Resume(limit(t)); err != nil {
			t.Fatal(err)
		}
		if pid := stack.Firestore().PID(); pid == 0 || pid == old {
			t.Errorf("process %d, was %d", pid, old)
		}
		gone := fetch(t, http.MethodGet, url+documents+"/notes/a", "", "Authorization", "Bearer owner")
		if gone.status != http.StatusNotFound {
			t.Errorf("%d %s", gone.status, gone.body)
		}
	})
	t.Run("a killed Firestore comes back, and the loss is said", func(t *testing.T) {
		old := stack.Firestore().PID()
		if err := syscall.Kill(old, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if _, err := stack.Firestore().AwaitRestart(limit(t), old); err != nil {
			t.Fatal(err)
		}
		lost := told.last(local.FirestoreService, local.Lost)
		if lost.PID != old || !strings.Contains(lost.Detail, "killed") ||
			!strings.Contains(lost.Detail, "every document is lost") {
			t.Errorf("said: %+v", lost)
		}
	})
	closeStack()
	if pid := told.last(local.FirestoreService, local.Ready).PID; pid == 0 || alive(pid) {
		t.Errorf("process %d is alive after Close", pid)
	}
}

func TestWhatTheEnvironmentGivesIsLeftAlone(t *testing.T) {
	authEmulator, err := local.StartAuth(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer authEmulator.Close()
	env := map[string]string{"FIREBASE_AUTH_EMULATOR_HOST": "http://" + authEmulator.Host(), "GCLOUD_PROJECT": "demo-x"}
	opts, err := local.FromEnv(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	var told events
	opts.OnEvent, opts.AnyPort = told.add, true
	opts.Without = []local.Service{local.FirestoreService, local.FunctionService, local.WebService}
	stack, err := local.Start(limit(t), opts)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"FIREBASE_AUTH_EMULATOR_HOST=" + authEmulator.Host(), "GCLOUD_PROJECT=demo-x", "GOOGLE_CLOUD_PROJECT=demo-x",
	}
	if got := stack.Env(); !slices.Equal(got, want) {
		t.Errorf("Env %v, want %v", got, want)
	}
	if got := told.of(local.AuthService); !slices.Equal(got, []local.State{local.Given}) {
		t.Errorf("auth: %v", got)
	}
	if stack.Emulator() != nil || stack.Firestore() != nil || stack.Function() != nil {
		t.Error("something was started that was not asked for")
	}
	if err := stack.Close(); err != nil {
		t.Error(err)
	}
	if got := fetch(t, http.MethodGet, "http://"+authEmulator.Host()+"/", ""); got.status != http.StatusOK {
		t.Error("Close ended what was given")
	}
}

func TestStartSaysWhatIsWrong(t *testing.T) {
	nothing := []local.Service{local.AuthService, local.TURNService, local.FunctionService, local.FrontService}
	t.Run("an emulator that is given but not there", func(t *testing.T) {
		_, err := local.Start(limit(t), &local.Options{FirestoreHost: "127.0.0.1:1", Without: nothing})
		if err == nil || !strings.Contains(err.Error(), "FIRESTORE_EMULATOR_HOST names 127.0.0.1:1") {
			t.Errorf("%v", err)
		}
	})
	t.Run("no Java", func(t *testing.T) {
		jar := filepath.Join(t.TempDir(), "emulator.jar")
		write(t, jar, "")
		t.Setenv("PATH", "")
		_, err := local.Start(limit(t), &local.Options{Official: true, FirestoreJar: jar, Without: nothing})
		missing := new(local.MissingError)
		if !errors.As(err, &missing) || missing.What != "Java" {
			t.Errorf("%v", err)
		}
	})
	t.Run("a broken jar", func(t *testing.T) {
		jar := filepath.Join(t.TempDir(), "emulator.jar")
		write(t, jar, "not a jar")
		_, err := local.Start(limit(t), &local.Options{Official: true, FirestoreJar: jar, Without: nothing})
		if err == nil || !strings.Contains(err.Error(), "ended before it was ready") {
			t.Errorf("%v", err)
		}
	})
	t.Run("a Firestore that there is not", func(t *testing.T) {
		env := map[string]string{"PARLEY_FIRESTORE": "other"}
		_, err := local.FromEnv(func(name string) string { return env[name] })
		if err == nil || !strings.Contains(err.Error(), `PARLEY_FIRESTORE: "other"`) {
			t.Errorf("%v", err)
		}
	})
	t.Run("no rules", func(t *testing.T) {
		_, err := local.Start(limit(t), &local.Options{Rules: "nowhere.rules", Without: nothing})
		if !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v", err)
		}
	})
	t.Run("a function without emulators", func(t *testing.T) {
		if _, err := local.StartFunction(limit(t), &local.FunctionOptions{}); err == nil {
			t.Error("it was started")
		}
	})
	t.Run("a function that fails tells its last words", func(t *testing.T) {
		_, err := local.StartFunction(limit(t), &local.FunctionOptions{
			FirestoreHost: "127.0.0.1:1", AuthHost: "127.0.0.1:1", Env: []string{"TEST_FUNCTION_FAILS=1"},
		})
		if err == nil || !strings.Contains(err.Error(), "exit status 7") ||
			!strings.Contains(err.Error(), "the function cannot start today") {
			t.Errorf("%v", err)
		}
	})
	t.Run("a port that is none", func(t *testing.T) {
		if _, err := local.Start(limit(t), &local.Options{FrontPort: 70_000}); err == nil {
			t.Error("it was taken")
		}
	})
	t.Run("a port that is taken", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		_, err = local.StartFront(limit(t), &local.FrontOptions{Port: listener.Addr().(*net.TCPAddr).Port})
		if !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("%v", err)
		}
	})
	t.Run("on Cloud Run", func(t *testing.T) {
		if _, err := local.FromEnv(func(string) string { return "set" }); !errors.Is(err, local.ErrProduction) {
			t.Errorf("%v", err)
		}
	})
	t.Run("outside a checkout", func(t *testing.T) {
		if _, err := local.FindRoot(t.TempDir()); !errors.Is(err, local.ErrNoRoot) {
			t.Errorf("%v", err)
		}
	})
}

func TestCancelledStartLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := local.Start(ctx, &local.Options{
		Web: builtWeb(t), AnyPort: true,
		OnEvent: func(e local.Event) {
			if e.Service == local.TURNService {
				cancel()
			}
		},
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestChildrenAreLoggedLineByLine(t *testing.T) {
	var log bytes.Buffer
	function, err := local.StartFunction(limit(t), &local.FunctionOptions{
		FirestoreHost: "127.0.0.1:1", AuthHost: "127.0.0.1:1", Log: &log,
		Command: []string{"sh", "-c", `echo hello; echo "not finished"; echo>&2 oops; exec "$0" function`, os.Args[0]},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := function.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := log.String(), "function │ hello\nfunction │ not finished\nfunction │ oops\n"; got != want {
		t.Errorf("logged %q, want %q", got, want)
	}
}
