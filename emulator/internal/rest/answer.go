package rest

import (
	"bytes"
	"encoding/json"
	"net/http"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

func answerMessage(w http.ResponseWriter, m proto.Message, err error) {
	if err != nil {
		AnswerError(w, err)
		return
	}
	raw, err := marshal(m)
	if err != nil {
		AnswerError(w, err)
		return
	}
	answer(w, http.StatusOK, raw)
}

// answerStream answers with an array. Nothing is sent before all is there, so an error is always told as one.
func answerStream(w http.ResponseWriter, messages []proto.Message, err error) {
	if err != nil {
		answer(w, StatusCode(err), append(append([]byte("["), errorBody(StatusCode(err), err)...), ']'))
		return
	}
	var body bytes.Buffer
	body.WriteByte('[')
	for i, m := range messages {
		raw, err := marshal(m)
		if err != nil {
			AnswerError(w, err)
			return
		}
		if i > 0 {
			body.WriteByte(',')
		}
		body.Write(raw)
	}
	body.WriteByte(']')
	answer(w, http.StatusOK, body.Bytes())
}

// AnswerError answers with an error as Google's APIs tell it. err is a gRPC status.
func AnswerError(w http.ResponseWriter, err error) {
	answer(w, StatusCode(err), errorBody(StatusCode(err), err))
}

func answer(w http.ResponseWriter, code int, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write(body) // to somebody who may have gone
}

// errorBody is an error as Google's APIs tell it.
func errorBody(code int, err error) []byte {
	s := status.Convert(err)
	type problem struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Status  string `json:"status"`
	}
	body, _ := json.Marshal(map[string]problem{ //nolint:errchkjson // strings and a number
		"error": {Code: code, Message: s.Message(), Status: CodeName(s.Code())},
	})
	return body
}

// StatusCode is the HTTP status that belongs to an error, as google.rpc.Code says.
func StatusCode(err error) int {
	switch status.Code(err) {
	case codes.OK:
		return http.StatusOK
	case codes.InvalidArgument, codes.FailedPrecondition, codes.OutOfRange:
		return http.StatusBadRequest
	case codes.Unauthenticated:
		return http.StatusUnauthorized
	case codes.PermissionDenied:
		return http.StatusForbidden
	case codes.NotFound:
		return http.StatusNotFound
	case codes.AlreadyExists, codes.Aborted:
		return http.StatusConflict
	case codes.ResourceExhausted:
		return http.StatusTooManyRequests
	case codes.Canceled:
		return 499 // client closed request: nobody reads it
	case codes.Unimplemented:
		return http.StatusNotImplemented
	case codes.Unavailable:
		return http.StatusServiceUnavailable
	case codes.DeadlineExceeded:
		return http.StatusGatewayTimeout
	case codes.Unknown, codes.Internal, codes.DataLoss:
		return http.StatusInternalServerError
	}
	return http.StatusInternalServerError
}

// CodeName is a code's name as JSON has it: NOT_FOUND.
func CodeName(c codes.Code) string {
	names := map[codes.Code]string{
		codes.OK: "OK", codes.Canceled: "CANCELLED", codes.Unknown: "UNKNOWN",
		codes.InvalidArgument: "INVALID_ARGUMENT", codes.DeadlineExceeded: "DEADLINE_EXCEEDED",
		codes.NotFound: "NOT_FOUND", codes.AlreadyExists: "ALREADY_EXISTS",
		codes.PermissionDenied: "PERMISSION_DENIED", codes.ResourceExhausted: "RESOURCE_EXHAUSTED",
		codes.FailedPrecondition: "FAILED_PRECONDITION", codes.Aborted: "ABORTED", codes.OutOfRange: "OUT_OF_RANGE",
		codes.Unimplemented: "UNIMPLEMENTED", codes.Internal: "INTERNAL", codes.Unavailable: "UNAVAILABLE",
		codes.DataLoss: "DATA_LOSS", codes.Unauthenticated: "UNAUTHENTICATED",
	}
	return names[c]
}
