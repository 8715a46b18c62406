package firestorequeue

import (
	"context"
	"fmt"

	"cloud.google.com/go/firestore/apiv1"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// connect makes the client. It is the generated client of the Firestore API rather than package firestore:
// that one has no atomic commit in one RPC that is not deprecated, no precondition on a document that is
// written whole, and no bound on its own retries.
func connect(ctx context.Context, o Options) (*firestore.Client, error) {
	var options []option.ClientOption
	for _, dial := range o.DialOptions {
		options = append(options, option.WithGRPCDialOption(dial))
	}
	if o.EmulatorHost != "" {
		dial := append([]grpc.DialOption{
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithPerRPCCredentials(emulatorOwner{}),
		}, o.DialOptions...)
		conn, err := grpc.NewClient("passthrough:///"+o.EmulatorHost, dial...)
		if err != nil {
			return nil, fmt.Errorf("firestorequeue: connect to the emulator: %w", err)
		}
		options = []option.ClientOption{option.WithGRPCConn(conn)}
	}
	client, err := firestore.NewClient(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("firestorequeue: connect: %w", err)
	}
	client.CallOptions = &firestore.CallOptions{} // no retries below ours: they would not end in time
	return client, nil
}

// emulatorOwner says to the emulator that we are its administrator, as every server SDK does.
type emulatorOwner struct{}

// GetRequestMetadata implements credentials.PerRPCCredentials.
func (emulatorOwner) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer owner"}, nil
}

// RequireTransportSecurity implements credentials.PerRPCCredentials.
func (emulatorOwner) RequireTransportSecurity() bool { return false }
