package emulator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"cloud.google.com/go/firestore"

	"github.com/parley-chat/parley/emulator"
	"github.com/parley-chat/parley/emulator/internal/sdktest"
)

// browser is what a browser says that is led to an address.
const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

// visit gives the answer to a request for the page, without its body.
func visit(t *testing.T, s *emulator.Server, method, path string, header http.Header) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.Addr()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header, r.Host = header, header.Get("Host")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

// see gives the page at a path of a project.
func see(t *testing.T, s *emulator.Server, project, path, after string) string {
	t.Helper()
	asked := url.Values{"database": {project}, "path": {path}, "after": {after}}
	answer, body := visit(t, s, "GET", "/?"+asked.Encode(), http.Header{"Accept": {browser}})
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%s of %s: %s %s", path, project, answer.Status, body)
	}
	return body
}

func wantOn(t *testing.T, page string, all ...string) {
	t.Helper()
	for _, text := range all {
		if !strings.Contains(page, text) {
			t.Errorf("there is no %q on the page:\n%s", text, page)
		}
	}
}

func wantNotOn(t *testing.T, page string, all ...string) {
	t.Helper()
	for _, text := range all {
		if strings.Contains(page, text) {
			t.Errorf("there is %q on the page:\n%s", text, page)
		}
	}
}

func TestPageIsEmptyAtFirst(t *testing.T) {
	s := start(t)
	answer, page := visit(t, s, "GET", "/", http.Header{"Accept": {browser}})
	if answer.StatusCode != http.StatusOK {
		t.Error(answer.Status)
	}
	wantOn(t, page, "No database yet.", "Nobody listens.", "Nothing was asked yet.")
	answer, page = visit(t, s, "GET", "/?database=%3Cscript%3E", http.Header{"Accept": {browser}})
	if answer.StatusCode != http.StatusNotFound {
		t.Errorf("a database that is not there: %s", answer.Status)
	}
	wantOn(t, page, "There is no database «<bdi>&lt;script&gt;</bdi>».")
	if _, page = visit(t, s, "GET", "/", http.Header{"Accept": {browser}}); !strings.Contains(page, "No database yet.") {
		t.Error("looking at a database has made it")
	}
}

// Whoever looks whether an emulator is there is told as the official one tells it; only a browser is shown the page.
func TestPageIsForBrowsers(t *testing.T) {
	s := start(t)
	for _, accept := range []string{"", "*/*", "application/json", "text/*", "text/html;q=0", "text/html;q=0.0, */*"} {
		for _, header := range append(foreign, near...) {
			answer, body := visit(t, s, "GET", "/", plus(header, "Accept", accept))
			if answer.StatusCode != http.StatusOK || body != "Ok\n" || len(answer.Header["Content-Security-Policy"]) > 0 {
				t.Errorf("who accepts %q from %v is told %s %q", accept, header, answer.Status, body)
			}
		}
	}
	parts := []string{"/", "/emulator/page/page.css", "/emulator/page/page.js", "/emulator/page/icon.svg"}
	for _, path := range parts {
		for _, header := range near {
			answer, _ := visit(t, s, "GET", path, plus(header, "Accept", browser))
			if answer.StatusCode != http.StatusOK {
				t.Errorf("%s from %v: %s", path, header, answer.Status)
			}
			for name, want := range map[string]string{
				"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; " +
					"img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
				"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
				"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "",
			} {
				if got := answer.Header.Get(name); got != want {
					t.Errorf("%s: %s is %q, want %q", path, name, got, want)
				}
			}
		}
		for _, header := range foreign {
			answer, body := visit(t, s, "GET", path, plus(header, "Accept", browser))
			if answer.StatusCode != http.StatusForbidden || strings.Contains(body, "<") {
				t.Errorf("%s from %v: %s %s", path, header, answer.Status, body)
			}
		}
		header := http.Header{"Host": {"evil.example"}, "Accept": {browser}}
		if answer, _ := visit(t, s, "GET", path, header); answer.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%s at another host: %s", path, answer.Status)
		}
		for method, want := range map[string]int{"HEAD": 200, "POST": 405, "PUT": 405, "DELETE": 405} {
			answer, body := visit(t, s, method, path, http.Header{"Accept": {browser}})
			if answer.StatusCode != want || want == 200 && body != "" {
				t.Errorf("%s %s: %s %s", method, path, answer.Status, body)
			}
		}
	}
	answer, _ := visit(t, s, "GET", "/emulator/page/page.html", http.Header{})
	if answer.StatusCode != http.StatusNotFound {
		t.Errorf("what is no part of the page: %s", answer.Status)
	}
}

// From a database to a field, through documents that are there only as parents.
func TestPageShowsDocuments(t *testing.T) {
	s := start(t)
	c := sdktest.Client(t, s.Addr(), "demo-not-default", sdktest.Owner)
	write := func(path string, fields map[string]any) {
		t.Helper()
		if _, err := c.Doc(path).Set(t.Context(), fields); err != nil {
			t.Fatal(err)
		}
	}
	write("rooms/a", map[string]any{
		"n": 1, "long": strings.Repeat("ü", 5000), "who": c.Doc("people/ann"),
		"in":  map[string]any{"deep": []any{true, nil}},
		"raw": []byte{1, 0xff}, "vector": firestore.Vector64{1.5, 2}, "text": "שלום",
	})
	write("rooms/gone/links/x/more/y", map[string]any{})
	root := "/?database=demo-not-default"
	page := see(t, s, "demo-not-default", "", "")
	wantOn(t, page, `href="`+root+`&amp;path=rooms"`, "no rules: everything is denied", "2 documents")
	page = see(t, s, "demo-not-default", "rooms", "")
	wantOn(t, page, `href="`+root+`&amp;path=rooms%2Fa"`, `href="`+root+`&amp;path=rooms%2Fgone"`, "not there itself")
	page = see(t, s, "demo-not-default", "rooms/gone", "")
	wantOn(t, page, "This document does not exist.", `path=rooms%2Fgone%2Flinks"`)
	page = see(t, s, "demo-not-default", "rooms/a", "")
	wantOn(t, page, "integer", strings.Repeat("ü", 500)+"…", "10.0\u00a0kB", `path=people%2Fann"`, "1 field",
		"deep", "2 elements", "boolean", "null", "01ff", "2 dimensions: 1.5, 2.0", `<bdi class="said">שלום</bdi>`)
	wantNotOn(t, page, strings.Repeat("ü", 501))
	page = see(t, s, "demo-not-default", "rooms/none", "")
	wantOn(t, page, "This document does not exist.")
	page = see(t, s, "demo-not-default", "none", "")
	wantOn(t, page, "No documents.")
}

func TestPageHasPages(t *testing.T) {
	s := start(t)
	c := sdktest.Client(t, s.Addr(), "demo-x", sdktest.Owner)
	batch := c.BulkWriter(t.Context())
	var want []string
	for i := range 230 {
		path := fmt.Sprintf("a/%03d", i)
		if i%10 == 0 { // only a parent
			path += "/b/c"
		}
		want = append(want, fmt.Sprintf("%03d", i))
		if _, err := batch.Set(c.Doc(path), map[string]any{}); err != nil {
			t.Fatal(err)
		}
	}
	batch.End()
	shown := regexp.MustCompile(`<th scope="row"><a href="[^"]*"><bdi>([0-9]{3})</bdi>`)
	next := regexp.MustCompile(`after=([^"&]*)`)
	var got []string
	var sizes []int
	for after := ""; ; {
		page := see(t, s, "demo-x", "a", after)
		rows := shown.FindAllStringSubmatch(page, -1)
		sizes = append(sizes, len(rows))
		for _, row := range rows {
			got = append(got, row[1])
		}
		link := next.FindStringSubmatch(page)
		if link == nil {
			break
		}
		after = link[1]
	}
	if strings.Join(got, " ") != strings.Join(want, " ") || fmt.Sprint(sizes) != "[100 100 30]" {
		t.Errorf("pages of %v: %v", sizes, got)
	}
}

// What clients write is text on the page, wherever it stands.
func TestPageEscapes(t *testing.T) {
	s := start(t)
	const script = "<script>alert('1')</script>\"'\u202e&\u0000"
	c := sdktest.Client(t, s.Addr(), "demo-x", sdktest.Owner)
	evil := script[:len("<script>alert('1')<")] // a slash would part it
	at := c.Collection(evil).Doc(evil)
	fields := map[string]any{script: script, "m": map[string]any{script: []any{script}}}
	if _, err := at.Set(t.Context(), fields); err != nil {
		t.Fatal(err)
	}
	l := listenOn(t, s, "demo-x", evil+"/"+evil)
	l.until("CURRENT")
	escaped := "&lt;script&gt;alert(&#39;1&#39;)&lt;"
	for path, where := range map[string]string{"": "", evil: "", evil + "/" + evil: escaped + "/script"} {
		page := see(t, s, "demo-x", path, "<script>"+strings.Repeat("\u0000", 3))
		wantOn(t, page, "<bdi>"+escaped, where)
		page = see(t, s, "demo-x", path, "")
		wantOn(t, page, "<bdi>"+escaped, where)
		if scripts := strings.Count(page, "<script"); scripts != 1 || strings.Contains(page, "\u0000") {
			t.Errorf("%d scripts on the page:\n%s", scripts, page)
		}
	}
}
