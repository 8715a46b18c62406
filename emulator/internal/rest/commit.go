package rest

import (
	"context"
	"encoding/json"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/store"
)

// commit answers the method commit. The browser's SDK sends writes that only verify a precondition, which the
// published protocol does not know.
func (c *call) commit(ctx context.Context) (proto.Message, error) {
	r := &firestorepb.CommitRequest{}
	if err := c.parse(r, protojson.UnmarshalOptions{DiscardUnknown: true}); err != nil { // verify
		return nil, err
	}
	writes, err := Writes(c.body, r.GetWrites())
	if err != nil {
		return nil, err
	}
	return c.api.CommitWrites(ctx, c.database(), r.GetTransaction(), writes)
}

// Writes reads the member `writes` of a request in JSON once more, for those that verify; parsed is what protojson
// made of them. Errors: INVALID_ARGUMENT.
func Writes(body []byte, parsed []*firestorepb.Write) ([]store.Write, error) {
	var raw struct {
		Writes []struct {
			Verify string `json:"verify"`
		} `json:"writes"`
	}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &raw); err != nil || len(raw.Writes) != len(parsed) {
			return nil, status.Error(codes.InvalidArgument, "The writes cannot be read.")
		}
	}
	writes := make([]store.Write, len(parsed))
	for i, w := range parsed {
		writes[i] = store.Write{Proto: w, Verify: raw.Writes[i].Verify}
		if writes[i].Verify != "" && w.GetOperation() != nil {
			return nil, status.Error(codes.InvalidArgument, "A write that verifies has no other operation.")
		}
	}
	return writes, nil
}

// marshal is a message as it stands in an answer.
func marshal(m proto.Message) ([]byte, error) {
	raw, err := protojson.Marshal(m)
	if err != nil {
		return nil, status.Error(codes.Internal, "The answer cannot be written.")
	}
	return raw, nil
}
