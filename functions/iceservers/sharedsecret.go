package iceservers

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the TURN REST API wants HMAC-SHA1, which is not known to be broken
	"encoding/base64"
	"fmt"
	"io"

	"github.com/parley-chat/parley/protocol"
)

// nameBytes is how much randomness a username has.
const nameBytes = 12

// SharedSecret makes credentials for TURN servers that know the same secret: coturn with use-auth-secret, pion/turn
// with LongTermTURNRESTAuthHandler, any server of draft-uberti-behave-turn-rest-00.
type SharedSecret struct {
	// URLs are turn and turns URLs (RFC 7065): best UDP, TCP and TLS on port 443, in this order.
	URLs []string
	// Secret is coturn's static-auth-secret.
	Secret string
}

var _ Provider = SharedSecret{}

// Name implements [Provider].
func (SharedSecret) Name() string { return "shared-secret" }

// Remote implements [Provider].
func (SharedSecret) Remote() bool { return false }

// Grant implements [Provider]. The username is the time of the end and a name, the credential the HMAC-SHA1 of the
// username. The name is random and not the uid: it travels in the clear and stands in the logs of the TURN server,
// beside the client's address, where it would tie all connections of one person together.
func (p SharedSecret) Grant(_ context.Context, ask Ask) (Grant, error) {
	name := make([]byte, nameBytes)
	if _, err := io.ReadFull(ask.Random, name); err != nil {
		return Grant{}, fmt.Errorf("iceservers: a username: %w", err)
	}
	username := fmt.Sprintf("%d:%s", ask.Now.Add(ask.TTL).Unix(), base64.RawURLEncoding.EncodeToString(name))
	return Grant{
		Relays: []protocol.ICEServer{{
			URLs: p.URLs, Username: username, Credential: restCredential(p.Secret, username),
		}},
		TTL: ask.TTL,
	}, nil
}

func restCredential(secret, username string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(username))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
