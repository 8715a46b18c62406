// Package channeltest is a client of package webchannel for tests of what is served over it: it polls, and takes one
// message after the other. For tests only.
package channeltest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Channel is one session, from its client's side. One goroutine at a time uses it.
type Channel struct {
	tb      testing.TB
	url     string
	id      string
	sent    int // messages
	aid     int // the last array that came
	waiting []json.RawMessage
}

// Hello is what a client says at first. Every field can be empty.
type Hello struct {
	// Authorization is the header of that name in the form, where browsers' SDK has it.
	Authorization string
	// Header are those of the HTTP request itself.
	Header http.Header
	// Messages come with the handshake.
	Messages []string
}

// Open makes a session. address is http://HOST:PORT, stream «Listen» or «Write».
func Open(tb testing.TB, address, stream, database string, hello Hello) *Channel {
	tb.Helper()
	c := &Channel{tb: tb, url: fmt.Sprintf("%s/google.firestore.v1.Firestore/%s/channel?VER=8&database=%s",
		address, stream, url.QueryEscape(database))}
	body := c.form(hello.Messages)
	if hello.Authorization != "" {
		body.Set("headers", "Authorization:"+hello.Authorization+"\r\n")
	}
	status, told := c.do(http.MethodPost, "&RID=1", body, hello.Header)
	found := regexp.MustCompile(`\["c","([^"]+)"`).FindStringSubmatch(told)
	if status != http.StatusOK || found == nil {
		tb.Fatalf("the handshake was answered %d %s", status, told)
	}
	c.id = found[1]
	return c
}

// Post sends messages and gives the status of the answer, and its body.
func (c *Channel) Post(messages ...string) (status int, body string) {
	c.tb.Helper()
	return c.do(http.MethodPost, "&RID=2&SID="+c.id, c.form(messages), nil)
}

// Next waits for the server's next message. At the end of the session it is «close», as JSON.
func (c *Channel) Next() json.RawMessage {
	c.tb.Helper()
	for len(c.waiting) == 0 {
		c.poll()
	}
	first := c.waiting[0]
	c.waiting = c.waiting[1:]
	return first
}

// End says goodbye.
func (c *Channel) End() {
	c.tb.Helper()
	c.do(http.MethodPost, "&RID=3&TYPE=terminate&SID="+c.id, nil, nil)
}

// poll asks for what there is, and waits if there is nothing.
func (c *Channel) poll() {
	c.tb.Helper()
	more := fmt.Sprintf("&RID=rpc&CI=1&TYPE=xmlhttp&AID=%d&SID=%s", c.aid, c.id)
	status, body := c.do(http.MethodGet, more, nil, nil)
	_, chunk, _ := strings.Cut(body, "\n") // after its length
	var arrays [][2]json.RawMessage
	if err := json.Unmarshal([]byte(chunk), &arrays); err != nil || status != http.StatusOK {
		c.tb.Fatalf("a poll was answered %d %s", status, body)
	}
	for _, array := range arrays {
		var message []json.RawMessage
		if json.Unmarshal(array[0], &c.aid) != nil || json.Unmarshal(array[1], &message) != nil || len(message) != 1 {
			c.tb.Fatalf("not an array of the protocol: %s", array)
		}
		if string(message[0]) != `"noop"` {
			c.waiting = append(c.waiting, message[0])
		}
	}
}

// form numbers messages, after those that were sent.
func (c *Channel) form(messages []string) url.Values {
	form := url.Values{"count": {strconv.Itoa(len(messages))}, "ofs": {strconv.Itoa(c.sent)}}
	for i, m := range messages {
		form.Set(fmt.Sprintf("req%d___data__", i), m)
	}
	c.sent += len(messages)
	return form
}

func (c *Channel) do(method, more string, form url.Values, header http.Header) (status int, body string) {
	c.tb.Helper()
	r, err := http.NewRequestWithContext(c.tb.Context(), method, c.url+more, strings.NewReader(form.Encode()))
	if err != nil {
		c.tb.Fatal(err)
	}
	if header != nil {
		r.Header = header.Clone()
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.tb.Fatal(err)
	}
	raw, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close() // it was read to its end, or err says why not
	if err != nil {
		c.tb.Fatal(err)
	}
	return answer.StatusCode, string(raw)
}
