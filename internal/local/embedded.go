package local

import (
	"context"
	"fmt"
	"os"

	"github.com/parley-chat/parley/emulator"
)

// startEmulator starts Parley's own emulator in this process. It serves Firestore, and Auth on the same port.
func (s *Stack) startEmulator(ctx context.Context) error {
	rules, err := os.ReadFile(s.options.Rules)
	if err != nil {
		return fmt.Errorf("local: reading the rules: %w", err)
	}
	s.emulator, err = emulator.Start(ctx, &emulator.Options{
		Port: s.options.FirestorePort, Rules: rules, Project: s.options.Project,
	})
	if err != nil {
		return fmt.Errorf("local: starting firestore: %w", err)
	}
	s.events.report(Event{
		Service: FirestoreService, State: Ready, URL: "http://" + s.emulator.Addr(), Detail: "in memory",
	})
	return nil
}
