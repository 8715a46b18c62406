package emulator_test

import (
	"context"
	"fmt"

	"cloud.google.com/go/firestore"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator"
)

// A test of an application that books seats. The answer to its first commit is lost; the client library tries again by
// itself and finds the seat taken, by whom?
func ExampleServer_SetFaults() {
	ctx := context.Background()
	server, err := emulator.Start(ctx, &emulator.Options{Rules: []byte(`
		rules_version = '2';
		service cloud.firestore {
		  match /databases/{database}/documents { match /seats/{id} { allow read, write: if true; } }
		}`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close() }()
	conn, err := grpc.NewClient(server.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := firestore.NewClient(ctx, "demo-seats", option.WithGRPCConn(conn))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = client.Close() }()

	err = server.SetFaults(emulator.Faults{Faults: []emulator.Fault{
		{Kind: emulator.FaultLose, Methods: []string{"Commit"}, Path: "seats", Times: 1},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	// What the application does; it should write down who books, and look when it is told that somebody has.
	seat := client.Doc("seats/12a")
	_, err = seat.Create(ctx, map[string]any{"by": "alice"})
	fmt.Println("booking:", status.Code(err))
	found, err := seat.Get(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("booked by:", found.Data()["by"])
	used := server.Usage("projects/demo-seats/databases/(default)")
	fmt.Printf("billed: %+v\n", used[""])
	// Output:
	// booking: AlreadyExists
	// booked by: alice
	// billed: {Reads:1 Writes:1 Deletes:0}
}
