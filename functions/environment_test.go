package functions

import (
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/functions/iceservers"
)

func TestEnvironment(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		set  map[string]string
		want Environment
	}{
		{
			"the least",
			map[string]string{"GOOGLE_CLOUD_PROJECT": "p"},
			Environment{Project: "p", Pools: []string{"default"}, ICE: iceservers.Config{TTL: time.Hour}},
		},
		{
			"as firebase emulators:exec sets it",
			map[string]string{
				"GCLOUD_PROJECT": "demo-p", "FIRESTORE_EMULATOR_HOST": "127.0.0.1:8080",
				"FIREBASE_AUTH_EMULATOR_HOST": "127.0.0.1:9099", "FIREBASE_EMULATOR_HUB": "127.0.0.1:4400",
			},
			Environment{
				Project: "demo-p", FirestoreEmulator: "127.0.0.1:8080", Pools: []string{"default"},
				ICE: iceservers.Config{TTL: time.Hour},
			},
		},
		{
			"everything, on Cloud Run",
			map[string]string{
				"GOOGLE_CLOUD_PROJECT": "p", "GCLOUD_PROJECT": "other", "K_SERVICE": "api", "POOLS": "chess, go-9",
				"STUN_URLS": "stun:a:1,stuns:b", "TURN_URLS": " turn:a:1?transport=udp , turns:b:2 ", "TURN_SECRET": "s",
				"TURN_TTL_SECONDS": "600",
			},
			Environment{
				Project: "p", Pools: []string{"chess", "go-9", "default"},
				ICE: iceservers.Config{
					STUN: []string{"stun:a:1", "stuns:b"}, TTL: 10 * time.Minute,
					Provider: iceservers.SharedSecret{URLs: []string{"turn:a:1?transport=udp", "turns:b:2"}, Secret: "s"},
				},
			},
		},
	} {
		got, err := ReadEnvironment(func(name string) string { return c.set[name] })
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v; want %+v", c.name, got, err, c.want)
		}
	}
}

func TestEnvironmentIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		names string // the variable that the sentence must name
		set   map[string]string
	}{
		{"GOOGLE_CLOUD_PROJECT", nil},
		{"FIRESTORE_EMULATOR_HOST", map[string]string{"K_SERVICE": "api", "FIRESTORE_EMULATOR_HOST": "x"}},
		{"FIREBASE_AUTH_EMULATOR_HOST", map[string]string{"K_SERVICE": "api", "FIREBASE_AUTH_EMULATOR_HOST": "x"}},
		{"FIREBASE_EMULATOR_HUB", map[string]string{"K_SERVICE": "api", "FIREBASE_EMULATOR_HUB": "x"}},
		{"FIRESTORE_EMULATOR_HOST", map[string]string{"FIREBASE_AUTH_EMULATOR_HOST": "x"}},
		{"POOLS", map[string]string{"POOLS": "default,No"}},
		{"TURN_SECRET", map[string]string{"TURN_URLS": "turn:a"}},
	} {
		_, err := ReadEnvironment(func(name string) string {
			if value, ok := c.set[name]; ok || c.set == nil || name != "GOOGLE_CLOUD_PROJECT" {
				return value
			}
			return "demo-p"
		})
		if err == nil || !strings.Contains(err.Error(), c.names) {
			t.Errorf("%v: got %v, want a sentence about %s", c.set, err, c.names)
		}
	}
}

// TestDoesNotStart starts this test binary, whose init is that of the function, as Cloud Run would.
func TestDoesNotStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, says string
		set        []string
	}{
		{
			"an emulator on Cloud Run", "with an emulator anybody could be anybody",
			[]string{"K_SERVICE=api", "GOOGLE_CLOUD_PROJECT=p", "FIRESTORE_EMULATOR_HOST=127.0.0.1:1"},
		},
		{"no project", "GOOGLE_CLOUD_PROJECT is not set", []string{"FUNCTION_TARGET=Api"}},
		{"all is well", "", []string{"K_SERVICE=api", "FUNCTION_TARGET=Api", "GOOGLE_CLOUD_PROJECT=p"}},
	} {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
		command.Env = c.set
		output, err := command.CombinedOutput()
		if (err != nil) != (c.says != "") || !strings.Contains(string(output), c.says) {
			t.Errorf("%s: %v, %s", c.name, err, output)
		}
	}
}
