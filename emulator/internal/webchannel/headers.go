package webchannel

import (
	"net/http"
	"strings"
)

// parseHeaders reads the field "headers" of a handshake: lines «Name:value», each with CR LF. Browsers
// ask the server's leave before they send such headers with a request, so the client sends them as
// data.
func parseHeaders(field string) (http.Header, error) {
	header := make(http.Header)
	rest := strings.TrimSuffix(field, "\r\n")
	if rest == "" {
		return header, nil
	}
	if strings.Count(rest, "\r\n") >= maxHeaderLines {
		return nil, malformed("The handshake has more than %d headers.", maxHeaderLines)
	}
	for line := range strings.SplitSeq(rest, "\r\n") {
		name, value, found := strings.Cut(line, ":")
		if !found || !isToken(name) {
			return nil, malformed("A header of the handshake has no proper name.")
		}
		if strings.ContainsFunc(value, isControl) {
			return nil, malformed("The header %.40q of the handshake has a control character.", name)
		}
		header.Add(name, strings.TrimSpace(value))
	}
	return header, nil
}

// isToken tells whether name can name a header (RFC 9110 section 5.6.2).
func isToken(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		isLetter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		isDigit := '0' <= r && r <= '9'
		return !isLetter && !isDigit && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}

// isControl tells whether r cannot be in a header's value. A tab can.
func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
