// Package webstreams runs the Listen and Write streams of package service over package webchannel, as the browser's SDK
// has them: one JSON message for each message of the protocol.
//
//	session ─► Receive ─► protojson ─► service ─► protojson ─► Send ─► session
//	                                     └─ error ─► {"error":…} and the end, nothing taken in between
//
// Who calls is said once, by the headers of the handshake; the SDK opens another session when that changes.
package webstreams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/rest"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/store"
	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

// maxMessageBytes is what a message may have, as JSON: Firestore's 10 MiB and some slack. A larger one ends the stream
// with an error that the SDK does not try again after. Package webchannel must let it through for that.
const maxMessageBytes = 10<<20 + 64<<10

// API is what is served: package gate.
type API interface {
	Listen(stream firestorepb.Firestore_ListenServer) error
	// ServeWrites serves a Write stream, as [service.ServeWrites] does.
	ServeWrites(
		ctx context.Context, receive service.WriteReceiver, send func(*firestorepb.WriteResponse) error,
	) error
}

// Listen serves the sessions of the Listen channel.
func Listen(s API) func(context.Context, *webchannel.Session) {
	return func(ctx context.Context, session *webchannel.Session) {
		serve(ctx, session, func(ctx context.Context) error {
			return s.Listen(&listening{ctx: ctx, session: session})
		})
	}
}

// Write serves the sessions of the Write channel.
func Write(s API) func(context.Context, *webchannel.Session) {
	return func(ctx context.Context, session *webchannel.Session) {
		serve(ctx, session, func(ctx context.Context) error {
			receive := func() (*firestorepb.WriteRequest, []store.Write, error) { return receiveWrites(ctx, session) }
			return s.ServeWrites(ctx, receive, func(m *firestorepb.WriteResponse) error { return send(ctx, session, m) })
		})
	}
}

// serve runs a stream as whoever the handshake says, and tells what it ended with.
func serve(ctx context.Context, session *webchannel.Session, run func(context.Context) error) {
	caller, err := service.ParseAuthorization(session.Header().Get("Authorization"), session.Foreign())
	if err == nil {
		err = run(service.WithCaller(ctx, caller))
	}
	if err == nil || ctx.Err() != nil {
		return // the session closes when this returns, or is over already
	}
	s := status.Convert(err)
	body, err := json.Marshal(map[string]any{"error": map[string]any{
		"code": rest.StatusCode(s.Err()), "message": s.Message(), "status": rest.CodeName(s.Code()),
	}})
	if err == nil {
		_ = session.CloseWith(body) // to a client that may have gone
	}
}

func send(ctx context.Context, session *webchannel.Session, m proto.Message) error {
	raw, err := protojson.Marshal(m)
	if err != nil {
		return fmt.Errorf("webstreams: %w", err)
	}
	return session.Send(ctx, raw)
}

// receive reads the next message into m. The end of the session is io.EOF.
func receive(ctx context.Context, session *webchannel.Session, m proto.Message) (json.RawMessage, error) {
	raw, err := session.Receive(ctx)
	if err != nil {
		return nil, errors.Join(io.EOF, err)
	}
	if len(raw) > maxMessageBytes {
		return nil, status.Errorf(codes.InvalidArgument,
			"Request payload size exceeds the limit: %d bytes.", maxMessageBytes)
	}
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(raw, m); err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "Invalid JSON payload received: %v", err)
	}
	return raw, nil
}

func receiveWrites(
	ctx context.Context, session *webchannel.Session,
) (*firestorepb.WriteRequest, []store.Write, error) {
	r := &firestorepb.WriteRequest{}
	raw, err := receive(ctx, session, r)
	if err != nil {
		return nil, nil, err
	}
	writes, err := rest.Writes(raw, r.GetWrites())
	return r, writes, err
}

// listening is a Listen stream.
type listening struct {
	grpc.ServerStream // nil: the service receives, sends and asks for the context, nothing else

	ctx     context.Context //nolint:containedctx // it is the stream's
	session *webchannel.Session
}

// Context implements grpc.ServerStream.
func (l *listening) Context() context.Context { return l.ctx }

// Send sends one message.
func (l *listening) Send(m *firestorepb.ListenResponse) error { return send(l.ctx, l.session, m) }

// Recv receives one message.
func (l *listening) Recv() (*firestorepb.ListenRequest, error) {
	r := &firestorepb.ListenRequest{}
	if _, err := receive(l.ctx, l.session, r); err != nil {
		return nil, err
	}
	return r, nil
}
