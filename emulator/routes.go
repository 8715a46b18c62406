package emulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/crossorigin"
	"github.com/parley-chat/parley/emulator/internal/page"
	"github.com/parley-chat/parley/emulator/internal/rest"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/webstreams"
)

// maxRulesBytes bounds what sets rules: they are at most 256 KiB, and longer as JSON.
const maxRulesBytes = 2 << 20

// routes are all that is not gRPC.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	const streams = "/google.firestore.v1.Firestore/"
	mux.Handle(streams+"Listen/channel", s.channels.Handler(webstreams.Listen(s.gate)))
	mux.Handle(streams+"Write/channel", s.channels.Handler(webstreams.Write(s.gate)))
	mux.Handle(rest.Prefix, rest.New(s.gate))
	mux.Handle("/identitytoolkit.googleapis.com/", s.accounts)
	mux.Handle("/securetoken.googleapis.com/", s.accounts)
	mux.Handle("/emulator/v1/projects/{project}/accounts", s.accounts)
	mux.Handle("/emulator/auth/", s.accounts)
	mux.HandleFunc("/emulator/v1/projects/{project}/databases/{database}/documents", s.clear)
	mux.HandleFunc("/emulator/v1/projects/{project}", s.setRules)
	mux.HandleFunc("/emulator/v1/clock", s.setClock)
	s.faultRoutes(mux)
	s.usageRoutes(mux)
	shown := s.page()
	mux.Handle("GET "+page.Parts, shown)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if page.Wanted(r) {
			shown.ServeHTTP(w, r)
			return
		}
		_, _ = w.Write([]byte("Ok\n")) // as the official emulator says it to who looks whether it is there
	})
	return mux
}

// page is what a person sees.
func (s *Server) page() *page.Page {
	return page.New(page.Sources{
		Databases: s.service.Databases, Operations: s.gate.Operations, Listeners: s.gate.Listeners,
		Usage: s.meter.Usage, Rules: s.guard.Has, Now: s.clock.now, Ahead: s.clock.moved,
	})
}

// clear deletes all documents of a database, as the official emulator's endpoint does.
func (s *Server) clear(w http.ResponseWriter, r *http.Request) {
	if !takes(w, r, http.MethodDelete) {
		return
	}
	ctx := service.WithCaller(r.Context(), service.Caller{Admin: true})
	name := "projects/" + r.PathValue("project") + "/databases/" + r.PathValue("database")
	if err := s.service.Clear(ctx, name); err != nil {
		rest.AnswerError(w, err)
		return
	}
	answerEmpty(w)
}

// setRules sets the rules of a project: PUT /emulator/v1/projects/P:securityRules, as the official emulator has it.
func (s *Server) setRules(w http.ResponseWriter, r *http.Request) {
	if !takes(w, r, http.MethodPut) {
		return
	}
	project, ok := strings.CutSuffix(r.PathValue("project"), ":securityRules")
	if !ok {
		http.NotFound(w, r)
		return
	}
	var body struct {
		Rules struct {
			Files []struct {
				Content string `json:"content"`
			} `json:"files"`
		} `json:"rules"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRulesBytes)).Decode(&body)
	if err != nil || len(body.Rules.Files) != 1 {
		http.Error(w, "The body must be JSON with one file of rules.", http.StatusBadRequest)
		return
	}
	if err := s.guard.Set(project, []byte(body.Rules.Files[0].Content)); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answerEmpty(w)
}

// takes lets pages of this machine call, and refuses all others, and other methods; false: the request is answered.
func takes(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	all := strings.Join(methods, ", ")
	if crossorigin.Allow(w, r, all, "") {
		return false
	}
	if crossorigin.Foreign(r) {
		rest.AnswerError(w, status.Error(codes.PermissionDenied, crossorigin.Refusal))
		return false
	}
	if !slices.Contains(methods, r.Method) {
		w.Header().Set("Allow", all)
		http.Error(w, "This takes "+all+".", http.StatusMethodNotAllowed)
		return false
	}
	return true
}

func answerEmpty(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte("{}")) // to somebody who may have gone
}
