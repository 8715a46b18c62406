package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/crossorigin"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// Prefix is where the API lies.
const Prefix = "/v1/"

// maxBodyBytes is what a request may have: Firestore's 10 MiB as JSON, which is longer than the protocol's bytes.
const maxBodyBytes = 16 << 20

// API is what is served: a service, or what stands before it.
type API interface {
	firestorepb.FirestoreServer
	// CommitWrites is Commit with writes that may be mere checks.
	CommitWrites(
		ctx context.Context, database string, transaction []byte, writes []store.Write,
	) (*firestorepb.CommitResponse, error)
}

// New serves the API below [Prefix]. It is safe for concurrent use.
func New(api API) http.Handler { return &handler{api: api} }

type handler struct{ api API }

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if crossorigin.Allow(w, r, "GET, POST, PATCH, DELETE", "") {
		return
	}
	caller, err := service.ParseAuthorization(r.Header.Get("Authorization"), crossorigin.Foreign(r))
	if err != nil {
		AnswerError(w, err)
		return
	}
	r = r.WithContext(service.WithCaller(r.Context(), caller))
	name, method, err := split(r)
	if err != nil {
		AnswerError(w, err)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		err := status.Errorf(codes.InvalidArgument, "The request is larger than %d bytes.", maxBodyBytes)
		answer(w, http.StatusRequestEntityTooLarge, errorBody(http.StatusRequestEntityTooLarge, err))
		return
	}
	if err != nil {
		AnswerError(w, status.Error(codes.InvalidArgument, "The request was cut off."))
		return
	}
	call := &call{api: h.api, name: name, query: r.URL.Query(), body: body}
	if method == "" {
		h.document(w, r, call)
		return
	}
	h.custom(w, r, method, call)
}

// split cuts a path into the resource and the custom method behind its last colon, which takes POST. An id can hold a
// colon, and comes with %3A where it could be taken for a method's.
func split(r *http.Request) (name, method string, err error) {
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), Prefix)
	if !ok {
		return "", "", status.Errorf(codes.NotFound, "There is nothing at %s.", r.URL.Path)
	}
	if cut := strings.LastIndexByte(path, ':'); r.Method == http.MethodPost && cut > strings.LastIndexByte(path, '/') {
		path, method = path[:cut], path[cut+1:]
	}
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if segments[i], err = unescape(segment); err != nil {
			return "", "", err
		}
	}
	if len(segments) < rootSegments || segments[0] != "projects" || segments[2] != "databases" ||
		segments[4] != "documents" || (method == "" && len(segments) == rootSegments) {
		return "", "", status.Errorf(codes.NotFound, "There is nothing at %s.", r.URL.Path)
	}
	return strings.Join(segments, "/"), method, nil
}
