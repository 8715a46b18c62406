package service

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/crossorigin"
)

// maxTokenBytes bounds an Authorization header; Google's tokens are a tenth of it.
const maxTokenBytes = 16 << 10

// ParseAuthorization reads an Authorization header as every Firestore emulator does: absent is nobody, «Bearer owner»
// is the administrator, and any other bearer token is a JWT whose claims are believed without a signature. That is
// why an emulator must never be reachable by strangers. Pages and machines that are foreign, as package crossorigin has
// it, cannot be the administrator. Errors: PERMISSION_DENIED for that, and UNAUTHENTICATED for everything else.
func ParseAuthorization(header string, foreign bool) (Caller, error) {
	if header == "" {
		return Caller{}, nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return Caller{}, unauthenticated("not a bearer token")
	}
	if token == "owner" && foreign {
		return Caller{}, status.Error(codes.PermissionDenied, crossorigin.Refusal)
	}
	if token == "owner" {
		return Caller{Admin: true}, nil
	}
	parts := strings.Split(token, ".")
	if len(token) > maxTokenBytes || len(parts) != 3 {
		return Caller{}, unauthenticated("not a JWT")
	}
	if _, ok := jsonObject(parts[0]); !ok {
		return Caller{}, unauthenticated("not the header of a JWT")
	}
	if _, err := decodePart(parts[2]); err != nil {
		return Caller{}, unauthenticated("its signature is not base64url")
	}
	claims, ok := jsonObject(parts[1])
	if !ok {
		return Caller{}, unauthenticated("its claims are no JSON object")
	}
	return Caller{Claims: claims}, nil
}

// jsonObject reads a part of a JWT.
func jsonObject(part string) (map[string]any, bool) {
	raw, err := decodePart(part)
	if err != nil {
		return nil, false
	}
	var object map[string]any
	err = json.Unmarshal(raw, &object)
	return object, err == nil && object != nil
}

func decodePart(part string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(part, "="))
}

func unauthenticated(why string) error {
	return status.Errorf(codes.Unauthenticated, "The Authorization header is of no use: %s.", why)
}
