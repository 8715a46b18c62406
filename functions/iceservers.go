package functions

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the TURN REST API wants HMAC-SHA1, which is not known to be broken
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// turnNameBytes is how much randomness a TURN username has.
const turnNameBytes = 12

// ICE is what POST /ice-servers hands out (SPEC A8). The zero value is valid and names no server.
type ICE struct {
	// STUN are stun: and stuns: URLs (RFC 7064).
	STUN []string
	// TURN are turn: and turns: URLs (RFC 7065). With them goes Secret, without them there is none.
	TURN []string
	// Secret is shared with the TURN server: coturn's static-auth-secret.
	Secret string
	// TTL is how long TURN credentials are good for: whole seconds, 1 minute to 1 day. Required with TURN.
	TTL time.Duration
}

// postICEServers serves POST /ice-servers (SPEC A8).
func (a *api) postICEServers(w http.ResponseWriter, r *http.Request, _ string) error {
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	if err := protocol.ParseEmptyRequest(body); err != nil {
		return err
	}
	servers, err := a.ICE.servers(a.Now(), a.Random)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, servers)
}

// servers is the list for one client. TURN credentials are those of draft-uberti-behave-turn-rest-00: the
// username is the time of their end and a name, the credential the HMAC-SHA1 of the username. The name is
// random and not the uid: it travels in the clear and stands in the logs of the TURN server, beside the
// client's address, where it would tie all connections of one person together.
func (i ICE) servers(now time.Time, random io.Reader) (protocol.ICEServers, error) {
	list := protocol.ICEServers{ICEServers: []protocol.ICEServer{}, TTLSeconds: int64(i.TTL / time.Second)}
	if len(i.STUN) > 0 {
		list.ICEServers = append(list.ICEServers, protocol.ICEServer{URLs: i.STUN})
	}
	if len(i.TURN) == 0 {
		return list, nil
	}
	name := make([]byte, turnNameBytes)
	if _, err := io.ReadFull(random, name); err != nil {
		return protocol.ICEServers{}, fmt.Errorf("functions: TURN username: %w", err)
	}
	username := fmt.Sprintf("%d:%s", now.Add(i.TTL).Unix(), base64.RawURLEncoding.EncodeToString(name))
	list.ICEServers = append(list.ICEServers, protocol.ICEServer{
		URLs: i.TURN, Username: username, Credential: turnCredential(i.Secret, username),
	})
	return list, nil
}

func turnCredential(secret, username string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(username))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// validate says in a sentence for whoever deploys what is wrong.
func (i ICE) validate() error {
	for _, u := range i.STUN {
		if !hasScheme(u, "stun:", "stuns:") {
			return fmt.Errorf("STUN_URLS: %q is not a stun: or stuns: URL", u)
		}
	}
	for _, u := range i.TURN {
		if !hasScheme(u, "turn:", "turns:") {
			return fmt.Errorf("TURN_URLS: %q is not a turn: or turns: URL", u)
		}
	}
	switch {
	case len(i.TURN) > 0 && i.Secret == "":
		return errors.New("TURN_URLS is set, TURN_SECRET is not: there would be no credentials")
	case len(i.TURN) == 0 && i.Secret != "":
		return errors.New("TURN_SECRET is set, TURN_URLS is not: there is no server to use it for")
	case i.TTL < time.Minute || i.TTL > 24*time.Hour:
		return errors.New("TURN_TTL_SECONDS must be 60 to 86400")
	}
	return nil
}

// hasScheme tells whether u has one of the schemes and something behind it.
func hasScheme(u string, schemes ...string) bool {
	for _, scheme := range schemes {
		if rest, ok := strings.CutPrefix(u, scheme); ok && rest != "" && !strings.ContainsAny(rest, " /@") {
			return true
		}
	}
	return false
}
