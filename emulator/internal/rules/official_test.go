package rules_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/parley-chat/parley/internal/firestoretest"
)

func TestMain(m *testing.M) {
	os.Exit(firestoretest.Main(m))
}

// The golden files are what the official emulator says, and not what somebody once thought it says.
func TestOfficialEmulatorEvaluatesExpressions(t *testing.T) {
	t.Parallel()
	functions, cases := readGolden(t)
	for some := range slices.Chunk(cases, 300) {
		t.Run("from "+some[0].place, func(t *testing.T) {
			t.Parallel()
			o := newOfficial(t)
			o.writeGoldenDocuments()
			o.evaluate(functions, some)
		})
	}
}

// evaluate asks for some expressions by one ruleset, with a collection for each.
func (o *official) evaluate(functions string, cases []golden) {
	o.t.Helper()
	var all strings.Builder
	for i, c := range cases {
		if c.want != "syntax" {
			fmt.Fprintf(&all, "match /t%d/{d} { allow get: if %s; }\n", i, c.expression)
		}
	}
	firestoretest.SetRules(o.t, o.project, around(functions+all.String()))
	for i, c := range cases {
		if c.want == "syntax" {
			continue
		}
		status, body := o.do(http.MethodGet, fmt.Sprintf("documents/t%d/x", i), "", o.alice())
		got := "error"
		switch {
		case status == http.StatusOK || status == http.StatusNotFound:
			got = "true"
		case strings.Contains(body, `false for 'get'`):
			got = "false"
		}
		if got != c.want {
			o.t.Errorf("%s: %s\nis %s there (%s), want %s", c.place, c.expression, got, body, c.want)
		}
	}
}

func TestOfficialEmulatorRefusesSyntax(t *testing.T) {
	t.Parallel()
	o := newOfficial(t)
	functions, cases := readGolden(t)
	for _, c := range cases {
		if c.want != "syntax" {
			continue
		}
		if status := o.setRules(inRules(functions, c.expression)); status != http.StatusBadRequest {
			t.Errorf("%s: %s\nis taken there: %d", c.place, c.expression, status)
		}
	}
}

func TestOfficialEmulatorDecidesQueries(t *testing.T) {
	t.Parallel()
	o := newOfficial(t)
	o.writeGoldenDocuments()
	cases := readQueries(t)
	var all strings.Builder
	for i, c := range cases {
		fmt.Fprintf(&all, "match /t%d/{d} { allow list: if %s; }\n", i, c.If)
	}
	firestoretest.SetRules(t, o.project, around(queryFunctions+all.String()))
	for i, c := range cases {
		from := fmt.Sprintf(`{"structuredQuery":{"from":[{"collectionId":"t%d"}],`, i)
		query := strings.Replace(from+strings.TrimPrefix(string(c.Query), "{")+"}", ",}", "}", 1)
		status, body := o.do(http.MethodPost, "documents:runQuery", query, o.alice())
		if allowed := status == http.StatusOK; allowed != c.Allow || !allowed && status != http.StatusForbidden {
			t.Errorf("queries.jsonl:%d: %s\nasked %s\nallowed there: %v, %s", i+1, c.If, c.Query, allowed, body)
		}
	}
}

// writeGoldenDocuments writes what goldenDocuments holds.
func (o *official) writeGoldenDocuments() {
	o.t.Helper()
	o.write("k/b", `{"n":{"integerValue":"2"}}`)
	o.write("k/a", `{
		"n":{"integerValue":"1"},"d":{"doubleValue":1.5},"a.b":{"integerValue":"7"},"z":{"nullValue":null},
		"t":{"timestampValue":"2020-01-01T00:00:00Z"},"b":{"bytesValue":"AQI="},
		"g":{"geoPointValue":{"latitude":1,"longitude":2}},
		"r":{"referenceValue":"projects/`+o.project+`/databases/(default)/documents/k/b"},
		"l":{"arrayValue":{"values":[{"integerValue":"1"},{"stringValue":"x"}]}},
		"m":{"mapValue":{"fields":{"k":{"stringValue":"v"}}}}}`)
}

// official is a database of the official emulator.
type official struct {
	t             *testing.T
	addr, project string
	client        *http.Client
}

func newOfficial(t *testing.T) *official {
	t.Helper()
	o := &official{t: t, addr: firestoretest.Addr(t), project: firestoretest.Project(t), client: &http.Client{}}
	t.Cleanup(o.client.CloseIdleConnections)
	return o
}

// alice is the unsigned token of aliceGets.
func (o *official) alice() string {
	const head = `{"alg":"none","typ":"JWT"}`
	const claims = `{"sub":"alice","user_id":"alice","admin":true,"email":"a@b.c","iat":0,"exp":9999999999}`
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(head)) + "." + part([]byte(claims)) + "."
}

func (o *official) write(document, fields string) {
	o.t.Helper()
	status, body := o.do(http.MethodPatch, "documents/"+document, `{"fields":`+fields+`}`, "owner")
	if status != http.StatusOK {
		o.t.Fatalf("write %s: %d %s", document, status, body)
	}
}

func (o *official) setRules(source string) int {
	o.t.Helper()
	body, err := json.Marshal(map[string]any{
		"rules": map[string]any{"files": []any{map[string]string{"name": "firestore.rules", "content": source}}},
	})
	if err != nil {
		o.t.Fatal(err)
	}
	status, _ := o.send(http.MethodPut, "/emulator/v1/projects/"+o.project+":securityRules", string(body), "owner")
	return status
}

func (o *official) do(method, path, body, token string) (int, string) {
	o.t.Helper()
	return o.send(method, "/v1/projects/"+o.project+"/databases/(default)/"+path, body, token)
}

func (o *official) send(method, path, body, token string) (int, string) {
	o.t.Helper()
	url := "http://" + o.addr + path
	request, err := http.NewRequestWithContext(o.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := o.client.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return answer.StatusCode, string(raw)
}
