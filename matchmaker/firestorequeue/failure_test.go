package firestorequeue

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/internal/firestoretest/either"
	"github.com/parley-chat/parley/matchmaker"
)

// newFailing is a queue whose commits all end with err; pauses are written down instead of made.
func newFailing(t *testing.T, err error) (*Queue, *[]time.Duration) {
	t.Helper()
	var pauses []time.Duration
	q, newErr := New(t.Context(), either.Project(t), &Options{
		EmulatorHost: either.Addr(t),
		Pause: func(_ context.Context, d time.Duration) error {
			pauses = append(pauses, d)
			return nil
		},
		DialOptions: []grpc.DialOption{grpc.WithUnaryInterceptor(func(
			context.Context, string, any, any, *grpc.ClientConn, grpc.UnaryInvoker, ...grpc.CallOption,
		) error {
			return err
		})},
	})
	if newErr != nil {
		t.Fatal(newErr)
	}
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	return q, &pauses
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code   codes.Code
		want   error // nil: none of the sentinels
		pauses int
	}{
		{codes.Aborted, matchmaker.ErrContention, maxAttempts},
		{codes.AlreadyExists, matchmaker.ErrContention, maxAttempts},
		{codes.FailedPrecondition, matchmaker.ErrContention, maxAttempts},
		{codes.Unavailable, matchmaker.ErrUnavailable, maxFailures - 1},
		{codes.DeadlineExceeded, matchmaker.ErrUnavailable, maxFailures - 1},
		{codes.ResourceExhausted, matchmaker.ErrUnavailable, maxFailures - 1},
		{codes.PermissionDenied, nil, 0},
		{codes.InvalidArgument, nil, 0},
	} {
		t.Run(c.code.String(), func(t *testing.T) {
			t.Parallel()
			q, pauses := newFailing(t, status.Error(c.code, "by the test"))
			_, err := q.Match(t.Context(), request("ann", 1))
			if err == nil || (c.want != nil && !errors.Is(err, c.want)) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if c.want == nil && (errors.Is(err, matchmaker.ErrContention) || errors.Is(err, matchmaker.ErrUnavailable)) {
				t.Errorf("a refusal is not to be tried again: %v", err)
			}
			if len(*pauses) != c.pauses {
				t.Errorf("%d pauses, want %d", len(*pauses), c.pauses)
			}
			for attempt, d := range *pauses {
				if most := matchmaker.Backoff(attempt, 1); d < 0 || d > most {
					t.Errorf("pause %d is %v, over %v", attempt, d, most)
				}
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	expectUnavailable(t, &Options{EmulatorHost: addr})
}

// TestNobodyAnswers talks to a server that takes the connection and stays silent.
func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // the kernel accepts; nobody reads
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	expectUnavailable(t, &Options{
		EmulatorHost: listener.Addr().String(), RPCTimeout: 50 * time.Millisecond, Patience: 200 * time.Millisecond,
	})
}

func expectUnavailable(t *testing.T, o *Options) {
	t.Helper()
	q, err := New(t.Context(), "demo-x", o)
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	if _, err := q.Match(t.Context(), request("ann", 1)); !errors.Is(err, matchmaker.ErrUnavailable) {
		t.Errorf("match: %v", err)
	}
	if err := q.Cancel(t.Context(), cancelling(request("ann", 1))); !errors.Is(err, matchmaker.ErrUnavailable) {
		t.Errorf("cancel: %v", err)
	}
}

func TestRandomnessThatFails(t *testing.T) {
	t.Parallel()
	q, err := New(t.Context(), "demo-x", &Options{EmulatorHost: "127.0.0.1:1", Random: strings.NewReader("")})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	if _, err := q.Match(t.Context(), request("ann", 1)); err == nil {
		t.Error("a room id without randomness")
	}
}
