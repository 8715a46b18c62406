package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// maxSeen is how many texts can be named by their numbers: the last ones.
const maxSeen = 1000

// seen is what of a room was shown, so that it can be spoken of, and who is not to be. It is safe for concurrent use.
type seen struct {
	mu     sync.Mutex
	before int                        // guarded by mu, as all that follows: how many there were before texts
	texts  []peer.Entry               // as they were shown last; at most maxSeen
	theirs protocol.EventID           // the last text of somebody else
	own    protocol.EventID           // the last of this one
	muted  map[protocol.Identity]bool // by /mute
}

// note takes note of a text or a change, and gives how the text was before, if that is known.
func (s *seen) note(n peer.Notice) (before peer.Entry, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.at(n.Entry.ID); at >= 0 {
		before, s.texts[at] = s.texts[at], n.Entry
		return before, true
	}
	if n.Kind != peer.NoticeText {
		return peer.Entry{}, false
	}
	if len(s.texts) == maxSeen {
		s.texts = s.texts[1:]
		s.before++
	}
	s.texts = append(s.texts, n.Entry)
	if n.Member.Self {
		s.own = n.Entry.ID
	} else {
		s.theirs = n.Entry.ID
	}
	return peer.Entry{}, false
}

// at is the index of a text; −1 if it was not shown. mu is held.
func (s *seen) at(id protocol.EventID) int {
	for at, e := range slices.Backward(s.texts) {
		if e.ID == id {
			return at
		}
	}
	return -1
}

// number is what a text is called, such as #7; empty if it was not shown.
func (s *seen) number(id protocol.EventID) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.at(id)
	if at < 0 {
		return ""
	}
	return "#" + strconv.Itoa(s.before+at+1)
}

// target finds which text words begin with, by number or by id, and gives the rest of them. Without either it is the
// last own text, or the last of somebody else.
func (s *seen) target(words string, own bool) (protocol.EventID, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	named, isNamed := strings.CutPrefix(words, "#")
	if !isNamed {
		last := s.theirs
		if own {
			last = s.own
		}
		if last == (protocol.EventID{}) {
			return last, "", errors.New("there is no such text yet")
		}
		return last, words, nil
	}
	name, rest, _ := strings.Cut(named, " ")
	if id, err := protocol.ParseIdentity(name); err == nil { // it has the form of an event's id (V9)
		return protocol.EventID(id), strings.TrimSpace(rest), nil
	}
	n, err := strconv.Atoi(name)
	if at := n - s.before - 1; err == nil && at >= 0 && at < len(s.texts) {
		return s.texts[at].ID, strings.TrimSpace(rest), nil
	}
	return protocol.EventID{}, "", fmt.Errorf("there is no text #%s", name)
}

func (s *seen) mute(who protocol.Identity, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.muted == nil {
		s.muted = map[protocol.Identity]bool{}
	}
	s.muted[who] = on
}

func (s *seen) isMuted(who protocol.Identity) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.muted[who]
}
