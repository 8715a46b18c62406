package service

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// mayGet asks the guard about a document that is about to be told. read is as in [Guard].
func (s *Service) mayGet(ctx context.Context, in store.Snapshot, name string) (read []string, err error) {
	return s.may(ctx, in, func(g Guard, c Caller) ([]string, error) { return g.Get(ctx, c, in, name) })
}

// mayList asks the guard about a query. read is as in [Guard].
func (s *Service) mayList(ctx context.Context, in store.Snapshot, q List) (read []string, err error) {
	return s.may(ctx, in, func(g Guard, c Caller) ([]string, error) { return g.List(ctx, c, in, q) })
}

// may asks the guard about a caller who is no administrator. What it looked up is on the bill, whatever it says.
func (s *Service) may(
	ctx context.Context, in store.Snapshot, ask func(Guard, Caller) ([]string, error),
) (read []string, err error) {
	switch c := callerOf(ctx); {
	case c.Admin:
		return nil, nil
	case s.options.Guard == nil:
		return nil, errDenied()
	default:
		read, err = ask(s.options.Guard, c)
		metering.LookedUp(ctx, read, func(name string) int64 {
			return in.Get(name).GetUpdateTime().AsTime().UnixMicro()
		})
		return read, err
	}
}

// mayWrite is what a commit of this caller is checked by; nil for an administrator. Whoever verifies a document finds
// out about it, so that is asked as a get.
func (s *Service) mayWrite(
	ctx context.Context, writes []store.Write,
) func(before, after store.Snapshot, written []store.Change) error {
	if callerOf(ctx).Admin {
		return nil
	}
	return func(before, after store.Snapshot, written []store.Change) error {
		for _, w := range writes {
			if w.Verify == "" {
				continue
			}
			if _, err := s.mayGet(ctx, before, w.Verify); err != nil {
				return err
			}
		}
		_, err := s.may(ctx, before, func(g Guard, c Caller) ([]string, error) {
			return g.Write(ctx, c, before, after, written)
		})
		return err
	}
}

func errDenied() error {
	return status.Error(codes.PermissionDenied, "Missing or insufficient permissions.")
}

// errAdminOnly refuses what no rules can allow.
func errAdminOnly(what string) error {
	return status.Errorf(codes.PermissionDenied, "%s require admin authentication.", what)
}
