package emulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/parley-chat/parley/emulator"
)

func start(t *testing.T) *emulator.Server {
	t.Helper()
	leaks := goleak.IgnoreCurrent()
	s, err := emulator.Start(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		goleak.VerifyNone(t, leaks)
	})
	return s
}

// call makes a request as the owner and gives the status and what the body says.
func call(t *testing.T, s *emulator.Server, method, path, body string) (int, any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.Addr()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer owner")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var told any
	if err := json.Unmarshal(raw, &told); err != nil {
		told = string(raw)
	}
	return answer.StatusCode, told
}

// at leads into what JSON says.
func at(told any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := told.(map[string]any)
			told = object[step]
		case int:
			list, _ := told.([]any)
			if step >= len(list) {
				return nil
			}
			told = list[step]
		}
	}
	return told
}

const documents = "/v1/projects/demo-x/databases/(default)/documents"

// step is one of some requests in order: what for, method, path, body; the status; and what the answer holds where.
type step struct {
	what, method, path, body string
	status                   int
	where                    []any
	want                     any
}

func TestREST(t *testing.T) {
	const two = "projects/demo-x/databases/(default)/documents/a/2"
	from := `{"from":[{"collectionId":"a"}]}`
	count := `{"structuredAggregationQuery":{"aggregations":[{"alias":"c","count":{}}],"structuredQuery":` + from + `}}`
	verify := `{"writes":[{"verify":"` + two + `","currentDocument":{"exists":true}}]}`
	one := `{"fields":{"n":{"integerValue":"1"}}}`
	code := []any{"error", "status"}
	run(t, start(t), []step{
		{"ready", "GET", "/", "", 200, nil, "Ok\n"},
		{"absent", "GET", documents + "/a/1", "", 404, code, "NOT_FOUND"},
		{"create", "POST", documents + "/a?documentId=1", one, 200, []any{"fields", "n", "integerValue"}, "1"},
		{"create again", "POST", documents + "/a?documentId=1", one, 409, code, "ALREADY_EXISTS"},
		{"get", "GET", documents + "/a/1", "", 200, []any{"fields", "n", "integerValue"}, "1"},
		{
			"patch with a mask", "PATCH", documents + "/a/1?updateMask.fieldPaths=m", `{"fields":{"m":{"stringValue":"ü"}}}`,
			200,
			[]any{"fields", "n", "integerValue"},
			"1",
		},
		{"list", "GET", documents + "/a", "", 200, []any{"documents", 0, "fields", "m", "stringValue"}, "ü"},
		{
			"a query", "POST", documents + ":runQuery", `{"structuredQuery":` + from + `}`,
			200,
			[]any{0, "document", "fields", "n", "integerValue"},
			"1",
		},
		{
			"a count", "POST", documents + ":runAggregationQuery", count,
			200,
			[]any{0, "result", "aggregateFields", "c", "integerValue"},
			"1",
		},
		{"batch get", "POST", documents + ":batchGet", `{"documents":["` + two + `"]}`, 200, []any{0, "missing"}, two},
		{"a write that verifies", "POST", documents + ":commit", verify, 404, code, "NOT_FOUND"},
		{"no JSON", "POST", documents + ":commit", `{"writes":`, 400, code, "INVALID_ARGUMENT"},
		{"an unknown method", "POST", documents + ":executePipeline", `{}`, 501, code, "UNIMPLEMENTED"},
		{"delete", "DELETE", documents + "/a/1", "", 200, nil, map[string]any{}},
		{"gone", "GET", documents + "/a/1", "", 404, code, "NOT_FOUND"},
	})
}

func TestClear(t *testing.T) {
	run(t, start(t), []step{
		{"create", "POST", documents + "/a?documentId=1", `{}`, 200, nil, nil},
		{"clear", "DELETE", "/emulator" + documents, "", 200, nil, map[string]any{}},
		{"cleared", "GET", documents + "/a/1", "", 404, []any{"error", "code"}, 404.0},
	})
}

func TestSignUp(t *testing.T) {
	path := "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=k"
	run(t, start(t), []step{
		{"sign up", "POST", path, `{}`, 200, []any{"kind"}, "identitytoolkit#SignupNewUserResponse"},
		{"clear", "DELETE", "/emulator/v1/projects/demo-x/accounts", "", 200, nil, map[string]any{}},
		{"a pop-up", "GET", "/emulator/auth/handler?apiKey=k", "", 501, nil, nil},
	})
}

func run(t *testing.T, s *emulator.Server, steps []step) {
	t.Helper()
	for _, step := range steps {
		code, told := call(t, s, step.method, step.path, step.body)
		if code != step.status {
			t.Errorf("%s: %d %v, want %d", step.what, code, told, step.status)
		}
		if got := at(told, step.where...); step.want != nil && !reflect.DeepEqual(got, step.want) {
			t.Errorf("%s: %v, want %v in %v", step.what, got, step.want, told)
		}
	}
}

func TestClose(t *testing.T) {
	s := start(t)
	from := time.Now()
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if waited := time.Since(from); waited > 5*time.Second {
		t.Errorf("closing took %v", waited)
	}
}
