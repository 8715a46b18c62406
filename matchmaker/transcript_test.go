package matchmaker

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
)

var rewrite = flag.Bool("rewrite", false, "write what happens into testdata; commit only what you understand")

// TestTranscripts plays testdata/*.txt: a line at the margin is done, indented lines are what came of it.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(raw))
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(raw) {
				t.Errorf("%s says another thing than what happens:\n%s", file, got)
			}
		})
	}
}

// stage is what a transcript plays on.
type stage struct {
	t      *testing.T
	model  *model
	now    time.Time
	rooms  map[protocol.RoomID]string // the names that the transcript has for them
	keys   map[protocol.Key]string
	held   map[string]*call // calls that have read and not yet committed
	number int
}

func play(t *testing.T, script string) string {
	t.Helper()
	s := &stage{t: t, held: map[string]*call{}}
	s.reset()
	var out strings.Builder
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "    ") {
			continue // what came of it the last time
		}
		out.WriteString(line + "\n")
		if line == "" {
			continue
		}
		if strings.HasPrefix(line, "#") {
			s.reset() // a heading begins another story
			continue
		}
		for _, result := range s.do(strings.Fields(line)) {
			out.WriteString("    " + result + "\n")
		}
	}
	return out.String()
}

func (s *stage) reset() {
	s.model, s.now = newModel(), time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	s.rooms, s.keys, s.number = map[protocol.RoomID]string{}, map[protocol.Key]string{}, 0
}

// do plays one line.
func (s *stage) do(words []string) []string {
	s.t.Helper()
	switch verb := words[0]; verb {
	case "ask", "cancel":
		return []string{s.result(verb, s.call(words).finish())}
	case "hold": // hold NAME ask …: reads and decides, does not commit
		c := s.call(words[2:])
		for c.plan == nil {
			c.step()
		}
		s.held[words[1]] = c
		return nil
	case "release": // release NAME: commits, or meets a conflict and goes on
		c := s.held[words[1]]
		if c.step() {
			return []string{s.result("ask", *c.plan)}
		}
		return []string{"conflict, then " + s.result("ask", c.finish())}
	case "wait":
		d, err := time.ParseDuration(words[1])
		if err != nil {
			s.t.Fatal(err)
		}
		s.now = s.now.Add(d)
		return nil
	case "peers-delete": // peers-delete room1: they are connected and clear up (SPEC D11)
		for id, name := range s.rooms {
			if name == words[1] {
				delete(s.model.rooms, id)
			}
		}
		return nil
	case "show":
		return s.show()
	}
	s.t.Fatalf("unknown line: %q", words)
	return nil
}

// call makes the call of: ask NAME NUMBER [in POOL], or cancel NAME NUMBER [in POOL].
func (s *stage) call(words []string) *call {
	s.t.Helper()
	n, err := strconv.Atoi(words[2])
	if err != nil {
		s.t.Fatal(err)
	}
	uid, pool := words[1], protocol.DefaultPool
	if len(words) == 5 && words[3] == "in" {
		pool = words[4]
	}
	if words[0] == "cancel" {
		return s.model.cancel(Cancelled{UID: uid, Pool: pool, ID: requestNumber(n)}, s.now, DefaultLimits())
	}
	key := keyOf(uid, n)
	s.keys[key] = fmt.Sprintf("%s's key %d", uid, n)
	s.number++
	fresh := roomNumber(s.number)
	r := Request{UID: uid, Pool: pool, ID: requestNumber(n), Key: key}
	return s.model.ask(r, s.now, fresh, DefaultLimits())
}

func (s *stage) result(verb string, p Plan) string {
	switch {
	case verb == "cancel":
		return "done"
	case p.Err != nil:
		return p.Err.Error()
	case p.Answer.PeerKey != nil:
		return fmt.Sprintf("%s in %s as %s, peer has %s",
			p.Answer.Status, s.name(p.Answer.RoomID), p.Answer.Role, s.keys[*p.Answer.PeerKey])
	case p.Answer.Status == "":
		return "done"
	}
	return fmt.Sprintf("%s in %s as %s", p.Answer.Status, s.name(p.Answer.RoomID), p.Answer.Role)
}

// name numbers rooms in the order in which they are spoken of.
func (s *stage) name(id protocol.RoomID) string {
	if s.rooms[id] == "" {
		s.rooms[id] = fmt.Sprintf("room%d", len(s.rooms)+1)
	}
	return s.rooms[id]
}

func (s *stage) show() []string {
	var lines []string
	for _, pool := range slices.Sorted(maps.Keys(s.model.slots)) {
		slot := s.model.slots[pool].value
		lines = append(lines, fmt.Sprintf("%s: %s waits in %s with %s, lease %s",
			pool, slot.UID, s.name(slot.RoomID), s.keys[slot.Key], slot.LeaseUntil.Sub(s.now)))
	}
	for _, made := range s.model.made {
		state := "deleted"
		if room := s.model.rooms[made.ID]; room.version > 0 {
			state = map[bool]string{false: "open", true: "closed"}[room.value.Closed]
		}
		lines = append(lines, fmt.Sprintf("%s: %s calls %s, %s", s.name(made.ID), made.Caller, made.Callee, state))
	}
	if lines == nil {
		return []string{"nobody waits, no room"}
	}
	return lines
}
