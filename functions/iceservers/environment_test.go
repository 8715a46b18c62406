package iceservers

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestFromEnvironment(t *testing.T) {
	t.Parallel()
	urls := []string{"turn:a:1?transport=udp", "turns:b:443?transport=tcp"}
	const text = " turn:a:1?transport=udp , turns:b:443?transport=tcp "
	for name, c := range map[string]struct {
		set  map[string]string
		want Config
	}{
		"nothing": {nil, Config{TTL: time.Hour}},
		"STUN alone": {
			map[string]string{"STUN_URLS": "stun:a:1,stuns:b"}, Config{STUN: []string{"stun:a:1", "stuns:b"}, TTL: time.Hour},
		},
		"switched off": {
			map[string]string{"TURN_PROVIDER": "none", "TURN_URLS": text, "TURN_SECRET": "s"},
			Config{TTL: time.Hour},
		},
		"a shared secret, unsaid": {
			map[string]string{"TURN_URLS": text, "TURN_SECRET": "s", "TURN_TTL_SECONDS": "600"},
			Config{Provider: SharedSecret{urls, "s"}, TTL: 10 * time.Minute},
		},
		"a shared secret": {
			map[string]string{"TURN_PROVIDER": "shared-secret", "TURN_URLS": text, "TURN_SECRET": "s"},
			Config{Provider: SharedSecret{urls, "s"}, TTL: time.Hour},
		},
		"static": {
			map[string]string{"TURN_PROVIDER": "static", "TURN_URLS": text, "TURN_USERNAME": "u", "TURN_CREDENTIAL": "c"},
			Config{Provider: Static{urls, "u", "c"}, TTL: time.Hour},
		},
		"cloudflare": {
			map[string]string{
				"TURN_PROVIDER": "cloudflare", "CLOUDFLARE_TURN_KEY_ID": "k", "CLOUDFLARE_TURN_API_TOKEN": "s",
			},
			Config{STUN: []string{CloudflareSTUN}, Provider: Cloudflare{KeyID: "k", APIToken: "s"}, TTL: time.Hour},
		},
		"twilio, with other STUN": {
			map[string]string{
				"TURN_PROVIDER": "twilio", "TWILIO_ACCOUNT_SID": "a", "TWILIO_API_KEY": "k", "TWILIO_API_SECRET": "s",
				"STUN_URLS": "stun:a",
			},
			Config{STUN: []string{"stun:a"}, Provider: Twilio{AccountSID: "a", APIKey: "k", APISecret: "s"}, TTL: time.Hour},
		},
	} {
		got, err := FromEnvironment(func(name string) string { return c.set[name] })
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, c.want)
		}
	}
}

func TestEnvironmentIsRefused(t *testing.T) {
	t.Parallel()
	nine := strings.Repeat("turn:a,", 9)
	for _, c := range []struct {
		says string // a piece of the sentence
		set  map[string]string
	}{
		{"TURN_PROVIDER must be", map[string]string{"TURN_PROVIDER": "Twilio"}},
		{"TURN_SECRET is not set", map[string]string{"TURN_URLS": "turn:a"}},
		{"TURN_URLS is not set", map[string]string{"TURN_SECRET": "s"}},
		{"TURN_URLS names no server", map[string]string{"TURN_URLS": " ,", "TURN_SECRET": "s"}},
		{"TURN_URLS has 9", map[string]string{"TURN_URLS": nine, "TURN_SECRET": "s"}},
		{"TURN_USERNAME is not set", map[string]string{"TURN_PROVIDER": "static", "TURN_URLS": "turn:a"}},
		{"CLOUDFLARE_TURN_KEY_ID is not set", map[string]string{"TURN_PROVIDER": "cloudflare"}},
		{
			"CLOUDFLARE_TURN_API_TOKEN is not set",
			map[string]string{"TURN_PROVIDER": "cloudflare", "CLOUDFLARE_TURN_KEY_ID": "k"},
		},
		{"TWILIO_API_KEY is not set", map[string]string{"TURN_PROVIDER": "twilio", "TWILIO_ACCOUNT_SID": "a"}},
		{"STUN_URLS: number 2", map[string]string{"STUN_URLS": "stun:a, turn:a"}},
		{"STUN_URLS: number 1", map[string]string{"STUN_URLS": "stun:"}},
		{"TURN_URLS: number 1", map[string]string{"TURN_URLS": "https://a", "TURN_SECRET": "s"}},
		{"TURN_URLS: number 2", map[string]string{"TURN_URLS": "turn:a,turn:user:secret@a", "TURN_SECRET": "s"}},
		{"TURN_TTL_SECONDS", map[string]string{"TURN_TTL_SECONDS": "59"}},
		{"TURN_TTL_SECONDS", map[string]string{"TURN_TTL_SECONDS": "86401"}},
		{"TURN_TTL_SECONDS", map[string]string{"TURN_TTL_SECONDS": "-1"}},
		{"TURN_TTL_SECONDS", map[string]string{"TURN_TTL_SECONDS": "1h"}},
	} {
		_, err := FromEnvironment(func(name string) string { return c.set[name] })
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%v: got %v, want a sentence with «%s»", c.set, err, c.says)
		}
	}
}
