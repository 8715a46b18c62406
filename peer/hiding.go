package peer

import (
	"net/netip"
	"strings"
)

// unrelated replaces the related address of every relayed candidate in text, which is a candidate or a description, as
// browsers do where only relays may be used: pion says there from where this device reaches its relay, and by TCP and
// TLS that is its own address (RFC 8839 section 5.1 has 0.0.0.0 and port 9 for whoever keeps it private).
func unrelated(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		words := strings.Split(line, " ")
		for at := 0; at+3 < len(words); at++ {
			if words[at] == "raddr" && words[at+2] == "rport" {
				rest := strings.TrimLeft(words[at+3], "0123456789") // of the line's end
				words[at+1], words[at+3] = nowhere(words[at+1]), "9"+rest
			}
		}
		lines[i] = strings.Join(words, " ")
	}
	return strings.Join(lines, "\n")
}

// nowhere is the unspecified address of the family of address.
func nowhere(address string) string {
	if a, err := netip.ParseAddr(address); err == nil && a.Is6() {
		return netip.IPv6Unspecified().String()
	}
	return netip.IPv4Unspecified().String()
}
