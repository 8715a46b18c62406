package firestoretest

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	os.Exit(Main(m))
}

func TestEveryTestHasADatabaseOfItsOwn(t *testing.T) {
	addr, one, other := Addr(t), Project(t), Project(t)
	if again := Addr(t); again != addr {
		t.Fatalf("a second emulator at %s, the first was %s", again, addr)
	}
	if got := do(t, http.MethodPost, addr, one, "rooms?documentId=a", "Bearer owner"); got != http.StatusOK {
		t.Fatalf("write: %d", got)
	}
	if got := do(t, http.MethodGet, addr, one, "rooms/a", "Bearer owner"); got != http.StatusOK {
		t.Fatalf("read in the same project: %d", got)
	}
	if got := do(t, http.MethodGet, addr, other, "rooms/a", "Bearer owner"); got != http.StatusNotFound {
		t.Fatalf("read in another project: %d, want 404", got)
	}
}

func TestSetRules(t *testing.T) {
	addr, project := Addr(t), Project(t)
	if got := do(t, http.MethodPost, addr, project, "rooms?documentId=a", ""); got != http.StatusOK {
		t.Fatalf("write before there are rules: %d", got)
	}
	SetRules(t, project, `
		rules_version = '2'; service cloud.firestore {
			match /databases/{d}/documents {
				match /none/{n} { allow read: if true; } } }`)
	if got := do(t, http.MethodPost, addr, project, "rooms?documentId=b", ""); got != http.StatusForbidden {
		t.Fatalf("write against the rules: %d, want 403", got)
	}
}

func TestSupervisedProcessEndsWithStandardInput(t *testing.T) {
	jar, err := findJar()
	if err != nil {
		t.Fatal(err)
	}
	e, err := start(jar)
	if err != nil {
		t.Fatal(err)
	}
	e.close() // returns when the process has ended
	if err := answers(t.Context(), e.addr); err == nil {
		t.Fatal("the emulator still answers")
	}
}

// do calls the emulator's REST interface and returns the status.
func do(t *testing.T, method, addr, project, path, authorization string) int {
	t.Helper()
	url := "http://" + addr + "/v1/projects/" + project + "/databases/(default)/documents/" + path
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader("{}")
	}
	request, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode
}
