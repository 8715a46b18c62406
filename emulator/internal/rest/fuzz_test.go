package rest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/guard"
	"github.com/parley-chat/parley/emulator/internal/rest"
	"github.com/parley-chat/parley/emulator/internal/service"
)

const documents = "projects/demo-x/databases/(default)/documents"

// FuzzCall makes one call of any content, as the owner and as somebody whom rules bind, to a database with a document.
func FuzzCall(f *testing.F) {
	const named = `"name":"` + documents + `/a/b"`
	const query = `{"structuredQuery":{"from":[{"collectionId":"a"}],"where":{"fieldFilter":{"field":{"fieldPath":"n"},` +
		`"op":"EQUAL","value":{"integerValue":"1"}}},"orderBy":[{"field":{"fieldPath":"n"}}],"limit":2}}`
	for _, seed := range []struct{ method, path, body string }{
		{"GET", "/a/b?mask.fieldPaths=n", ""},
		{"GET", "/a?pageSize=1&orderBy=n", ""},
		{"PATCH", "/a/b?updateMask.fieldPaths=n&currentDocument.exists=true", `{"fields":{"n":{"integerValue":"1"}}}`},
		{"POST", "/a?documentId=c", `{"fields":{"m":{"mapValue":{"fields":{"x":{"arrayValue":{}}}}}}}`},
		{"DELETE", "/a/b", ""},
		{"POST", ":runQuery", query},
		{"POST", ":runAggregationQuery", `{"structuredAggregationQuery":{"aggregations":[{"count":{}}],` + query[1:] + `}`},
		{"POST", ":batchGet", `{"documents":["` + documents + `/a/b"],"newTransaction":{}}`},
		{"POST", ":commit", `{"writes":[{"update":{` + named + `},"updateMask":{"fieldPaths":["n"]},` +
			`"updateTransforms":[{"fieldPath":"n","increment":{"doubleValue":1}}]}]}`},
		{"POST", ":commit", `{"writes":[{"verify":"` + documents + `/a/b","currentDocument":{"exists":true}}]}`},
		{"POST", ":batchWrite", `{"writes":[{"delete":"` + documents + `/a/b"}]}`},
		{"POST", ":beginTransaction", `{"options":{"readOnly":{}}}`},
		{"POST", ":partitionQuery", query},
		{"POST", "/a/b:listCollectionIds", `{"pageSize":1}`},
	} {
		f.Add(seed.method, seed.path, seed.body)
	}
	rights := guard.New(nil)
	const condition = `get(/a/b).data.n == 1 || resource.data.n > 0 || request.query.limit < 3`
	const rules = `service cloud.firestore { match /{any=**} { allow read, write: if ` + condition + `; } }`
	if err := rights.SetDefault([]byte(rules)); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, path, body string) {
		api := service.New(&service.Options{Guard: rights})
		defer api.Close()
		handler := rest.New(api)
		for _, call := range []struct{ method, path, body, who string }{
			{http.MethodPost, "/a?documentId=b", `{"fields":{"n":{"integerValue":"1"}}}`, "Bearer owner"},
			{method, path, body, ""},
			{method, path, body, "Bearer owner"},
		} {
			r, err := http.NewRequestWithContext(
				t.Context(), call.method, "http://x"+rest.Prefix+documents+call.path, strings.NewReader(call.body),
			)
			if err != nil {
				return // no client can send that
			}
			r.Header.Set("Authorization", call.who)
			answer := httptest.NewRecorder()
			handler.ServeHTTP(answer, r)
			if answer.Code == http.StatusInternalServerError {
				t.Errorf("%s %s answers %d: %s", call.method, call.path, answer.Code, answer.Body)
			}
		}
	})
}
