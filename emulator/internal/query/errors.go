package query

import (
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// UnimplementedError says which member of a query the emulator does not know, rather than answer without it.
// As a gRPC status it is UNIMPLEMENTED.
type UnimplementedError struct {
	Member string // its name in the protocol
}

// Error names the member.
func (e *UnimplementedError) Error() string { return e.Member + " is not supported by this emulator." }

// GRPCStatus makes status.Code and status.Convert of google.golang.org/grpc see UNIMPLEMENTED, also through
// wrapping.
func (e *UnimplementedError) GRPCStatus() *status.Status {
	return status.New(codes.Unimplemented, e.Error())
}

func invalidf(format string, args ...any) error {
	return &value.InvalidError{Rule: value.RuleQuery, Message: fmt.Sprintf(format, args...)}
}
