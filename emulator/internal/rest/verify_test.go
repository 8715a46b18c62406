package rest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/guard"
	"github.com/parley-chat/parley/emulator/internal/rest"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/internal/firestoretest"
)

// Whoever verifies a document learns of it, so that takes the right to get it.
func TestVerify(t *testing.T) {
	t.Parallel()
	const source = `service cloud.firestore { match /databases/{d}/documents {
		match /gettable/{id} { allow get: if true; }
		match /writable/{id} { allow write: if true; }
	} }`
	project := firestoretest.Project(t)
	firestoretest.SetRules(t, project, source)
	rights := guard.New(nil)
	if err := rights.SetDefault([]byte(source)); err != nil {
		t.Fatal(err)
	}
	api := service.New(&service.Options{Guard: rights})
	defer api.Close()
	ours := httptest.NewServer(rest.New(api))
	defer ours.Close()
	root := "projects/" + project + "/databases/(default)/documents"
	for writes, want := range map[string]int{
		`{"verify":"ROOT/gettable/1","currentDocument":{"exists":true}}`:                                        404,
		`{"verify":"ROOT/gettable/1","currentDocument":{"exists":false}}`:                                       200,
		`{"verify":"ROOT/writable/1","currentDocument":{"exists":true}}`:                                        403,
		`{"verify":"ROOT/writable/1","currentDocument":{"exists":false}}`:                                       403,
		`{"verify":"ROOT/shut/1","currentDocument":{"exists":true}}`:                                            403,
		`{"verify":"ROOT/gettable/1"}`:                                                                          400,
		`{"verify":"ROOT/gettable/1","currentDocument":{"exists":false}},{"update":{"name":"ROOT/gettable/1"}}`: 400,
	} {
		body := strings.ReplaceAll(`{"writes":[`+writes+`]}`, "ROOT", root)
		for _, server := range []string{"http://" + firestoretest.Addr(t), ours.URL} {
			r, err := http.NewRequestWithContext(
				t.Context(), http.MethodPost, server+"/v1/"+root+":commit", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != want {
				t.Errorf("%s at %s: %d, want %d", writes, server, answer.StatusCode, want)
			}
		}
	}
}
