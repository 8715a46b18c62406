package functions

import (
	"net/http"

	"github.com/parley-chat/parley/protocol"
)

// postICEServers serves POST /ice-servers (SPEC A8).
func (a *api) postICEServers(w http.ResponseWriter, r *http.Request, uid string) error {
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	if err := protocol.ParseEmptyRequest(body); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, a.iceServers.Servers(r.Context(), uid))
}
