package webchannel_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

// answer is a whole response.
type answer struct {
	status int
	header http.Header
	body   string
}

// do sends a request with a query like "SID=a&AID=0", to which VER and database are added.
func (h *harness) do(method, query, body string, header ...string) answer {
	h.t.Helper()
	response := h.open(h.t.Context(), method, query, strings.NewReader(body), header...)
	defer response.Body.Close()
	all, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(all)}
}

func (h *harness) open(ctx context.Context, method, query string, body io.Reader, header ...string) *http.Response {
	h.t.Helper()
	full := h.base + "?VER=8&database=" + url.QueryEscape(database) + "&" + query + "&zx=x1&t=1"
	r, err := http.NewRequestWithContext(ctx, method, full, body)
	if err != nil {
		h.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := h.client.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	return response
}

// formOf encodes messages as Closure does.
func formOf(offset int, messages ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "count=%d&ofs=%d", len(messages), offset)
	for i, m := range messages {
		fmt.Fprintf(&b, "&req%d___data__=%s", i, url.QueryEscape(m))
	}
	return b.String()
}

// chunkOf takes the only chunk of a body.
func chunkOf(t testing.TB, body string) string {
	t.Helper()
	length, payload, _ := strings.Cut(body, "\n")
	if length != strconv.Itoa(len(payload)) {
		t.Fatalf("not one chunk: %q", body)
	}
	return payload
}

// peer is the client's side of a session.
type peer struct {
	*harness
	sid string
	s   *webchannel.Session // nil until session is called
}

// handshake opens a session with its first messages. The client ends it when the test does.
func (h *harness) handshake(messages ...string) *peer {
	h.t.Helper()
	got := h.do(http.MethodPost, "RID=1", formOf(0, messages...))
	if got.status != http.StatusOK {
		h.t.Fatalf("handshake: %d %s", got.status, got.body)
	}
	var arrays [][2]json.RawMessage
	var hello []any
	if err := json.Unmarshal([]byte(chunkOf(h.t, got.body)), &arrays); err != nil {
		h.t.Fatal(err)
	}
	if err := json.Unmarshal(arrays[0][1], &hello); err != nil {
		h.t.Fatal(err)
	}
	p := &peer{harness: h, sid: hello[1].(string)}
	h.t.Cleanup(func() {
		p.open(context.Background(), http.MethodPost, "RID=99&TYPE=terminate&SID="+p.sid, http.NoBody).Body.Close()
	})
	return p
}

// session waits for the server's side of p.
func (p *peer) session() *webchannel.Session {
	if p.s == nil {
		p.s = <-p.accepted
	}
	return p.s
}

func (p *peer) post(offset int, messages ...string) answer {
	p.t.Helper()
	return p.do(http.MethodPost, "SID="+p.sid+"&RID=2&AID=0", formOf(offset, messages...))
}

// received takes n messages from the session.
func (p *peer) received(n int) []string {
	p.t.Helper()
	var got []string
	for range n {
		m, err := p.session().Receive(p.t.Context())
		if err != nil {
			p.t.Fatalf("after %q: %v", got, err)
		}
		got = append(got, string(m))
	}
	return got
}

func (p *peer) send(messages ...string) {
	p.t.Helper()
	for _, m := range messages {
		if err := p.session().Send(p.t.Context(), []byte(m)); err != nil {
			p.t.Fatal(err)
		}
	}
}

// get opens a back channel. query is like "AID=0&CI=0".
func (p *peer) get(query string) *stream {
	p.t.Helper()
	ctx, cut := context.WithCancel(p.t.Context())
	response := p.open(ctx, http.MethodGet, "RID=rpc&TYPE=xmlhttp&SID="+p.sid+"&"+query, nil)
	p.t.Cleanup(func() {
		cut()
		response.Body.Close()
	})
	return &stream{p.t, response, bufio.NewReader(response.Body), cut}
}

// stream is an open back channel.
type stream struct {
	t        testing.TB
	response *http.Response
	body     *bufio.Reader
	cut      context.CancelFunc
}

// chunk reads one chunk, counting as the client does. An empty one is the end of the response.
func (s *stream) chunk() string {
	s.t.Helper()
	chunk, err := readChunk(s.body)
	if err != nil && !errors.Is(err, io.EOF) {
		s.t.Fatal(err)
	}
	return chunk
}

// readChunk returns io.EOF only between chunks.
func readChunk(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		if line != "" {
			err = io.ErrUnexpectedEOF
		}
		return "", err
	}
	length, err := strconv.Atoi(strings.TrimSuffix(line, "\n"))
	if err != nil {
		return "", fmt.Errorf("chunk length: %w", err)
	}
	payload := make([]byte, length)
	if _, err := io.ReadFull(r, payload); err != nil {
		return "", io.ErrUnexpectedEOF
	}
	for _, b := range payload {
		if b >= 0x80 {
			return "", fmt.Errorf("not ASCII: %q", payload)
		}
	}
	return string(payload), nil
}

// want reads chunks until they hold as many arrays as are wanted, and compares.
func (s *stream) want(arrays ...string) {
	s.t.Helper()
	want := "[" + strings.Join(arrays, ",") + "]"
	got := s.chunk()
	for len(got) < len(want) {
		more := s.chunk()
		if more == "" {
			break
		}
		got = strings.TrimSuffix(got, "]") + "," + strings.TrimPrefix(more, "[")
	}
	if got != want {
		s.t.Errorf("got  %s\nwant %s", got, want)
	}
}

// wantEnd expects that the server finished the response.
func (s *stream) wantEnd() {
	s.t.Helper()
	if chunk := s.chunk(); chunk != "" {
		s.t.Errorf("got %s, want the end of the response", chunk)
	}
}
