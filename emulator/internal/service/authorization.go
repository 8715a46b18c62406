package service

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// maxTokenBytes bounds an Authorization header; Google's tokens are a tenth of it.
const maxTokenBytes = 16 << 10

// ParseAuthorization reads an Authorization header as every Firestore emulator does: absent is nobody, «Bearer owner»
// is the administrator, and any other bearer token is a JWT whose claims are believed without a signature. That is
// why an emulator must never be reachable by strangers. Errors: UNAUTHENTICATED for everything else.
func ParseAuthorization(header string) (Caller, error) {
	if header == "" {
		return Caller{}, nil
	}
	token, bearer := strings.CutPrefix(header, "Bearer ")
	if !bearer {
		return Caller{}, unauthenticated("not a bearer token")
	}
	if token == "owner" {
		return Caller{Admin: true}, nil
	}
	parts := strings.Split(token, ".")
	if len(token) > maxTokenBytes || len(parts) != 3 {
		return Caller{}, unauthenticated("not a JWT")
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return Caller{}, unauthenticated("its claims are not base64url")
	}
	var claims map[string]any
	if err := json.Unmarshal(raw, &claims); err != nil || claims == nil {
		return Caller{}, unauthenticated("its claims are no JSON object")
	}
	return Caller{Claims: claims}, nil
}

func unauthenticated(why string) error {
	return status.Errorf(codes.Unauthenticated, "The Authorization header is of no use: %s.", why)
}
