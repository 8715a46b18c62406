package local_test

import (
	"bufio"
	"compress/gzip"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/internal/local"
)

func startFront(t *testing.T, opts *local.FrontOptions) *local.Front {
	t.Helper()
	opts.AnyPort = true
	front, err := local.StartFront(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := front.Close(); err != nil {
			t.Error(err)
		}
	})
	return front
}

func TestFrontServesThePage(t *testing.T) {
	front := startFront(t, &local.FrontOptions{Web: builtWeb(t)})
	for _, c := range []struct {
		path    string
		status  int
		cache   string
		content string
	}{
		{"/", 200, "no-cache", "<title>Parley</title>"},
		{"/index.html", 200, "no-cache", "<title>Parley</title>"},
		{"/rooms/anything", 200, "no-cache", "<title>Parley</title>"},
		{"/assets/index-abc.js", 200, "public, max-age=31536000, immutable", "console.log(1)"},
		{"/assets/gone.js", 404, "", "no such asset"},
		{"/assets", 200, "no-cache", "<title>Parley</title>"},
		{"/..%2f..%2fetc/passwd", 200, "no-cache", "<title>Parley</title>"},
		{"/__/anything", 404, "", "404"},
	} {
		t.Run(c.path, func(t *testing.T) {
			got := fetch(t, http.MethodGet, front.URL()+c.path, "")
			if got.status != c.status || !strings.Contains(got.body, c.content) {
				t.Errorf("%d %s", got.status, got.body)
			}
			if c.cache != "" && got.header.Get("Cache-Control") != c.cache {
				t.Errorf("Cache-Control %q, want %q", got.header.Get("Cache-Control"), c.cache)
			}
			if c.status == http.StatusOK && (got.header.Get("X-Content-Type-Options") != "nosniff" ||
				got.header.Get("Referrer-Policy") != "no-referrer" ||
				!strings.Contains(got.header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self';")) {
				t.Errorf("headers %v", got.header)
			}
		})
	}
	if got := fetch(t, http.MethodPost, front.URL()+"/", "{}"); got.status != http.StatusMethodNotAllowed {
		t.Errorf("POST /: %d", got.status)
	}
}

func TestFrontCompressesText(t *testing.T) {
	front := startFront(t, &local.FrontOptions{Web: builtWeb(t)})
	// Asked for by hand, it is not unpacked by the client.
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	for _, c := range []struct{ accepts, coding string }{
		{"gzip, deflate, br, zstd", "gzip"},
		{"gzip, deflate, br, zstd", "gzip"}, // kept from the first time
		{"br;q=1.0, gzip;q=0.8", "gzip"},
		{"gzip;q=0", ""},
		{"br", ""},
		{"", ""},
	} {
		t.Run(c.accepts, func(t *testing.T) {
			script := front.URL() + "/assets/index-abc.js"
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, script, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Accept-Encoding", c.accepts)
			response, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body := io.Reader(response.Body)
			if response.Header.Get("Content-Encoding") != c.coding {
				t.Fatalf("Content-Encoding %q, want %q", response.Header.Get("Content-Encoding"), c.coding)
			}
			if c.coding == "gzip" {
				if body, err = gzip.NewReader(body); err != nil {
					t.Fatal(err)
				}
			}
			got, err := io.ReadAll(body)
			if err != nil || !strings.Contains(string(got), "console.log(1)") {
				t.Errorf("%q %v", got, err)
			}
			if response.Header.Get("Vary") != "Accept-Encoding" ||
				!strings.HasPrefix(response.Header.Get("Content-Type"), "text/javascript") {
				t.Errorf("headers %v", response.Header)
			}
		})
	}
}

func TestFrontTakesAnotherPortWhenItsOwnIsTaken(t *testing.T) {
	first, err := local.StartFront(t.Context(), nil) // 4000, if no other Parley runs here
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	second, err := local.StartFront(t.Context(), &local.FrontOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if second.URL() == first.URL() || strings.HasSuffix(second.URL(), ":4000") {
		t.Errorf("two at %s and %s", first.URL(), second.URL())
	}
	for _, host := range []string{"127.0.0.1", "[::1]"} { // what browsers make of localhost
		url := strings.Replace(second.URL(), "localhost", host, 1) + "/__/parley.json"
		conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/__/parley.json"))
		if err != nil {
			if host == "[::1]" && !hasIPv6() {
				continue
			}
			t.Fatal(err)
		}
		conn.Close()
		if got := fetch(t, http.MethodGet, url, ""); got.status != http.StatusOK {
			t.Errorf("%s: %d", url, got.status)
		}
	}
}

func hasIPv6() bool {
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		return false
	}
	listener.Close()
	return true
}

func TestFrontTellsThePageWhereThingsAre(t *testing.T) {
	front := startFront(t, &local.FrontOptions{Project: "demo-a"})
	for host, firestore := range map[string]string{
		"localhost:4000":  `{"host":"localhost","port":4000,"ssl":false,"perTabHost":true}`,
		"127.0.0.1:4000":  `{"host":"127.0.0.1","port":4000,"ssl":false,"perTabHost":false}`,
		"[::1]:4000":      `{"host":"[::1]","port":4000,"ssl":false,"perTabHost":false}`,
		"c1.localhost:80": `{"host":"c1.localhost","port":80,"ssl":false,"perTabHost":false}`,
	} {
		want := `{"firestore":` + firestore + `,"auth":{"url":"http://` + host + `"}}`
		if got := fetch(t, http.MethodGet, front.URL()+"/__/parley.json", "", "Host", host).body; got != want {
			t.Errorf("%s: %s, want %s", host, got, want)
		}
	}
	withFirestore := startFront(t, &local.FrontOptions{FirestoreHost: "127.0.0.1:8080"})
	got := fetch(t, http.MethodGet, withFirestore.URL()+"/__/parley.json", "").body
	if !strings.Contains(got, `"grpc":"127.0.0.1:8080"`) {
		t.Errorf("a Go peer on this machine is not told of the emulator: %s", got)
	}
	got = fetch(t, http.MethodGet, front.URL()+"/__/firebase/init.json", "").body
	if member(t, got, "projectId") != "demo-a" || member(t, got, "apiKey") != "local" ||
		member(t, got, "appId") == "" || member(t, got, "authDomain") == "" {
		t.Errorf("init.json: %s", got)
	}
}

func TestFrontServesItsOwnHostsOnly(t *testing.T) {
	front := startFront(t, &local.FrontOptions{Web: builtWeb(t)})
	for host, want := range map[string]int{
		"localhost": 200, "LOCALHOST:9": 200, "c12.localhost:9": 200, "127.0.0.1:9": 200, "127.8.8.8": 200, "[::1]:9": 200,
		"evil.example": 421, "localhost.evil.example": 421, "evillocalhost": 421, "10.0.0.1:9": 421,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, front.URL()+"/", nil)
		r.RequestURI, r.Host = "", host
		response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("Host %q: %d, want %d", host, response.StatusCode, want)
		}
	}
}

func TestFrontStreams(t *testing.T) {
	release := make(chan struct{})
	left := make(chan error, 1)
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/endless") {
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			left <- r.Context().Err()
			return
		}
		io.WriteString(w, "first\n")
		w.(http.Flusher).Flush()
		<-release
		io.WriteString(w, "second\n")
	}))
	defer behind.Close()
	front := startFront(t, &local.FrontOptions{FirestoreHost: strings.TrimPrefix(behind.URL, "http://")})
	open := func(path string) *http.Response {
		r, err := http.NewRequestWithContext(limit(t), http.MethodGet, front.URL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		return response
	}

	lines := bufio.NewReader(open("/google.firestore.v1.Firestore/Listen/channel").Body)
	if line, err := lines.ReadString('\n'); line != "first\n" { // while the service still writes
		t.Fatalf("%q, %v", line, err)
	}
	close(release)
	if line, err := lines.ReadString('\n'); line != "second\n" {
		t.Errorf("%q, %v", line, err)
	}

	open("/google.firestore.v1.Firestore/endless")
	if err := front.Close(); err != nil {
		t.Error(err)
	}
	if err := <-left; err == nil {
		t.Error("a stream outlives the front")
	}
}

// A service may close a connection just when the next request is sent on it; a POST would be lost.
func TestFrontDoesNotReuseConnections(t *testing.T) {
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !r.Close {
			t.Errorf("%s: the connection is to be kept", r.URL)
		}
	}))
	defer behind.Close()
	host := strings.TrimPrefix(behind.URL, "http://")
	front := startFront(t, &local.FrontOptions{FirestoreHost: host, AuthHost: host, FunctionURL: behind.URL})
	for _, path := range []string{
		"/google.firestore.v1.Firestore/Write/channel", "/v1/projects/p", "/api/health",
		"/securetoken.googleapis.com/v1/token",
	} {
		if got := fetch(t, http.MethodPost, front.URL()+path, "{}"); got.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

func TestLANFront(t *testing.T) {
	lan, err := local.LANAddr()
	if errors.Is(err, local.ErrNoLAN) {
		lan = netip.MustParseAddr("127.0.0.1")
	} else if err != nil {
		t.Fatal(err)
	}
	if _, err := local.StartFront(t.Context(), &local.FrontOptions{LAN: lan, AnyPort: true}); err == nil {
		t.Error("plain HTTP was opened to the network")
	}
	certificate, err := local.Certificate("", lan, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	front := startFront(t, &local.FrontOptions{Web: builtWeb(t), LAN: lan, Certificate: certificate})

	// As a browser that was told to accept the certificate, and nothing else.
	accept := &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: poolOf(certificate)},
	}
	defer accept.CloseIdleConnections()
	client := &http.Client{Transport: accept}
	for _, url := range []string{front.LANURL(), front.URL()} {
		response, err := client.Get(url + "/__/parley.json")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var settings struct {
			Firestore struct {
				SSL, PerTabHost bool
				Port            int
			}
			Auth struct{ URL string }
		}
		if err := json.NewDecoder(response.Body).Decode(&settings); err != nil {
			t.Fatal(err)
		}
		if response.ProtoMajor != 2 || !settings.Firestore.SSL || settings.Firestore.PerTabHost ||
			settings.Auth.URL != url {
			t.Errorf("%s: HTTP/%d, %+v", url, response.ProtoMajor, settings)
		}
	}
	if _, err := http.Get(front.LANURL()); err == nil {
		t.Error("a certificate that nobody accepted was believed")
	}
	if lan.IsLoopback() {
		return // the last check needs an address that is not
	}
	documents := front.LANURL() + "/v1/projects/p"
	owner := fetchBy(t, client, http.MethodGet, documents, "", "Authorization", "Bearer owner")
	if owner.status != http.StatusForbidden {
		t.Errorf("the administrator from the network: %d", owner.status)
	}
	other := fetchBy(t, client, http.MethodGet, documents, "")
	if other.status != http.StatusServiceUnavailable {
		t.Errorf("a client from the network: %d, want the emulator that is not there", other.status)
	}
}
