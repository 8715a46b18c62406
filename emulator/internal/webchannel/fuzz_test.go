package webchannel

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// refusedWell checks that an error is a refusal with a sentence, and not the server's fault.
func refusedWell(t *testing.T, err error) {
	t.Helper()
	refusal := new(requestError)
	if !errors.As(err, &refusal) || refusal.status < 400 || refusal.status >= 500 {
		t.Fatalf("%v is no refusal", err)
	}
	if refusal.sentence == "" || strings.ContainsFunc(refusal.sentence, isControl) {
		t.Fatalf("%q is no sentence", refusal.sentence)
	}
}

func FuzzForm(f *testing.F) {
	for _, seed := range []string{
		"", "count=0", "count=1&ofs=0&req0___data__=%7B%7D",
		"headers=Authorization%3ABearer%20a.b.%0D%0Ax-goog-api-key%3Ak%0D%0A&count=1&ofs=0&req0___data__=%7B%22a%22%3A1%7D",
		"count=2&ofs=3&req1___data__=%222%22&req0___data__=%221%22",
		"count=1&ofs=0&req0_type=_badmap", "count=1&ofs=9007199254740991&req1999___data__=null",
		"count=1&ofs=9007199254740000&req1___data__=[]",
		"count=2&ofs=0&req0___data__=1&req0___data__=1", "&&&=&count", "count=%zz", "count=+1&ofs=+1",
		"headers=A:1%0AB:2&count=0", "req18446744073709551616___data__=1&count=1&ofs=0",
	} {
		f.Add(seed)
	}
	limits := formLimits{messageBytes: 4096, headerBytes: 1024}
	f.Fuzz(func(t *testing.T, body string) {
		parsed, err := parseForm(body, limits)
		if err != nil {
			refusedWell(t, err)
			return
		}
		if len(parsed.messages) > maxMessagesPerPost {
			t.Fatalf("%d messages", len(parsed.messages))
		}
		slices.SortFunc(parsed.messages, func(a, b message) int { return int(a.id - b.id) })
		encoded := fmt.Sprintf("count=%d", len(parsed.messages))
		for i, m := range parsed.messages {
			if !json.Valid(m.data) || len(m.data) > limits.messageBytes || m.id < 0 {
				t.Fatalf("message %d: %s", m.id, m.data)
			}
			if i == 0 {
				encoded += fmt.Sprintf("&ofs=%d", m.id)
			} else if m.id == parsed.messages[i-1].id {
				t.Fatalf("message %d twice", m.id)
			}
			encoded += fmt.Sprintf("&req%d___data__=%s", m.id-parsed.messages[0].id, url.QueryEscape(string(m.data)))
		}
		again, err := parseForm(encoded, limits)
		if err != nil {
			t.Fatalf("%s: %v", encoded, err)
		}
		slices.SortFunc(again.messages, func(a, b message) int { return int(a.id - b.id) })
		if fmt.Sprint(again.messages) != fmt.Sprint(parsed.messages) {
			t.Fatalf("%v became %v", parsed.messages, again.messages)
		}
	})
}

func FuzzHeaders(f *testing.F) {
	for _, seed := range []string{
		"", "\r\n", "A:1", "A:1\r\n", "X-Goog-Api-Client:gl-js/ fire/12.19.0\r\nAuthorization:Bearer a.b.\r\n",
		"A:\r\n", "A: 1 \r\na:2\r\n", ":\r\n", "A\r\n", "A:1\n", "Ä:1", "A:é", "A:1\r\n\r\nB:2", "A:b:c",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, field string) {
		header, err := parseHeaders(field)
		if err != nil {
			refusedWell(t, err)
			return
		}
		var written strings.Builder
		if err := header.Write(&written); err != nil {
			t.Fatal(err)
		}
		n := 0
		for name, values := range header {
			n += len(values)
			if name != http.CanonicalHeaderKey(name) || !isToken(name) {
				t.Fatalf("name %q", name)
			}
			for _, v := range values {
				if strings.ContainsAny(v, "\r\n\x00") {
					t.Fatalf("%s: %q", name, v)
				}
			}
		}
		if n > maxHeaderLines || strings.Count(written.String(), "\r\n") != n {
			t.Fatalf("%d values, written as %q", n, written.String())
		}
	})
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"", "VER=8", "VER=8&database=projects%2Fp%2Fdatabases%2F(default)&RID=74547&CVER=22&zx=a&t=1",
		"VER=8&SID=s&RID=rpc&AID=0&CI=0&TYPE=xmlhttp", "VER=8&SID=s&RID=rpc&AID=3&CI=1&TO=30000&TYPE=xmlhttp",
		"VER=8&SID=s&RID=1&TYPE=terminate", "VER=8&RID=1;AID=2", "VER=8&RID=%", "VER=8&RID=1&AID=-1",
		"VER=8&RID=9007199254740993", "VER=8&VER=9&RID=1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := parseQuery(raw)
		if err != nil {
			refusedWell(t, err)
			return
		}
		if q.aid < -1 || q.pollTimeout < 0 {
			t.Fatalf("%+v", q)
		}
	})
}

// What is sent is ASCII and means what was given.
func FuzzASCII(f *testing.F) {
	for _, seed := range []string{
		`""`, `{"a": [1, 2.5e3, null, true]}`, `"é"`, `"👋🏽"`, "\"\xff\"", "\"\u2028\"",
		`"\ud83d"`, `{`, `1 2`, "\"\xed\xa0\xbd\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		ascii, err := asciiJSON(message)
		if err != nil {
			if !errors.Is(err, ErrNotJSON) || json.Valid(message) {
				t.Fatalf("%q: %v", message, err)
			}
			return
		}
		for _, b := range ascii {
			if b < ' ' || b >= utf8.RuneSelf {
				t.Fatalf("%q became %q", message, ascii)
			}
		}
		var want, got any
		if json.Unmarshal(message, &want) != nil {
			return // a number beyond float64
		}
		if err := json.Unmarshal(ascii, &got); err != nil {
			t.Fatalf("%q became %q: %v", message, ascii, err)
		}
		if fmt.Sprintf("%q", want) != fmt.Sprintf("%q", got) {
			t.Fatalf("%q became %q", message, ascii)
		}
	})
}
