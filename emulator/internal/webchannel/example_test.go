package webchannel_test

import (
	"context"
	"net/http"

	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

// An echo service, at the path where the SDK expects the Listen stream.
func Example() {
	server := webchannel.New(nil)
	mux := http.NewServeMux()
	mux.Handle("/google.firestore.v1.Firestore/Listen/channel",
		server.Handler(func(ctx context.Context, s *webchannel.Session) {
			if s.Header().Get("Authorization") == "" {
				_ = s.CloseWith([]byte(`{"error":{"code":401,"message":"Who is there?","status":"UNAUTHENTICATED"}}`))
				return
			}
			for {
				message, err := s.Receive(ctx)
				if err != nil {
					return // the session ended; the cause is err
				}
				if err := s.Send(ctx, message); err != nil {
					return
				}
			}
		}))
	httpServer := &http.Server{Handler: mux}
	// … httpServer.Serve(listener), and in the end:
	_ = server.Close(context.Background()) // the clients learn of it,
	_ = httpServer.Shutdown(context.Background())
}
