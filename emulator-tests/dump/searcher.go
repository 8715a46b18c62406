package dump

import (
	"bytes"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
)

// Leak is something that should not be there. It never holds what was found.
type Leak struct {
	// What was found: the name of a pattern, or of a secret.
	What string
	// How it was packed, the outermost first; empty if it was in the clear.
	How []string
}

// String is for a person who reads a failed test.
func (l Leak) String() string {
	if len(l.How) == 0 {
		return l.What + ", in the clear"
	}
	return l.What + ", in " + strings.Join(l.How, ", in ")
}

// minSecret is how long a secret must be at least, for random bytes not to be taken for it.
const minSecret = 6

// Searcher looks for leaks. Its zero value knows the patterns alone. It is safe for concurrent use while nobody adds.
type Searcher struct{ secrets []secret }

type secret struct {
	name  string
	bytes []byte
}

// Add makes it look for a secret of the test's own, too: a text, a key, a name. It fails for one that is too short to
// be told from chance.
func (s *Searcher) Add(name string, value []byte) error {
	if len(value) < minSecret {
		return fmt.Errorf("dump: %s has %d bytes; %d could be found by chance", name, len(value), minSecret-1)
	}
	s.secrets = append(s.secrets, secret{name, bytes.Clone(value)})
	return nil
}

// Search looks at data, and at all that it can be decoded to.
func (s *Searcher) Search(data []byte) []Leak {
	var leaks []Leak
	each(data, func(view []byte, how []string) {
		for _, what := range s.look(view) {
			leaks = append(leaks, Leak{What: what, How: how})
		}
	})
	return leaks
}

// look gives the names of what is in one view.
func (s *Searcher) look(view []byte) []string {
	var found []string
	for _, p := range patterns {
		for _, match := range p.expression.FindAll(view, maxMatches) {
			if p.really == nil || p.really(match) {
				found = append(found, p.name)
				break
			}
		}
	}
	for _, s := range s.secrets {
		if bytes.Contains(view, s.bytes) {
			found = append(found, s.name)
		}
	}
	return found
}

// maxMatches bounds how many matches of one pattern are looked at.
const maxMatches = 1000

type pattern struct {
	name       string
	expression *regexp.Regexp
	really     func([]byte) bool // what the expression cannot say
}

// patterns are what SDP, ICE and DTLS look like.
//
//nolint:gochecknoglobals // compiled once, never changed
var patterns = []pattern{
	{"a candidate", regexp.MustCompile(`(?i)candidate:`), nil},
	{"an ICE user name", regexp.MustCompile(`(?i)ufrag`), nil},
	{"an ICE password", regexp.MustCompile(`(?i)ice-pwd`), nil},
	{"a fingerprint's name", regexp.MustCompile(`(?i)fingerprint`), nil},
	{"a fingerprint", regexp.MustCompile(`(?i)([0-9a-f]{2}:){7}[0-9a-f]{2}`), nil},
	{"an SDP's first line", regexp.MustCompile(`v=0(\r|\n|\\r|\\n)`), nil},
	{"an SDP's line", regexp.MustCompile(`(?:^|[\r\n]|\\n)[acmost]=[a-zA-Z0-9-]{3}`), nil},
	{"a description", regexp.MustCompile(`(?i)["' ]sdp(Mid|MLineIndex)?["' :]`), nil},
	{"an address of IPv4", regexp.MustCompile(`\d{1,3}(\.\d{1,3}){3}`), isAddress(0)},
	{"an address of IPv6", regexp.MustCompile(`(?i)[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}`), isAddress(minIPv6)},
	{"an address of mDNS", regexp.MustCompile(`(?i)[0-9a-f-]{36}\.local`), nil},
}

// minIPv6 is how long an address must be, for random bytes not to be taken for it.
const minIPv6 = 12

func isAddress(least int) func([]byte) bool {
	return func(text []byte) bool {
		_, err := netip.ParseAddr(string(text))
		return err == nil && len(text) >= least
	}
}
