package functions

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/protocol/vectortest"
)

func TestQuickMatch(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "/api"} {
		a := newTestAPI()
		w := a.do(call{path: prefix + "/quick-match", contentType: `application/json; charset="utf-8"`})
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" ||
			w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("[A4] %d %v", w.Code, w.Header())
		}
		answer, err := protocol.ParseQuickMatchAnswer(w.Body.Bytes())
		if err != nil || answer != a.stub.answer {
			t.Errorf("[A4] %s: %+v, %v", w.Body, answer, err)
		}
		if len(a.stub.asked) != 1 || a.stub.asked[0].UID != "uid-of-ann" || a.stub.asked[0].Pool != "default" ||
			string(a.stub.asked[0].ID) != goodID || a.stub.asked[0].Key.String() != goodKey {
			t.Errorf("[A3] asked %+v", a.stub.asked)
		}
		if left := time.Until(a.stub.deadline); left <= 0 || left > 10*time.Second {
			t.Errorf("the request ends in %v", left)
		}
		w = a.do(call{method: "DELETE", path: prefix + "/quick-match?pool=chess&requestId=" + goodID})
		want := matchmaker.Cancelled{UID: "uid-of-ann", Pool: "chess", ID: goodID}
		if w.Code != http.StatusNoContent || w.Body.Len() != 0 ||
			len(a.stub.cancelled) != 1 || a.stub.cancelled[0] != want {
			t.Errorf("[A7] %d %q, cancelled %+v", w.Code, w.Body, a.stub.cancelled)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Error("[A10] a 204 may be stored")
		}
	}
}

// TestVectors sends the bodies that Go and the web app agree on.
func TestVectors(t *testing.T) {
	t.Parallel()
	type vector struct {
		Rule, Name, Input, Expect, Field string
		Value                            json.RawMessage
		Fill                             *struct {
			Text  string
			Times int
		}
	}
	path := filepath.Join("..", "protocol", "vectors", "quick-match-request.json")
	for _, c := range vectortest.Read[vector](t, path) {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) {
			t.Parallel()
			if c.Fill != nil {
				c.Input = strings.ReplaceAll(c.Input, "⟨fill⟩", strings.Repeat(c.Fill.Text, c.Fill.Times))
			}
			if c.Input == "" {
				c.Input = " "
			}
			w := newTestAPI().do(call{body: c.Input})
			if c.Expect == "ok" {
				if w.Code != http.StatusOK {
					t.Errorf("%d %s", w.Code, w.Body)
				}
				return
			}
			want := protocol.InvalidArgument
			if len(c.Input) > protocol.MaxBodyBytes {
				want = protocol.TooLarge
			}
			if p := problem(t, w); p.Code != want || p.Field != c.Field {
				t.Errorf("%+v, want field %q", p, c.Field)
			}
		})
	}
}
