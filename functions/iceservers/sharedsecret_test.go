package iceservers

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"

	"github.com/parley-chat/parley/internal/local/turnserver"
	"github.com/parley-chat/parley/protocol"
)

// at makes a Service whose clock stands at now.
func at(c Config, now time.Time, random io.Reader) *Service {
	return New(c, Options{
		Now: func() time.Time { return now }, Random: random, Log: slog.New(slog.DiscardHandler),
	})
}

func TestRESTCredential(t *testing.T) {
	t.Parallel()
	// Made with coturn's recipe: echo -n 1763658000:alice | openssl dgst -binary -sha1 -hmac north | base64
	if got := restCredential("north", "1763658000:alice"); got != "FP8RNYvizr6LpoMqF2uckyOob7A=" {
		t.Errorf("got %s", got)
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	const username = "1763658000:dHdlbHZlIGJ5dGVz"
	stun, urls := []string{"stun:a.example:3478"}, []string{"turn:b.example:3478", "turns:b.example:443?transport=tcp"}
	for name, c := range map[string]struct {
		config Config
		random io.Reader
		want   string
	}{
		"[A8] STUN and TURN": {
			Config{STUN: stun, Provider: SharedSecret{URLs: urls, Secret: "north"}, TTL: time.Hour},
			strings.NewReader("twelve bytes"),
			`{"iceServers":[{"urls":["stun:a.example:3478"]},` +
				`{"urls":["turn:b.example:3478","turns:b.example:443?transport=tcp"],"username":"` + username +
				`","credential":"` + restCredential("north", username) + `"}],"ttlSeconds":3600}`,
		},
		"[A8] the same for everybody": {
			Config{Provider: Static{URLs: urls, Username: "u", Credential: "c"}, TTL: time.Minute},
			iotest.ErrReader(errors.New("needs none")),
			`{"iceServers":[{"urls":["turn:b.example:3478","turns:b.example:443?transport=tcp"],"username":"u",` +
				`"credential":"c"}],"ttlSeconds":60}`,
		},
		"[A8] no TURN: STUN only": {
			Config{STUN: stun}, nil, `{"iceServers":[{"urls":["stun:a.example:3478"]}],"ttlSeconds":3600}`,
		},
		"[A8] nothing: an empty list, not null": {Config{}, nil, `{"iceServers":[],"ttlSeconds":3600}`},
		"[A8] no randomness, no credentials": {
			Config{STUN: stun, Provider: SharedSecret{URLs: urls, Secret: "north"}},
			iotest.ErrReader(errors.New("none")),
			`{"iceServers":[{"urls":["stun:a.example:3478"]}],"ttlSeconds":60,"relay":"unavailable"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := json.Marshal(at(c.config, time.Unix(1_763_654_400, 0), c.random).Servers(t.Context(), "ann"))
			if err != nil || string(got) != c.want {
				t.Errorf("got  %s, %v\nwant %s", got, err, c.want)
			}
			if _, err := protocol.ParseICEServers(got); err != nil {
				t.Errorf("a client refuses it: %v", err)
			}
		})
	}
}

// TestRealServerTakesThem allocates a relay at a real pion/turn, as each URL says, while and after the credentials are
// good.
func TestRealServerTakesThem(t *testing.T) {
	t.Parallel()
	server, err := turnserver.Start(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	config := Config{Provider: SharedSecret{URLs: server.TURNURLs(), Secret: server.Secret()}}
	for name, c := range map[string]struct {
		made time.Time
		good bool
	}{
		"made now":                     {time.Now(), true},
		"made an hour and a while ago": {time.Now().Add(-time.Hour - time.Minute), false},
	} {
		list := at(config, c.made, rand.Reader).Servers(t.Context(), "ann")
		if len(list.ICEServers) != 1 || len(list.ICEServers[0].URLs) != 2 {
			t.Fatalf("%+v", list.ICEServers)
		}
		for _, url := range list.ICEServers[0].URLs {
			if err := allocate(t, url, list.ICEServers[0]); (err == nil) != c.good {
				t.Errorf("%s: %s: %v", name, url, err)
			}
		}
	}
}

// allocate opens a relayed address and gives it back.
func allocate(t *testing.T, text string, server protocol.ICEServer) error {
	t.Helper()
	u, err := protocol.ParseICEURL(text)
	if err != nil {
		t.Fatal(err)
	}
	var conn net.PacketConn
	if u.Transport == "tcp" {
		stream, err := net.Dial("tcp", u.HostPort())
		if err != nil {
			t.Fatal(err)
		}
		conn = turn.NewSTUNConn(stream)
	} else if conn, err = net.ListenPacket("udp4", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client, err := turn.NewClient(&turn.ClientConfig{
		TURNServerAddr: u.HostPort(), STUNServerAddr: u.HostPort(), Conn: conn,
		Username: server.Username, Password: server.Credential,
		LoggerFactory: &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled, Writer: io.Discard},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Listen(); err != nil {
		t.Fatal(err)
	}
	relay, err := client.Allocate()
	if err != nil {
		return err
	}
	return relay.Close()
}
