package protocol

import (
	"net"
	"strconv"
	"strings"
)

// ICEURL is the address of a STUN or TURN server (RFC 7064, RFC 7065), with its defaults filled in.
type ICEURL struct {
	// Relay tells TURN from STUN.
	Relay bool
	// TLS tells turns and stuns from turn and stun.
	TLS bool
	// Host is a name or an IP address, without brackets.
	Host string
	// Port is the one named, else 3478, or 5349 with TLS.
	Port uint16
	// Transport is udp or tcp: how the client talks to the server.
	Transport string
}

// HostPort is Host and Port, as net.Dial takes them.
func (u ICEURL) HostPort() string { return net.JoinHostPort(u.Host, strconv.Itoa(int(u.Port))) }

// ParseICEURL reads a stun, stuns, turn or turns URL of at most 512 bytes. It refuses what a browser refuses, because
// a browser then makes no connection at all: a STUN URL with a query, other queries, user info. Errors are *ParseError.
func ParseICEURL(text string) (ICEURL, error) {
	var u ICEURL
	if len(text) > maxICEURLBytes {
		return u, parseErrorf("A8", "urls", "over %d bytes", maxICEURLBytes)
	}
	scheme, rest, _ := strings.Cut(text, ":")
	address, query, asks := strings.Cut(rest, "?")
	switch scheme {
	case "stun":
		u.Port, u.Transport = 3478, "udp"
	case "stuns":
		u.TLS, u.Port, u.Transport = true, 5349, "tcp"
	case "turn":
		u.Relay, u.Port, u.Transport = true, 3478, "udp"
	case "turns":
		u.Relay, u.TLS, u.Port, u.Transport = true, true, 5349, "tcp"
	default:
		return u, parseErrorf("A8", "urls", "not a STUN or TURN URL")
	}
	if asks {
		transport, ok := strings.CutPrefix(query, "transport=")
		if !ok || !u.Relay || (transport != "udp" && transport != "tcp") {
			return u, parseErrorf("A8", "urls", "a query that such a URL does not have")
		}
		u.Transport = transport
	}
	host, port, ok := cutPort(address)
	if !ok {
		return u, parseErrorf("A8", "urls", "not a host")
	}
	u.Host = host
	if port != "" {
		number, err := strconv.ParseUint(port, 10, 16)
		if err != nil || number == 0 || len(port) > 5 {
			return u, parseErrorf("A8", "urls", "not a port")
		}
		u.Port = uint16(number)
	}
	return u, nil
}

// cutPort splits host:port, [IPv6]:port, or either without a port.
func cutPort(address string) (host, port string, ok bool) {
	if inner, bracketed := strings.CutPrefix(address, "["); bracketed {
		host, port, ok = strings.Cut(inner, "]")
		ok = ok && strings.Contains(host, ":") && only(host, "0123456789abcdefABCDEF:.")
	} else {
		colon := strings.IndexByte(address, ':')
		if colon < 0 {
			colon = len(address)
		}
		host, port = address[:colon], address[colon:]
		ok = host != "" && only(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")
	}
	if port == "" {
		return host, "", ok
	}
	port, colon := strings.CutPrefix(port, ":")
	return host, port, ok && colon && port != ""
}

func only(text, characters string) bool {
	return strings.Trim(text, characters) == ""
}
