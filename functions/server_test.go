package functions

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// send writes bytes to a real server, as they are, and reads one answer.
func send(t *testing.T, server *httptest.Server, raw string) *http.Response {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, raw); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(raw, "X-Then: close") {
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

const head = "POST /quick-match HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ann\r\nContent-Type: application/json\r\n"

func TestBodiesOnTheWire(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newTestAPI().handler)
	t.Cleanup(server.Close)
	chunk := fmt.Sprintf("%x\r\n%s\r\n", 1000, strings.Repeat(" ", 1000))
	for _, c := range []struct {
		name, raw string
		want      protocol.Code // empty: 200
	}{
		{"a good one", head + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(asking), asking), ""},
		{
			"[A2] chunked and good",
			head + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(asking), asking), "",
		},
		{
			"[A2] chunked and endless", head + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat(chunk, 5),
			protocol.TooLarge,
		},
		{"[A2] says that it will be large", head + "Content-Length: 4097\r\n\r\n", protocol.TooLarge},
		{"[A2] says that it will be huge", head + "Content-Length: 99999999999\r\n\r\n", protocol.TooLarge},
		{
			"[A2] 4 096 bytes are not too many",
			head + "Content-Length: 4096\r\n\r\n" + asking + strings.Repeat(" ", 4096-len(asking)), "",
		},
		{
			"[A2] shorter than it says", head + "X-Then: close\r\nContent-Length: 4000\r\n\r\n" + asking,
			protocol.InvalidArgument,
		},
		{"[A2] longer than it says", head + "Content-Length: 5\r\n\r\n" + asking, protocol.InvalidArgument},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answer := send(t, server, c.raw)
			want := http.StatusOK
			if c.want != "" {
				want = c.want.Status()
			}
			if answer.StatusCode != want {
				body, _ := io.ReadAll(answer.Body)
				t.Errorf("%d %s, want %d", answer.StatusCode, body, want)
			}
		})
	}
}

// TestBodyThatNeverComes: the deadline of the request ends the wait, not the client.
func TestBodyThatNeverComes(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(NewHandler(Dependencies{
		Verifier: verifierFunc(func(string) (string, error) { return "ann", nil }),
		Matcher:  &stub{}, Timeout: 50 * time.Millisecond,
	}))
	t.Cleanup(server.Close)
	if answer := send(t, server, head+"Content-Length: 100\r\n\r\n{"); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", answer.StatusCode)
	}
}

func TestConnectionIsGoodForMoreRequests(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newTestAPI().handler)
	t.Cleanup(server.Close)
	for range 3 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/health", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(answer.Body); err != nil || string(body) != `{"status":"ok"}` {
			t.Errorf("[A9] %s, %v", body, err)
		}
		_ = answer.Body.Close()
	}
}
