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
	indexes, err := os.ReadFile(s.options.Indexes)
	if err != nil {
		return fmt.Errorf("local: reading the indexes: %w", err)
	}
	s.emulator, err = emulator.Start(ctx, &emulator.Options{
		Port: s.options.FirestorePort, Rules: rules, Indexes: indexes, Project: s.options.Project, Data: s.options.Data,
	})
	if err != nil {
		return fmt.Errorf("local: starting firestore: %w", err)
	}
	detail := "in memory"
	if s.options.Data != "" {
		detail = "kept in " + s.options.Data
	}
	s.events.report(Event{
		Service: FirestoreService, State: Ready, URL: "http://" + s.emulator.Addr(), Detail: detail,
	})
	return nil
}
