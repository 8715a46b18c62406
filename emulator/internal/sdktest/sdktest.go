// Package sdktest connects tests to an emulator as Google's client for Go does.
package sdktest

import (
	"context"
	"testing"

	"cloud.google.com/go/firestore"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// Owner is the Authorization header of the administrator.
const Owner = "Bearer owner"

// Conn connects to host:port. Each call has this Authorization header; empty: none. The test closes it at its end.
func Conn(tb testing.TB, addr, authorization string, more ...grpc.DialOption) *grpc.ClientConn {
	tb.Helper()
	more = append(more, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if authorization != "" {
		more = append(more, grpc.WithPerRPCCredentials(header(authorization)))
	}
	conn, err := grpc.NewClient("passthrough:///"+addr, more...)
	if err != nil {
		tb.Fatalf("sdktest: %v", err)
	}
	tb.Cleanup(func() { _ = conn.Close() }) // the client may have closed it already
	return conn
}

// Client is the client, with a connection of its own, for the default database of a project.
func Client(tb testing.TB, addr, project, authorization string) *firestore.Client {
	tb.Helper()
	conn := Conn(tb, addr, authorization)
	c, err := firestore.NewClient(tb.Context(), project, option.WithGRPCConn(conn))
	if err != nil {
		tb.Fatalf("sdktest: %v", err)
	}
	tb.Cleanup(func() {
		if err := c.Close(); err != nil {
			tb.Errorf("sdktest: %v", err)
		}
	})
	return c
}

// header is credentials.PerRPCCredentials, also without TLS: the emulator has none.
type header string

// GetRequestMetadata implements credentials.PerRPCCredentials.
func (h header) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": string(h)}, nil
}

// RequireTransportSecurity implements credentials.PerRPCCredentials.
func (header) RequireTransportSecurity() bool { return false }
