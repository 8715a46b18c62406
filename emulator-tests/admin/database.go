package admin

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"cloud.google.com/go/firestore/apiv1"
	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// Fields are a document's, as they are on the wire. What is read is shared, and must not be changed.
type Fields = map[string]*firestorepb.Value

// Database is one project's. It is safe for concurrent use.
type Database struct {
	client *firestore.Client
	name   string
}

// Open prepares the connection to the emulator at addr, host:port; the first call makes it. The caller closes it.
func Open(ctx context.Context, addr, project string) (*Database, error) {
	conn, err := grpc.NewClient("passthrough:///"+addr,
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithPerRPCCredentials(owner{}))
	if err != nil {
		return nil, fmt.Errorf("admin: connect: %w", err)
	}
	client, err := firestore.NewClient(ctx, option.WithGRPCConn(conn))
	if err != nil {
		_ = conn.Close() // the first error is the one to tell
		return nil, fmt.Errorf("admin: open: %w", err)
	}
	return &Database{client: client, name: "projects/" + project + "/databases/(default)"}, nil
}

// Close ends the connection. Feeds must have ended before.
func (d *Database) Close() error { return d.client.Close() }

// Write is one change of one document. The zero value of what a Write does not name changes nothing.
type Write struct {
	Path string
	// Fields are written; the others of a document that exists stay, unless Whole is set. Without Whole the document must
	// exist.
	Fields Fields
	// Whole makes or replaces the document.
	Whole bool
	// Delete removes it.
	Delete bool
}

// Write makes the change. Its error is a gRPC status: NotFound for an update of what does not exist.
func (d *Database) Write(ctx context.Context, w Write) error {
	name := d.documents() + "/" + w.Path
	write := &firestorepb.Write{Operation: &firestorepb.Write_Delete{Delete: name}}
	if !w.Delete {
		write.Operation = &firestorepb.Write_Update{Update: &firestorepb.Document{Name: name, Fields: w.Fields}}
		if !w.Whole {
			write.UpdateMask = &firestorepb.DocumentMask{FieldPaths: slices.Sorted(maps.Keys(w.Fields))}
			write.CurrentDocument = &firestorepb.Precondition{
				ConditionType: &firestorepb.Precondition_Exists{Exists: true},
			}
		}
	}
	_, err := d.client.Commit(ctx, &firestorepb.CommitRequest{Database: d.name, Writes: []*firestorepb.Write{write}})
	return err
}

func (d *Database) documents() string { return d.name + "/documents" }

// owner makes every call the administrator's.
type owner struct{}

// GetRequestMetadata implements credentials.PerRPCCredentials.
func (owner) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer owner"}, nil
}

// RequireTransportSecurity implements credentials.PerRPCCredentials.
func (owner) RequireTransportSecurity() bool { return false }
