package functions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"

	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/protocol"
)

// retryAfterSeconds is what Retry-After says: long enough for a reconnection to Firestore, short enough for
// somebody who watches a spinner.
const retryAfterSeconds = "2"

// problemOf turns any error into one of the closed list (SPEC A10).
func problemOf(err error) *protocol.Problem {
	var problem *protocol.Problem
	var parse *protocol.ParseError
	switch {
	case errors.As(err, &problem):
		return problem
	case errors.As(err, &parse):
		return protocol.NewProblem(protocol.InvalidArgument, parse.Field, parse.Error())
	case errors.Is(err, ErrTokenRefused):
		return protocol.NewProblem(protocol.Unauthenticated, "", "the ID token is malformed, expired or of another project")
	case errors.Is(err, matchmaker.ErrEnded):
		return protocol.NewProblem(protocol.InvalidArgument, "requestId", "its ticket has ended: take a new request id")
	case errors.Is(err, matchmaker.ErrContention):
		return protocol.NewProblem(protocol.Aborted, "", "others were faster; nothing was changed")
	case errors.Is(err, matchmaker.ErrUnavailable), errors.Is(err, errAuthUnavailable),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return protocol.NewProblem(protocol.Unavailable, "", "a service behind the function does not answer")
	}
	return protocol.NewProblem(protocol.Internal, "", "a bug; the log has the detail")
}

// fail writes err as a problem, unless an answer has begun.
func (a *api) fail(w *answer, r *http.Request, err error) {
	problem := problemOf(err)
	w.code = problem.Code
	if problem.Code == protocol.Internal || problem.Code == protocol.Unavailable {
		a.Log.ErrorContext(r.Context(), "request failed", "code", string(problem.Code), "reason", err.Error())
	}
	if w.status != 0 {
		return // too late: the client sees an answer that breaks off
	}
	switch problem.Code {
	case protocol.Unauthenticated:
		w.Header().Set("WWW-Authenticate", challenge(r))
	case protocol.ResourceExhausted, protocol.Unavailable:
		w.Header().Set("Retry-After", retryAfterSeconds)
	case protocol.TooLarge:
		w.Header().Set("Connection", "close") // or the server reads on, to keep the connection
	case protocol.InvalidArgument, protocol.UnknownPool, protocol.PermissionDenied, protocol.NotFound,
		protocol.MethodNotAllowed, protocol.Aborted, protocol.UnsupportedMediaType, protocol.Internal:
	}
	body, err := json.Marshal(problem)
	if err != nil {
		body = []byte("{}") // strings and a number can always be encoded
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(problem.Status)
	_, _ = w.Write(body) // fails only if the client has gone
}

// logPanic says where it happened and of which type it was, not what it says: that may hold a request.
func (a *api) logPanic(ctx context.Context, thrown any) {
	var callers [24]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(4, callers[:])])
	var where []string
	for {
		frame, more := frames.Next()
		where = append(where, fmt.Sprintf("%s:%d", frame.Function, frame.Line))
		if !more {
			break
		}
	}
	a.Log.ErrorContext(ctx, "panic", "type", fmt.Sprintf("%T", thrown), "where", where)
}

func levelOf(status int) slog.Level {
	switch {
	case status >= http.StatusInternalServerError:
		return slog.LevelError
	case status >= http.StatusBadRequest:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}
