package disk

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strconv"

	"github.com/parley-chat/parley/room/files"
)

// placedName is the file in the stage that says, a line each, which names entries have got, and the first names of
// paths. What has its name there is renamed next, so a name that is there and empty is our own.
const placedName = "placed"

type placedLine struct {
	// Top is the first name of paths that As stands for; if it is empty, As is the whole name of an entry.
	Top   string `json:"top,omitempty"`
	Entry int    `json:"entry,omitempty"`
	As    string `json:"as"`
}

// placing gives the files their names.
type placing struct {
	sink    *Sink
	journal *os.File
	named   func(entry int) error
	// tops are the folders that have been made for first names.
	tops map[string]string
}

// Finish gives the files their names, when all has come: never over what is there, a number is added to the first
// name of the path. Their time of change is what the manifest says; none can be run. It returns the names below the
// folder by entry. From then on Block reads them there. It fails with ErrMissing, or as the disk does; then NewSink and
// Finish go on where it ended.
func (s *Sink) Finish() ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.finishLocked(func(int) error { return nil })
}

// finishLocked calls named for each entry whose name is taken, before it gets it; tests end it there.
func (s *Sink) finishLocked(named func(entry int) error) ([]string, error) {
	if s.failed != nil {
		return nil, s.failed
	}
	if s.left > 0 {
		return nil, ErrMissing
	}
	// All is vouched for first, since afterwards nothing may look for it among the parts.
	if err := errors.Join(s.syncLocked(), s.closePartLocked(), s.pieces.close()); err != nil {
		return nil, err
	}
	if err := s.placeLocked(named); err != nil {
		return nil, spaceError(err, s.folder.Name(), 0)
	}
	s.failed = ErrClosed // nothing is written any more
	names := make([]string, len(s.set.Manifest().Entries))
	for entry := range names {
		names[entry], _ = s.place(entry)
	}
	return names, errors.Join(s.releaseStage(), s.folder.RemoveAll(s.stageName))
}

func (s *Sink) placeLocked(named func(entry int) error) error {
	journal, err := s.stage.OpenFile(placedName, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	p := placing{sink: s, journal: journal, named: named, tops: map[string]string{}}
	lines, err := s.placedLines()
	for _, line := range lines {
		if line.Top != "" {
			p.tops[line.Top] = line.As
		}
	}
	if err == nil {
		err = s.settle()
	}
	for entry := range s.set.Manifest().Entries {
		if err == nil {
			err = p.place(entry)
		}
	}
	return errors.Join(err, journal.Close())
}

func (p *placing) place(entry int) error {
	s, part := p.sink, strconv.Itoa(entry)
	if name, placed := s.place(entry); placed { // by a process that ended before it was done
		if _, err := s.stage.Lstat(part); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if info, err := s.folder.Lstat(name); err == nil && info.Mode().IsRegular() && info.Size() == 0 {
			return s.stageToFolder(part, name)
		}
	}
	name, err := p.reserve(entry)
	if err != nil {
		return err
	}
	if err := p.note(placedLine{Entry: entry, As: name}); err != nil {
		return err
	}
	s.setPlace(entry, name)
	if err := p.named(entry); err != nil {
		return err
	}
	return s.stageToFolder(part, name)
}

func (s *Sink) stageToFolder(part, name string) error {
	return s.folder.Rename(path.Join(s.stageName, part), name)
}

// reserve takes a name that nothing has, by an empty file that the part is renamed over.
func (p *placing) reserve(entry int) (string, error) {
	names := p.sink.set.Manifest().Entries[entry].Path
	into := ""
	if len(names) > 1 {
		top, err := p.top(names[0])
		if err != nil {
			return "", err
		}
		for into = top; len(names) > 2; names = names[1:] {
			into = path.Join(into, savedName(names[1]))
		}
		if err := p.sink.folder.MkdirAll(into, 0o777); err != nil {
			return "", err
		}
	}
	return free(into, savedName(names[len(names)-1]), func(name string) error {
		file, err := p.sink.folder.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil {
			return err
		}
		return file.Close()
	})
}

// top is the new folder that stands for a first name.
func (p *placing) top(name string) (string, error) {
	if as, made := p.tops[name]; made {
		return as, nil
	}
	as, err := free("", savedName(name), func(name string) error { return p.sink.folder.Mkdir(name, 0o777) })
	if err != nil {
		return "", err
	}
	p.tops[name] = as
	return as, p.note(placedLine{Top: name, As: as})
}

// free finds a name that can be taken, and takes it.
func free(into, name string, take func(string) error) (string, error) {
	for n := 1; ; n++ {
		at := path.Join(into, name)
		if n > 1 {
			at = path.Join(into, files.Numbered(name, n))
		}
		if err := take(at); !errors.Is(err, fs.ErrExist) {
			return at, err
		}
	}
}

// note keeps a line for a process that may have to go on.
func (p *placing) note(line placedLine) error {
	raw, err := json.Marshal(line)
	if err != nil {
		return err
	}
	_, err = p.journal.Write(append(raw, '\n'))
	return err
}

// placedLines are what a process has noted that ended before it was done. A line that it did not end is none.
func (s *Sink) placedLines() ([]placedLine, error) {
	file, err := s.stage.Open(placedName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var lines []placedLine
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		var line placedLine
		if json.Unmarshal(scanner.Bytes(), &line) != nil {
			break
		}
		lines = append(lines, line)
	}
	return lines, errors.Join(scanner.Err(), file.Close())
}

func (s *Sink) readPlaced() error {
	lines, err := s.placedLines()
	for _, line := range lines {
		if line.Top == "" && line.Entry >= 0 && line.Entry < len(s.set.Manifest().Entries) {
			s.setPlace(line.Entry, line.As)
		}
	}
	return err
}

// place is the name that an entry has got.
func (s *Sink) place(entry int) (name string, placed bool) {
	s.names.Lock()
	defer s.names.Unlock()
	name, placed = s.placed[entry]
	return name, placed
}

func (s *Sink) setPlace(entry int, name string) {
	s.names.Lock()
	defer s.names.Unlock()
	s.placed[entry] = name
}

// unplace forgets the name of an entry whose file is not there any more.
func (s *Sink) unplace(entry int) {
	s.names.Lock()
	defer s.names.Unlock()
	delete(s.placed, entry)
}

// savedName is what a name is written as on this system (SPEC F5).
func savedName(name string) string {
	if runtime.GOOS == "windows" {
		return files.SafeName(name)
	}
	return name
}
