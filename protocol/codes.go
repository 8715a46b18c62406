package protocol

import "net/http"

// Code is the name of an API error: one of the closed list in SPEC section 2. Programs act on the
// code, never on the text beside it.
type Code string

// The closed list of codes (SPEC section 2).
const (
	InvalidArgument      Code = "invalid_argument"
	UnknownPool          Code = "unknown_pool"
	Unauthenticated      Code = "unauthenticated"
	PermissionDenied     Code = "permission_denied"
	NotFound             Code = "not_found"
	MethodNotAllowed     Code = "method_not_allowed"
	Aborted              Code = "aborted"
	TooLarge             Code = "too_large"
	UnsupportedMediaType Code = "unsupported_media_type"
	ResourceExhausted    Code = "resource_exhausted"
	Internal             Code = "internal"
	Unavailable          Code = "unavailable"
)

// Status is the HTTP status that goes with the code; 500 for a code outside the list (SPEC A11).
func (c Code) Status() int {
	switch c {
	case InvalidArgument, UnknownPool:
		return http.StatusBadRequest
	case Unauthenticated:
		return http.StatusUnauthorized
	case PermissionDenied:
		return http.StatusForbidden
	case NotFound:
		return http.StatusNotFound
	case MethodNotAllowed:
		return http.StatusMethodNotAllowed
	case Aborted:
		return http.StatusConflict
	case TooLarge:
		return http.StatusRequestEntityTooLarge
	case UnsupportedMediaType:
		return http.StatusUnsupportedMediaType
	case ResourceExhausted:
		return http.StatusTooManyRequests
	case Unavailable:
		return http.StatusServiceUnavailable
	case Internal:
		return http.StatusInternalServerError
	}
	return http.StatusInternalServerError
}

// Retryable tells whether the same call may succeed later without any change (SPEC section 2).
func (c Code) Retryable() bool {
	return c == Aborted || c == ResourceExhausted || c == Unavailable
}

// ParseCode reads a code from an answer; one outside the list becomes [Internal] (SPEC A11).
func ParseCode(s string) Code {
	switch c := Code(s); c {
	case InvalidArgument, UnknownPool, Unauthenticated, PermissionDenied, NotFound, MethodNotAllowed,
		Aborted, TooLarge, UnsupportedMediaType, ResourceExhausted, Internal, Unavailable:
		return c
	}
	return Internal
}

// Problem is the body of an API error, application/problem+json (RFC 9457; SPEC A10). As an error it is
// what a client of the API gets back; Detail is for developers and holds no secret.
type Problem struct { //nolint:errname // «problem» is the word of RFC 9457
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Code   Code   `json:"code"`
	Detail string `json:"detail,omitempty"`
	Field  string `json:"field,omitempty"` // with InvalidArgument: the member at fault
}

// NewProblem fills a Problem for the code. Field may be empty.
func NewProblem(code Code, field, detail string) *Problem {
	return &Problem{
		Type:   "urn:parley:problem:" + string(code),
		Title:  http.StatusText(code.Status()),
		Status: code.Status(),
		Code:   code,
		Detail: detail,
		Field:  field,
	}
}

// Error says the code and the detail.
func (p *Problem) Error() string {
	if p.Detail == "" {
		return "parley api: " + string(p.Code)
	}
	return "parley api: " + string(p.Code) + ": " + p.Detail
}
