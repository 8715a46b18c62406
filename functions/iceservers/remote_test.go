package iceservers

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// What the two services answer, by the pages that cloudflare.go and twilio.go name.
const (
	cloudflareAnswer = `{"iceServers":[{"urls":["stun:stun.cloudflare.com:3478","stun:stun.cloudflare.com:53"]},{"urls":[
		"turn:turn.cloudflare.com:3478?transport=udp","turn:turn.cloudflare.com:53?transport=udp",
		"turn:turn.cloudflare.com:443?transport=udp",
		"turn:turn.cloudflare.com:3478?transport=tcp","turn:turn.cloudflare.com:80?transport=tcp",
		"turns:turn.cloudflare.com:5349?transport=tcp","turns:turn.cloudflare.com:443?transport=tcp"],
		"username":"bc91","credential":"ebd7"}]}`
	twilioAnswer = `{"ttl":"600","password":"tE2D","username":"dc2d","account_sid":"AC1","ice_servers":[
		{"url":"stun:global.stun.twilio.com:3478","urls":"stun:global.stun.twilio.com:3478"},
		{"urls":"turn:global.turn.twilio.com:3478?transport=udp","username":"dc2d","credential":"tE2D"},
		{"urls":"turn:global.turn.twilio.com:3478?transport=tcp","username":"dc2d","credential":"tE2D"},
		{"urls":"turn:global.turn.twilio.com:443?transport=tcp","username":"dc2d","credential":"tE2D"}]}`
)

var (
	cloudflareRelays = []protocol.ICEServer{{
		URLs: []string{
			"turn:turn.cloudflare.com:3478?transport=udp", "turn:turn.cloudflare.com:80?transport=tcp",
			"turns:turn.cloudflare.com:443?transport=tcp",
		},
		Username: "bc91", Credential: "ebd7",
	}}
	twilioRelays = []protocol.ICEServer{{
		URLs: []string{
			"turn:global.turn.twilio.com:3478?transport=udp", "turn:global.turn.twilio.com:443?transport=tcp",
			"turns:global.turn.twilio.com:443?transport=tcp",
		},
		Username: "dc2d", Credential: "tE2D",
	}}
)

// asked is what a fake provider, a real server, was asked.
type asked struct {
	line, authorization, contentType, body string
}

// serve starts a provider that answers with answer.
func serve(t *testing.T, answer http.HandlerFunc) (endpoint string, requests <-chan asked) {
	t.Helper()
	seen := make(chan asked, 16)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen <- asked{
			r.Method + " " + r.URL.RequestURI(), r.Header.Get("Authorization"), r.Header.Get("Content-Type"), string(body),
		}
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, seen
}

func created(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, text)
	}
}

// remotes makes both providers that are asked over the network, with secrets that a log is then searched for.
func remotes(endpoint string) map[string]Provider {
	return map[string]Provider{
		"cloudflare": Cloudflare{KeyID: "idOfKey", APIToken: "secretToken", Endpoint: endpoint},
		"twilio":     Twilio{AccountSID: "idOfKey", APIKey: "secretKey", APISecret: "secretToken", Endpoint: endpoint},
	}
}

func TestAsked(t *testing.T) {
	t.Parallel()
	ask := Ask{TTL: time.Hour, Now: time.Unix(0, 0), Random: rand.Reader}
	for name, c := range map[string]struct {
		answer string
		asked  asked
		want   Grant
	}{
		"cloudflare": {
			cloudflareAnswer,
			asked{
				"POST /v1/turn/keys/idOfKey/credentials/generate-ice-servers", "Bearer secretToken", "application/json",
				`{"ttl":3600}`,
			},
			Grant{cloudflareRelays, time.Hour},
		},
		"twilio": {
			twilioAnswer,
			asked{
				"POST /2010-04-01/Accounts/idOfKey/Tokens.json", "Basic c2VjcmV0S2V5OnNlY3JldFRva2Vu",
				"application/x-www-form-urlencoded", "Ttl=3600",
			},
			Grant{twilioRelays, 10 * time.Minute}, // it may give less than it was asked for
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endpoint, requests := serve(t, created(c.answer))
			got, err := remotes(endpoint)[name].Grant(t.Context(), ask)
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v, %v\nwant %+v", got, err, c.want)
			}
			if request := <-requests; request != c.asked {
				t.Errorf("asked %+v\nwant  %+v", request, c.asked)
			}
		})
	}
}

// bothWays is a list of one entry, as either would say it.
func bothWays(entry string) string {
	return fmt.Sprintf(`{"ttl":"600","iceServers":[%s],"ice_servers":[%s]}`, entry, entry)
}

func TestProviderDown(t *testing.T) {
	t.Parallel()
	elsewhere, redirected := serve(t, created(cloudflareAnswer))
	for name, answer := range map[string]http.HandlerFunc{
		"refuses the secret": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "secretToken is wrong", http.StatusUnauthorized)
		},
		"has trouble": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusBadGateway) },
		"hangs up":    func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"redirects": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
		},
		"not JSON":         created("<html>secretToken</html>"),
		"another type":     created(`{"iceServers":7,"ice_servers":"7","ttl":"600"}`),
		"null":             created("null"),
		"no TURN":          created(bothWays(`{"urls":"stun:s.example"}`)),
		"no credentials":   created(bothWays(`{"urls":"turn:s.example"}`)),
		"too much":         created(strings.Repeat(" ", maxAnswer) + cloudflareAnswer),
		"no end in sight":  created(`{"ttl":"600","iceServers":[`),
		"no address known": nil,
	} {
		for of, provider := range remotes("http://127.0.0.1:1") {
			t.Run(of+" "+name, func(t *testing.T) {
				t.Parallel()
				if answer != nil {
					endpoint, _ := serve(t, answer)
					provider = remotes(endpoint)[of]
				}
				var log bytes.Buffer
				s := New(Config{STUN: []string{"stun:s.example"}, Provider: provider}, Options{
					Now: time.Now, Random: rand.Reader, Log: slog.New(slog.NewJSONHandler(&log, nil)),
				})
				got := s.Servers(t.Context(), "uidOfAnn")
				if got.Relay != protocol.RelayUnavailable || got.TTLSeconds != 60 || got.HasRelay() ||
					len(got.ICEServers) != 1 || got.ICEServers[0].URLs[0] != "stun:s.example" {
					t.Errorf("[A8] %+v, %d s, relay %q", got.ICEServers, got.TTLSeconds, got.Relay)
				}
				if !strings.Contains(log.String(), `"provider":"`+of+`"`) {
					t.Errorf("nobody is told: %s", log.String())
				}
				for _, secret := range []string{"secret", "idOfKey", "uidOfAnn", "html"} {
					if strings.Contains(log.String(), secret) {
						t.Errorf("%s is in the log: %s", secret, log.String())
					}
				}
			})
		}
	}
	t.Cleanup(func() { // after the subtests
		if len(redirected) > 0 {
			t.Error("a redirect was followed")
		}
	})
}

func TestPick(t *testing.T) {
	t.Parallel()
	of := func(name string, urls ...string) protocol.ICEServer {
		return protocol.ICEServer{URLs: urls, Username: name, Credential: "c"}
	}
	for name, c := range map[string]struct{ given, want []protocol.ICEServer }{
		"each with its own credentials": {
			[]protocol.ICEServer{of("u", "turn:a.example"), of("t", "turn:a.example?transport=tcp")},
			[]protocol.ICEServer{of("u", "turn:a.example"), of("t", "turn:a.example?transport=tcp")},
		},
		"the first of equals": {
			[]protocol.ICEServer{of("u", "turn:a", "turn:b"), of("u", "turns:a:8443", "turns:b")},
			[]protocol.ICEServer{of("u", "turn:a", "turns:a:8443")},
		},
		"443 before 80 before others": {
			[]protocol.ICEServer{of("u", "turn:a:1?transport=tcp", "turn:a:80?transport=tcp", "turn:a:443?transport=tcp")},
			[]protocol.ICEServer{of("u", "turn:a:443?transport=tcp")},
		},
		"nothing that works": {
			[]protocol.ICEServer{of("u", "turn:a:53", "turns:a?transport=udp"), {URLs: []string{"stun:a"}}}, nil,
		},
	} {
		got, err := pick(c.given)
		if !reflect.DeepEqual(got, c.want) || (err == nil) != (c.want != nil) {
			t.Errorf("%s: got %+v, %v; want %+v", name, got, err, c.want)
		}
	}
}

// Whatever a provider answers, what is made of it is a list that clients take whole.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(cloudflareAnswer))
	f.Add([]byte(twilioAnswer))
	f.Fuzz(func(t *testing.T, answer []byte) {
		cloudflare, err := parseCloudflare(answer, time.Hour)
		checkGrant(t, cloudflare, err)
		twilio, err := parseTwilio(answer, time.Hour)
		checkGrant(t, twilio, err)
	})
}

func checkGrant(t *testing.T, g Grant, err error) {
	t.Helper()
	if err != nil {
		return
	}
	if len(g.Relays) == 0 || len(g.Relays) > int(ways) || g.TTL < leastLeft || g.TTL > time.Hour {
		t.Errorf("%+v", g)
	}
	for _, relay := range g.Relays {
		for _, text := range relay.URLs {
			u, err := protocol.ParseICEURL(text)
			if err != nil || !u.Relay || u.Port == 53 || relay.Username == "" || relay.Credential == "" {
				t.Errorf("%+v, %v", relay, err)
			}
		}
	}
}
