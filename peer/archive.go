package peer

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
)

// maxArchiveLine is more than the longest event takes.
const maxArchiveLine = 256 << 10

// ErrArchiveUsed is returned where a room is to be made, and the [Archive] has one already.
var ErrArchiveUsed = errors.New("peer: the archive has a room already")

// Archive keeps what was said in one room in a file, so that a member that comes back with the same [Device] has it,
// also where nobody else is: a room lasts as long as somebody has kept it. The file is for its owner alone; it holds
// what was said, and the room's secret, in the clear. An Archive is for one Group at a time, and its file for one
// Archive. Its methods are not safe for concurrent use, and are not to be called while a Group has it.
//
// The file grows as long as the room keeps what is said (SPEC E8); nothing else bounds it. A text of 60 characters
// takes 420 bytes of it, and 1.1 kB of memory in a Group, which has all of the room there as long as it lives: 100 000
// such texts take 42 MB and 110 MB. From when an Archive is opened until a Group has it, its events are in memory too.
type Archive struct {
	path string
	file *os.File
	kept member.Kept // what the file has now, but Events only from when it was read until a Group has them
	some bool        // there is a room
}

// archiveLine is one line of the file: one of these. Later lines count more.
type archiveLine struct {
	// Event is an event as it travels, and At when it came, in milliseconds since 1970.
	Event string `json:"event,omitempty"`
	At    int64  `json:"at,omitempty"`
	// Code is the room's, from then on.
	Code string `json:"code,omitempty"`
	// Chain and N are the own chain and its last number.
	Chain string `json:"chain,omitempty"`
	N     uint64 `json:"n,omitempty"`
}

// OpenArchive reads the archive in a file, or makes an empty one, with its folder. The caller closes it after the Group
// that has it.
func OpenArchive(path string) (*Archive, error) {
	a := &Archive{path: path}
	if err := a.read(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("peer: read the archive: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), ownerOnlyDir); err != nil {
		return nil, fmt.Errorf("peer: make the archive: %w", err)
	}
	var err error
	if a.file, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, ownerOnly); err != nil {
		return nil, fmt.Errorf("peer: open the archive: %w", err)
	}
	if len(a.kept.Codes) > 0 { // behind a line that may have been cut off
		if _, err := a.file.WriteString("\n"); err != nil {
			return nil, errors.Join(fmt.Errorf("peer: write the archive: %w", err), a.file.Close())
		}
	}
	return a, nil
}

// Secret is where the room was last; false if nothing is kept.
func (a *Archive) Secret() (protocol.RoomSecret, bool) {
	if !a.some || len(a.kept.Codes) == 0 {
		return protocol.RoomSecret{}, false
	}
	return a.kept.Codes[len(a.kept.Codes)-1], true
}

// Close closes the file. Closing again fails.
func (a *Archive) Close() error { return a.file.Close() }

// read reads the file. What is not whole, such as a last line that was being written in a crash, is left out.
func (a *Archive) read() error {
	file, err := os.Open(a.path)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxArchiveLine)
	for lines.Scan() {
		var line archiveLine
		if json.Unmarshal(lines.Bytes(), &line) == nil {
			a.readLine(line)
		}
	}
	return lines.Err()
}

func (a *Archive) readLine(line archiveLine) {
	switch {
	case line.Event != "":
		if event, err := base64.RawURLEncoding.DecodeString(line.Event); err == nil {
			a.kept.Events = append(a.kept.Events, member.KeptEvent{Event: event, Arrived: time.UnixMilli(line.At)})
			a.some = true
		}
	case line.Code != "":
		if code, err := protocol.ParseRoomCode(line.Code); err == nil {
			a.kept.Codes = append(a.kept.Codes, code)
		}
	default:
		chain, err := base64.RawURLEncoding.DecodeString(line.Chain)
		if err == nil && len(chain) == len(a.kept.Chain) {
			a.kept.Chain, a.kept.N = protocol.ChainID(chain), line.N
		}
	}
}

// begin hands over what is kept; nil if that is nothing, or there is no archive. What an earlier Group has added is
// read first.
func (a *Archive) begin() (*member.Kept, error) {
	if a == nil || !a.some {
		return nil, nil //nolint:nilnil // as member.Config has it
	}
	if a.kept.Events == nil {
		a.kept = member.Kept{}
		if err := a.read(); err != nil {
			return nil, fmt.Errorf("peer: read the archive: %w", err)
		}
	}
	kept := a.kept
	a.kept.Events = nil
	return &kept, nil
}

// take notes the events that a member has taken. Own ones are on the disk when it returns, so that no other stay
// goes on with the chain before them.
func (a *Archive) take(m *member.Member, ids []protocol.EventID) error {
	var text bytes.Buffer
	for _, id := range ids {
		writeEvent(&text, m, id)
	}
	a.some = a.some || len(ids) > 0
	chain, n := m.Chain()
	own := n != a.kept.N || chain != a.kept.Chain
	if own {
		a.writeChain(&text, m)
	}
	if _, err := a.file.Write(text.Bytes()); err != nil || !own {
		return err
	}
	return a.file.Sync()
}

// move notes the room's code.
func (a *Archive) move(code protocol.RoomSecret) error {
	if slices.Contains(a.kept.Codes, code) {
		return nil
	}
	a.kept.Codes = append(a.kept.Codes, code)
	var text bytes.Buffer
	writeLine(&text, archiveLine{Code: code.Code()})
	_, err := a.file.Write(text.Bytes())
	return err
}

// forget writes the file anew, as the member has the events now: whole or not at all.
func (a *Archive) forget(m *member.Member) error {
	file, err := os.CreateTemp(filepath.Dir(a.path), ".archive-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) //nolint:errcheck // renamed, or of no use
	out := bufio.NewWriter(file)
	for _, code := range a.kept.Codes {
		writeLine(out, archiveLine{Code: code.Code()})
	}
	for _, id := range m.History().Events() {
		writeEvent(out, m, id)
	}
	a.writeChain(out, m)
	if err := errors.Join(out.Flush(), file.Sync(), os.Rename(file.Name(), a.path)); err != nil {
		return errors.Join(err, file.Close())
	}
	former := a.file
	a.file = file
	return former.Close()
}

func writeEvent(w io.Writer, m *member.Member, id protocol.EventID) {
	if e, there := m.Event(id); there {
		writeLine(w, archiveLine{Event: base64.RawURLEncoding.EncodeToString(e.Event), At: e.Arrived.UnixMilli()})
	}
}

func (a *Archive) writeChain(w io.Writer, m *member.Member) {
	if a.kept.Chain, a.kept.N = m.Chain(); a.kept.N > 0 {
		writeLine(w, archiveLine{Chain: base64.RawURLEncoding.EncodeToString(a.kept.Chain[:]), N: a.kept.N})
	}
}

// writeLine writes to memory, or to what tells its error at the end.
func writeLine(w io.Writer, line archiveLine) {
	_ = json.NewEncoder(w).Encode(line) //nolint:errchkjson // it is made of strings and numbers
}
