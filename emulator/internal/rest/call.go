package rest

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// call is one request, taken apart.
type call struct {
	api   API
	name  string // the resource
	query url.Values
	body  []byte
}

// unescape undoes the escaping of one segment. An id holds no slash.
func unescape(segment string) (string, error) {
	id, err := url.PathUnescape(segment)
	if err != nil {
		return "", status.Errorf(codes.InvalidArgument, "The path is not escaped well: %q.", segment)
	}
	return id, nil
}

// into reads the body. Members that are not known are refused, as by Google's APIs.
func (c *call) into(m proto.Message) error { return c.parse(m, protojson.UnmarshalOptions{}) }

func (c *call) parse(m proto.Message, o protojson.UnmarshalOptions) error {
	if len(c.body) == 0 {
		return nil
	}
	if err := o.Unmarshal(c.body, m); err != nil {
		return status.Errorf(codes.InvalidArgument, "Invalid JSON payload received: %v", err)
	}
	return nil
}

// mask reads a field mask from the parameters; nil if there is none.
func (c *call) mask(name string) *firestorepb.DocumentMask {
	paths, ok := c.query[name+".fieldPaths"]
	if !ok {
		return nil
	}
	return &firestorepb.DocumentMask{FieldPaths: paths}
}

// precondition reads the one of the parameters; nil if there is none.
func (c *call) precondition() (*firestorepb.Precondition, error) {
	if is := c.query.Get("currentDocument.exists"); is != "" {
		exists, err := strconv.ParseBool(is)
		if err != nil {
			return nil, status.Error(codes.InvalidArgument, "currentDocument.exists must be true or false.")
		}
		return &firestorepb.Precondition{ConditionType: &firestorepb.Precondition_Exists{Exists: exists}}, nil
	}
	at, err := c.time("currentDocument.updateTime")
	if at == nil || err != nil {
		return nil, err
	}
	return &firestorepb.Precondition{ConditionType: &firestorepb.Precondition_UpdateTime{UpdateTime: at}}, nil
}

// time reads a parameter that is a time; nil if there is none.
func (c *call) time(name string) (*timestamppb.Timestamp, error) {
	text := c.query.Get(name)
	if text == "" {
		return nil, nil //nolint:nilnil // absent is no error
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "%s must be a time as RFC 3339 has it.", name)
	}
	return timestamppb.New(at), nil
}

// transaction reads the parameter of that name, nil if there is none.
func (c *call) transaction() ([]byte, error) {
	encoded := c.query.Get("transaction")
	if encoded == "" {
		return nil, nil
	}
	id, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, "transaction must be base64.")
	}
	return id, nil
}

// document answers what needs no custom method: a document, or a collection.
func (h *handler) document(w http.ResponseWriter, r *http.Request, c *call) {
	var answer proto.Message
	var err error
	switch r.Method {
	case http.MethodGet:
		answer, err = c.getOrList(r.Context())
	case http.MethodPost:
		answer, err = c.create(r.Context())
	case http.MethodPatch:
		answer, err = c.update(r.Context())
	case http.MethodDelete:
		answer, err = c.remove(r.Context())
	default:
		err = status.Errorf(codes.Unimplemented, "A document takes GET, POST, PATCH and DELETE, not %s.", r.Method)
	}
	answerMessage(w, answer, err)
}
