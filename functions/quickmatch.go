package functions

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/protocol"
)

// postQuickMatch serves POST /quick-match (SPEC A3 to A6).
func (a *api) postQuickMatch(w http.ResponseWriter, r *http.Request, uid string) error {
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	asked, err := protocol.ParseQuickMatchRequest(body)
	if err != nil {
		return err
	}
	if err := a.checkPool(asked.Pool); err != nil {
		return err
	}
	answer, err := a.Matcher.Match(r.Context(), matchmaker.Request{
		UID: uid, Pool: asked.Pool, ID: asked.RequestID, Key: asked.Key,
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, answer)
}

// deleteQuickMatch serves DELETE /quick-match (SPEC A7).
func (a *api) deleteQuickMatch(w http.ResponseWriter, r *http.Request, uid string) error {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return protocol.NewProblem(protocol.InvalidArgument, "", "the query is malformed")
	}
	pool := protocol.DefaultPool
	if query.Has("pool") {
		if pool, err = protocol.ParsePool(query.Get("pool")); err != nil {
			return err
		}
	}
	id, err := protocol.ParseRequestID(query.Get("requestId"))
	if err != nil {
		return err
	}
	if err := a.checkPool(pool); err != nil {
		return err
	}
	if err := a.Matcher.Cancel(r.Context(), matchmaker.Cancelled{UID: uid, Pool: pool, ID: id}); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *api) checkPool(pool string) error {
	if !slices.Contains(a.Pools, pool) {
		return protocol.NewProblem(protocol.UnknownPool, "", "this deployment has other pools")
	}
	return nil
}
