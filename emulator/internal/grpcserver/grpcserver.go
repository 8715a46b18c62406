// Package grpcserver puts package service on gRPC, as server SDKs speak it. It adds who calls to each call, from the
// Authorization header, which is believed as it is: the server must be reachable by this machine alone.
package grpcserver

import (
	"context"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"

	"github.com/parley-chat/parley/emulator/internal/service"
)

// maxMessageBytes is what a request may have: Firestore's 10 MiB and a little for the frame around.
const maxMessageBytes = 10<<20 + 64<<10

// minPing is how often a client may ping.
const minPing = time.Second

// New makes a gRPC server of an API: a service, or what stands before it. The caller serves and stops it.
func New(api firestorepb.FirestoreServer) *grpc.Server {
	server := grpc.NewServer(
		grpc.MaxRecvMsgSize(maxMessageBytes), grpc.UnaryInterceptor(unary), grpc.StreamInterceptor(stream),
		// Clients may ask often whether the server is still there: SDKs have settings for it.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: minPing, PermitWithoutStream: true}),
	)
	firestorepb.RegisterFirestoreServer(server, api)
	return server
}

func unary(ctx context.Context, r any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	ctx, err := identified(ctx)
	if err != nil {
		return nil, err
	}
	return handle(ctx, r)
}

func stream(srv any, s grpc.ServerStream, _ *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	ctx, err := identified(s.Context())
	if err != nil {
		return err
	}
	return handle(srv, &identifiedStream{ServerStream: s, ctx: ctx})
}

// identified puts the caller of a call into its context.
func identified(ctx context.Context) (context.Context, error) {
	header := ""
	if values := metadata.ValueFromIncomingContext(ctx, "authorization"); len(values) > 0 {
		header = values[0]
	}
	const foreign = false // no page speaks gRPC, and no proxy of ours sends it on
	caller, err := service.ParseAuthorization(header, foreign)
	if err != nil {
		return nil, err
	}
	return service.WithCaller(ctx, caller), nil
}

// identifiedStream is a stream whose context says who calls.
type identifiedStream struct {
	grpc.ServerStream
	ctx context.Context //nolint:containedctx // it is the stream's
}

// Context implements grpc.ServerStream.
func (s *identifiedStream) Context() context.Context { return s.ctx }
