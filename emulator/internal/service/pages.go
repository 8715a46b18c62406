package service

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// The sizes of a page of what is listed.
const (
	defaultPage = 100
	maxPage     = 1000
)

func pageSize(asked int32) (int, error) {
	switch {
	case asked < 0:
		return 0, status.Error(codes.InvalidArgument, "Page size must be nonnegative.")
	case asked == 0:
		return defaultPage, nil
	}
	return min(int(asked), maxPage), nil
}

// pageToken says where the next page begins: after a key, in the answers to the same question.
func pageToken(after []byte, question string) string {
	return base64.RawURLEncoding.EncodeToString(slices.Concat(sumOf(question), after))
}

// parsePageToken gives the key of a token that [pageToken] made, nil for no token.
func parsePageToken(token, question string) ([]byte, error) {
	if token == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	sum := sumOf(question)
	if err != nil || len(raw) < len(sum) || !slices.Equal(raw[:len(sum)], sum) {
		return nil, status.Error(codes.InvalidArgument, "invalid page token")
	}
	return raw[len(sum):], nil
}

// sumOf tells questions apart; whoever makes up a token can do no harm with it.
func sumOf(question string) []byte {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(question)) // it never fails
	return binary.BigEndian.AppendUint64(nil, sum.Sum64())
}
