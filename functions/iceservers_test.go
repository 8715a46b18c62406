package functions

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/parley-chat/parley/protocol"
)

func TestTURNCredential(t *testing.T) {
	t.Parallel()
	// Made with coturn's recipe: echo -n 1763658000:alice | openssl dgst -binary -sha1 -hmac north | base64
	if got := turnCredential("north", "1763658000:alice"); got != "FP8RNYvizr6LpoMqF2uckyOob7A=" {
		t.Errorf("got %s", got)
	}
}

func TestICEServers(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_763_654_400, 0)
	both := ICE{
		STUN: []string{"stun:a.example:3478"}, TURN: []string{"turn:b.example:3478", "turns:b.example:5349"},
		Secret: "north", TTL: time.Hour,
	}
	t.Run("[A8] STUN and TURN", func(t *testing.T) {
		t.Parallel()
		got, err := both.servers(now, strings.NewReader("twelve bytes"))
		if err != nil {
			t.Fatal(err)
		}
		const username = "1763658000:dHdlbHZlIGJ5dGVz"
		want := `{"iceServers":[{"urls":["stun:a.example:3478"]},` +
			`{"urls":["turn:b.example:3478","turns:b.example:5349"],"username":"` + username +
			`","credential":"` + turnCredential("north", username) + `"}],"ttlSeconds":3600}`
		if raw, err := json.Marshal(got); err != nil || string(raw) != want {
			t.Errorf("got  %s\nwant %s", raw, want)
		}
	})
	t.Run("[A8] no TURN: STUN only", func(t *testing.T) {
		t.Parallel()
		got, err := ICE{STUN: both.STUN, TTL: time.Hour}.servers(now, strings.NewReader(""))
		if err != nil || len(got.ICEServers) != 1 || got.ICEServers[0].Username != "" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("[A8] nothing: an empty list, not null", func(t *testing.T) {
		t.Parallel()
		got, err := ICE{TTL: time.Hour}.servers(now, strings.NewReader(""))
		if raw, _ := json.Marshal(got); err != nil || string(raw) != `{"iceServers":[],"ttlSeconds":3600}` {
			t.Errorf("got %s, %v", raw, err)
		}
	})
	t.Run("no randomness, no credentials", func(t *testing.T) {
		t.Parallel()
		if got, err := both.servers(now, iotest.ErrReader(errors.New("none"))); err == nil {
			t.Errorf("got %+v", got)
		}
	})
}

func TestICEServersHandler(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/ice-servers", "/api/ice-servers"} {
		w := newTestAPI().do(call{path: path, body: `{"later":1}`})
		var got protocol.ICEServers
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 || len(got.ICEServers) != 1 {
			t.Errorf("[A8] %d %s", w.Code, w.Body)
		}
	}
}
