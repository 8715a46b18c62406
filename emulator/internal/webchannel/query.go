package webchannel

import (
	"net/url"
	"strconv"
	"time"
)

// protocolVersion is VER, the one that Closure has spoken for years.
const protocolVersion = "8"

// query is what the URL of a request says. Parameters that only defeat caches or count attempts (zx, t,
// CVER, gsessionid) are not looked at.
type query struct {
	sid         string        // empty in a handshake
	database    string        // as the client names it: projects/P/databases/D
	terminate   bool          // TYPE=terminate
	rpc         bool          // RID=rpc: this is a back channel
	aid         int64         // the highest array id that the client has; -1 when it does not say
	longPoll    bool          // CI=1: answer one chunk and end
	pollTimeout time.Duration // TO: how long a long poll may wait; 0 when the client does not say
	wantsHeader bool          // X-HTTP-Session-Id: the client wants that header in the answer
}

// parseQuery reads the URL of a request.
func parseQuery(raw string) (query, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return query{}, malformed("The URL's query cannot be decoded.")
	}
	if version := values.Get("VER"); version != protocolVersion {
		return query{}, malformed("VER is %.20q; this server speaks version %s.", version, protocolVersion)
	}
	q := query{
		sid:         values.Get("SID"),
		database:    values.Get("database"),
		wantsHeader: values.Has("X-HTTP-Session-Id"),
	}
	switch kind := values.Get("TYPE"); kind {
	case "terminate":
		q.terminate = true
	case "", "xmlhttp", "init":
	default:
		return query{}, malformed("TYPE %.20q is not supported.", kind)
	}
	if q.rpc = values.Get("RID") == "rpc"; !q.rpc {
		if _, err := natural(values, "RID"); err != nil {
			return query{}, err
		}
	}
	if q.aid = -1; values.Has("AID") {
		if q.aid, err = natural(values, "AID"); err != nil {
			return query{}, err
		}
	}
	return q, q.parseBackChannel(values)
}

// parseBackChannel reads what only a back channel's URL has.
func (q *query) parseBackChannel(values url.Values) error {
	switch ci := values.Get("CI"); ci {
	case "", "0":
	case "1":
		q.longPoll = true
	default:
		return malformed("CI is %.20q, not 0 or 1.", ci)
	}
	if !values.Has("TO") {
		return nil
	}
	milliseconds, err := natural(values, "TO")
	if err != nil {
		return err
	}
	// Nobody waits longer than a keepalive, so there is no use in telling large values apart.
	q.pollTimeout = time.Duration(min(milliseconds, int64(time.Hour/time.Millisecond))) * time.Millisecond
	return nil
}

// natural reads a parameter that is a whole number, not negative.
func natural(values url.Values, name string) (int64, error) {
	n, err := strconv.ParseUint(values.Get(name), 10, 53) // as far as JavaScript counts
	if err != nil {
		return 0, malformed("%s is %.20q, not a whole number.", name, values.Get(name))
	}
	return int64(n), nil
}
