package emulator

import (
	"encoding/json"
	"net/http"

	"github.com/parley-chat/parley/emulator/internal/metering"
)

// Usage is what Firestore would bill, in documents.
type Usage struct {
	Reads, Writes, Deletes int64
}

// Usage is what has been billed in a database since the start or the last [Server.ResetUsage], by client: the uid,
// «owner» for administrators, the empty one for whoever has not signed in, and «(others)» for all further clients
// when there are more than 10 000. database is the full name: projects/P/databases/(default). A listener's reads are
// counted before it hears of them. Package metering says what is counted and what is not exact.
func (s *Server) Usage(database string) map[string]Usage {
	found := map[string]Usage{}
	for client, used := range s.meter.Usage(database) {
		found[client] = Usage(used)
	}
	return found
}

// ResetUsage counts a database from zero again.
func (s *Server) ResetUsage(database string) { s.meter.Reset(database) }

// usageRoutes let tests in any language read the bill.
func (s *Server) usageRoutes(mux *http.ServeMux) {
	mux.HandleFunc("/emulator/v1/projects/{project}/databases/{database}/usage", s.usage)
}

// usage takes GET and answers {"clients": {"UID": {"reads": 1, "writes": 0, "deletes": 0}}}; DELETE begins anew.
func (s *Server) usage(w http.ResponseWriter, r *http.Request) {
	if !takes(w, r, http.MethodGet, http.MethodDelete) {
		return
	}
	database := "projects/" + r.PathValue("project") + "/databases/" + r.PathValue("database")
	if r.Method == http.MethodDelete {
		s.ResetUsage(database)
		answerEmpty(w)
		return
	}
	body, err := json.Marshal(map[string]map[string]metering.Usage{"clients": s.meter.Usage(database)})
	answerJSON(w, body, err)
}
