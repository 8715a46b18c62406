package iceservers

import (
	"context"

	"github.com/parley-chat/parley/protocol"
)

// Static hands out one name and password to everybody, for TURN servers that know nothing else. They do not end:
// whoever has signed in once can use the relay until they are changed.
type Static struct {
	// URLs are turn and turns URLs (RFC 7065).
	URLs []string
	// Username and Credential are those of the server.
	Username, Credential string
}

var _ Provider = Static{}

// Name implements [Provider].
func (Static) Name() string { return "static" }

// Remote implements [Provider].
func (Static) Remote() bool { return false }

// Grant implements [Provider]. Clients ask again in time, and so learn of a changed password.
func (p Static) Grant(_ context.Context, ask Ask) (Grant, error) {
	relay := protocol.ICEServer{URLs: p.URLs, Username: p.Username, Credential: p.Credential}
	return Grant{Relays: []protocol.ICEServer{relay}, TTL: ask.TTL}, nil
}
