package emulator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"cloud.google.com/go/firestore"

	"github.com/parley-chat/parley/emulator"
	"github.com/parley-chat/parley/emulator/internal/webchannel/channeltest"
)

// foreign are the headers of requests from elsewhere.
var foreign = []http.Header{
	{"Origin": {"https://evil.example"}},
	{"Origin": {"http://192.168.1.7:4000"}},
	{"Origin": {"null"}},
	{"X-Forwarded-For": {"192.168.1.7"}},
}

// near are those of requests from this machine.
var near = []http.Header{
	{},
	{"Origin": {"http://localhost:4000"}},
	{"Origin": {"http://127.0.0.1:4000"}, "X-Forwarded-For": {"127.0.0.1"}},
	{"Origin": {"http://tab.localhost:4000"}},
}

// statusFrom makes a request and gives its status, and what Google's error says it is. «Host» is the host.
func statusFrom(t *testing.T, s *emulator.Server, method, path string, header http.Header, body string) (int, any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.Addr()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header, r.Host = header.Clone(), header.Get("Host")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var told any
	_ = json.NewDecoder(answer.Body).Decode(&told) // not every answer is JSON
	return answer.StatusCode, at(told, "error", "status")
}

// plus are headers and one more.
func plus(header http.Header, name, value string) http.Header {
	header = header.Clone()
	header.Set(name, value)
	return header
}

func TestPagesOfOtherSitesAreNotTheAdministrator(t *testing.T) {
	s := start(t)
	const admin = "/identitytoolkit.googleapis.com/v1/projects/demo-x/"
	type object = map[string]any
	rules, err := json.Marshal(object{"rules": object{"files": []object{{"content": openRules}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ method, path, body string }{
		{"GET", documents + "/a", ""},
		{"DELETE", documents + "/a/1", ""},
		{"POST", documents + ":commit", `{"writes":[]}`},
		{"POST", admin + "accounts", `{}`},
		{"GET", admin + "accounts:batchGet", ""},
		{"POST", "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=k", `{}`},
		{"DELETE", "/emulator/v1/projects/demo-x/accounts", ""},
		{"DELETE", "/emulator" + documents, ""},
		{"PUT", "/emulator/v1/projects/demo-x:securityRules", string(rules)},
		{"PUT", "/emulator/v1/faults", `{}`},
		{"DELETE", "/emulator/v1/faults", ""},
		{"POST", "/emulator/v1/pause", ""},
		{"POST", "/emulator/v1/resume", ""},
		{"POST", "/emulator/v1/cut", ""},
		{"POST", "/emulator/v1/clock", `{"advance":"1s"}`},
		{"GET", "/emulator/v1/projects/demo-x/databases/(default)/usage", ""},
		{"DELETE", "/emulator/v1/projects/demo-x/databases/(default)/usage", ""},
	} {
		for _, header := range foreign {
			code, what := statusFrom(t, s, c.method, c.path, plus(header, "Authorization", "Bearer owner"), c.body)
			if code != http.StatusForbidden || what != "PERMISSION_DENIED" {
				t.Errorf("%s %s from %v: %d %v", c.method, c.path, header, code, what)
			}
		}
		if c.path == "/emulator/v1/pause" {
			continue // from here on nothing would answer
		}
		for _, header := range near {
			code, what := statusFrom(t, s, c.method, c.path, plus(header, "Authorization", "Bearer owner"), c.body)
			if code != http.StatusOK {
				t.Errorf("%s %s from %v: %d %v", c.method, c.path, header, code, what)
			}
		}
	}
}

// The handshake of a channel has its headers in the body, where no browser asks whether a page may send them.
func TestPagesOfOtherSitesAreNotTheAdministratorOnAChannel(t *testing.T) {
	s := start(t)
	first := func(stream, message, authorization string, header http.Header) any {
		t.Helper()
		c := channeltest.Open(t, "http://"+s.Addr(), stream, inX, channeltest.Hello{
			Authorization: authorization, Header: header, Messages: []string{message},
		})
		defer c.End()
		var told any
		if err := json.Unmarshal(c.Next(), &told); err != nil {
			t.Fatal(err)
		}
		return told
	}
	write := `{"database":"` + inX + `"}`
	for _, header := range foreign {
		for stream, message := range map[string]string{"Listen": listenTo("rooms/a"), "Write": write} {
			told := first(stream, message, "Bearer owner", header)
			if at(told, "error", "status") != "PERMISSION_DENIED" || at(told, "error", "code") != 403.0 {
				t.Errorf("%s from %v: %v", stream, header, told)
			}
		}
	}
	for _, header := range near {
		if told := first("Write", write, "Bearer owner", header); at(told, "streamToken") == nil {
			t.Errorf("from %v: %v", header, told)
		}
		if told := first("Listen", listenTo("a/b"), "Bearer owner", header); at(told, "targetChange") == nil {
			t.Errorf("from %v: %v", header, told)
		}
	}
}

// Users are users wherever their page is from.
func TestUsersMayComeFromAnywhere(t *testing.T) {
	s, err := emulator.Start(t.Context(), &emulator.Options{Rules: []byte(openRules)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, header := range append(foreign, near...) {
		ann := plus(header, "Authorization", "Bearer "+token("ann"))
		code, what := statusFrom(t, s, "PATCH", documents+"/a/1", ann, `{}`)
		if code != http.StatusOK {
			t.Errorf("REST from %v: %d %v", header, code, what)
		}
		code, what = statusFrom(t, s, "POST", "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=k", header, `{}`)
		if code != http.StatusOK {
			t.Errorf("a sign-up from %v: %d %v", header, code, what)
		}
		c := channeltest.Open(t, "http://"+s.Addr(), "Listen", inX, channeltest.Hello{
			Authorization: "Bearer " + token("ann"), Header: header, Messages: []string{listenTo("a/1")},
		})
		if told := string(c.Next()); !strings.Contains(told, "ADD") {
			t.Errorf("a channel from %v: %s", header, told)
		}
		c.End()
	}
}

// A page of another site can have a name that resolves to this machine, and is then asked nothing by the browser.
func TestOtherHostsAreNotServed(t *testing.T) {
	s := start(t)
	_, port, _ := strings.Cut(s.Addr(), ":")
	for _, path := range []string{
		"/", documents + "/a", "/emulator/v1/faults", "/identitytoolkit.googleapis.com/v1/accounts:signUp",
		"/google.firestore.v1.Firestore/Listen/channel",
	} {
		code, _ := statusFrom(t, s, "POST", path, http.Header{"Host": {"evil.example:" + port}}, "")
		if code != http.StatusMisdirectedRequest {
			t.Errorf("%s: %d", path, code)
		}
	}
	for _, host := range []string{"localhost:" + port, "tab.localhost:4000", "127.0.0.1", "[::1]:" + port} {
		if code, _ := statusFrom(t, s, "GET", "/", http.Header{"Host": {host}}, ""); code != http.StatusOK {
			t.Errorf("%s: %d", host, code)
		}
	}
	t.Setenv("FIRESTORE_EMULATOR_HOST", "localhost:"+port)
	c, err := firestore.NewClient(t.Context(), "demo-x")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Doc("a/1").Set(t.Context(), map[string]any{}); err != nil {
		t.Errorf("a server SDK that was told «localhost»: %v", err)
	}
}
