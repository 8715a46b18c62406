package service

import (
	"context"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// Caller is who makes a request.
type Caller struct {
	// Admin is above the rules, as a service account is.
	Admin bool
	// Claims are those of the ID token; nil for somebody who has not signed in.
	Claims map[string]any
}

// ClientOf is who calls, as package metering names clients: by uid; empty for somebody who has not signed in.
func ClientOf(ctx context.Context) string {
	c := callerOf(ctx)
	if c.Admin {
		return metering.Owner
	}
	for _, claim := range []string{"user_id", "sub"} {
		if uid, ok := c.Claims[claim].(string); ok {
			return uid
		}
	}
	return ""
}

type callerKey struct{}

// WithCaller says in a context who calls.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// callerOf is who calls; somebody who has not signed in if nobody said so.
func callerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// Guard decides what callers may do who are no administrators. Its errors are gRPC statuses, PERMISSION_DENIED if the
// rules say no. It is safe for concurrent use and reads from the snapshots that it is given.
type Guard interface {
	// Get is asked before a document is told, or that there is none. read are the other documents that it was decided
	// by, also where the answer is no.
	Get(ctx context.Context, c Caller, in store.Snapshot, name string) (read []string, err error)
	// List is asked before a query runs. read is as in Get.
	List(ctx context.Context, c Caller, in store.Snapshot, q List) (read []string, err error)
	// Write is asked in a commit, about all documents that it writes. read is as in Get.
	Write(
		ctx context.Context, c Caller, before, after store.Snapshot, written []store.Change,
	) (read []string, err error)
}

// List is a query, as a guard sees it.
type List struct {
	// Parent is the full name of what the query lies below: the root or a document.
	Parent string
	// Query is what the client asked.
	Query *firestorepb.StructuredQuery
}
