package functions

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/parley-chat/parley/functions/iceservers"
	"github.com/parley-chat/parley/protocol"
)

// Environment is what the function is told by environment variables.
type Environment struct {
	// Project is the Firebase project: GOOGLE_CLOUD_PROJECT, else GCLOUD_PROJECT. Required.
	Project string
	// FirestoreEmulator is host:port of a Firestore emulator: FIRESTORE_EMULATOR_HOST. Empty: production.
	FirestoreEmulator string
	// Pools are the pools that exist: POOLS, separated by commas. Default: default.
	Pools []string
	// ICE is what iceservers.FromEnvironment reads: TURN_PROVIDER and what belongs to it.
	ICE iceservers.Config
}

// emulatorVariables make the SDKs talk to an emulator, or tell that one is near.
func emulatorVariables() []string {
	return []string{
		"FIRESTORE_EMULATOR_HOST", "FIREBASE_FIRESTORE_EMULATOR_ADDRESS", "FIREBASE_AUTH_EMULATOR_HOST",
		"FIREBASE_EMULATOR_HUB",
	}
}

// ReadEnvironment reads the environment through getenv, such as os.Getenv. Its error is a sentence for
// whoever deploys, and names the variable. It refuses above all what would let forged tokens pass: the Auth
// emulator's tokens are not signed.
func ReadEnvironment(getenv func(string) string) (Environment, error) {
	e := Environment{
		Project: getenv("GOOGLE_CLOUD_PROJECT"), FirestoreEmulator: getenv("FIRESTORE_EMULATOR_HOST"),
	}
	if e.Project == "" {
		e.Project = getenv("GCLOUD_PROJECT")
	}
	for _, name := range emulatorVariables() {
		if getenv(name) != "" && getenv("K_SERVICE") != "" {
			return e, fmt.Errorf("%s is set on Cloud Run (K_SERVICE is set): with an emulator anybody could be anybody", name)
		}
	}
	if getenv("FIREBASE_AUTH_EMULATOR_HOST") != "" && e.FirestoreEmulator == "" {
		return e, errors.New("FIREBASE_AUTH_EMULATOR_HOST is set without FIRESTORE_EMULATOR_HOST: " +
			"tokens that nobody signed would reach the real Firestore")
	}
	if e.Project == "" {
		return e, errors.New("GOOGLE_CLOUD_PROJECT is not set: it names the Firebase project")
	}
	var err error
	if e.Pools, err = pools(getenv("POOLS")); err != nil {
		return e, err
	}
	e.ICE, err = iceservers.FromEnvironment(getenv)
	return e, err
}

// pools reads POOLS (SPEC V6). The default pool always exists.
func pools(text string) ([]string, error) {
	names := list(text)
	for _, name := range names {
		if _, err := protocol.ParsePool(name); err != nil {
			return nil, fmt.Errorf("POOLS: %q is not 1 to 32 of a-z, 0-9 and -", name)
		}
	}
	if !slices.Contains(names, protocol.DefaultPool) {
		names = append(names, protocol.DefaultPool)
	}
	return names, nil
}

// list splits at commas and drops spaces and empty parts.
func list(text string) []string {
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
