package peer

import (
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"sync"

	"github.com/parley-chat/parley/protocol"
)

const (
	// maxNotices bounds what waits for Next.
	maxNotices = 1024
	// maxKeptNotices is how many entries of an archive there are notices of at first.
	maxKeptNotices = 100
)

// NoticeKind says what a [Notice] tells of.
type NoticeKind string

// The kinds.
const (
	// NoticeText: somebody, this member too, has said the text that is in Entry.
	NoticeText NoticeKind = "text"
	// NoticeFile: somebody, this member too, has said files, of which Entry speaks; and again, with File, when it is
	// known what they are, when one more has all of them, and when they are here, or will not be. Entry is as at first.
	NoticeFile NoticeKind = "file"
	// NoticeChanged: the text or file in Entry was edited, taken back, reacted to, or is over; Entry is as it is now.
	NoticeChanged NoticeKind = "changed"
	// NoticeGot and NoticeRead: Member has got, or has read, the own text in Entry, and those before it that it has got.
	NoticeGot  NoticeKind = "got"
	NoticeRead NoticeKind = "read"
	// NoticeTyping and NoticeQuiet: Member is writing, or is not any more.
	NoticeTyping NoticeKind = "typing"
	NoticeQuiet  NoticeKind = "quiet"
	// NoticeCame and NoticeLeft: Member has come into the room, or is not there any more. They stay a member.
	NoticeCame NoticeKind = "came"
	NoticeLeft NoticeKind = "left"
	// NoticeAdmitted and NoticeRemoved: Entry.Author has let Member in, or has removed them.
	NoticeAdmitted NoticeKind = "admitted"
	NoticeRemoved  NoticeKind = "removed"
	// NoticeNamed: Member says what they are called from here on; Former is what they were called.
	NoticeNamed NoticeKind = "named"
	// NoticeSettings: Entry.Settings are the room's from here on.
	NoticeSettings NoticeKind = "settings"
	// NoticeMoved: [Group.Secret] is another one, since somebody was removed.
	NoticeMoved NoticeKind = "moved"
	// NoticeFault: Member broke the rule of the SPEC that Rule names.
	NoticeFault NoticeKind = "fault"
)

// Notice is something that has happened in a room.
type Notice struct {
	Kind NoticeKind
	// Entry is what is to be seen of it, with those kinds that say so.
	Entry Entry
	// Earlier is set with what was said before this member was there, and is heard of now, or was kept ([Options]).
	Earlier bool
	// Member is who it is about: with a text its author. Its Name is empty if they are not known here.
	Member Member
	// Former is set with NoticeNamed; empty is no name.
	Former string
	// File is set with NoticeFile, but for the first one of an entry.
	File *File
	// Rule is set with NoticeFault.
	Rule string
	// Lost is how many notices before this one nobody has taken in time.
	Lost int
}

// notices keeps them until somebody takes them. It is safe for concurrent use.
type notices struct {
	some chan struct{} // one notice: there is something to take
	mu   sync.Mutex
	kept []Notice // guarded by mu
	lost int      // guarded by mu: since the first of kept would have been taken
}

func newNotices() *notices { return &notices{some: make(chan struct{}, 1)} }

func (q *notices) put(n Notice) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.kept) == maxNotices {
		q.kept[0] = Notice{}
		q.kept = q.kept[1:]
		q.lost++
	}
	q.kept = append(q.kept, n)
	notify(q.some)
}

func (q *notices) take() (Notice, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.kept) == 0 {
		return Notice{}, false
	}
	n := q.kept[0]
	n.Lost, q.lost = q.lost, 0
	q.kept[0] = Notice{}
	q.kept = q.kept[1:]
	if len(q.kept) > 0 {
		notify(q.some) // for another who waits
	}
	return n, true
}

// tellKept tells of what an archive had: of the last entries all, of those before only what becomes of them.
func (l *groupLife) tellKept() {
	t := l.member.Timeline()
	if t == nil {
		return
	}
	l.meet()
	for at := range t.Len() {
		if e := t.At(at); at < t.Len()-maxKeptNotices {
			l.told[e.ID] = l.look(e)
			l.noteFile(e, true)
		} else {
			l.tellEntry(e, false, true)
		}
	}
}

// tellEntries tells of entries that came, went or have changed.
func (l *groupLife) tellEntries(ids []protocol.EventID) {
	t := l.member.Timeline()
	defer l.tellReceipts(ids)
	for _, id := range ids {
		_, before := l.told[id]
		at, there := t.Index(id)
		switch {
		case there:
			l.tellEntry(t.At(at), before, !l.synced && !l.isOfStay(id))
		case before: // its author had no right to it, as is known now
			l.tellEntry(Entry{ID: id, Kind: protocol.EventText, Gone: true}, true, !l.synced)
			l.files.post(func() { l.files.note(Entry{ID: id}, Member{}, false) })
		}
	}
}

// isOfStay tells whether this member has said something itself, in this stay: what is kept was told already.
func (l *groupLife) isOfStay(id protocol.EventID) bool {
	e, _ := l.member.History().Event(id)
	chain, _ := l.member.Chain()
	return e.Author == l.member.Self() && e.Chain == chain
}

func (l *groupLife) tellEntry(e Entry, before, earlier bool) {
	now := l.look(e)
	if before && l.told[e.ID] == now {
		return // somebody has got or read it
	}
	l.told[e.ID] = now
	defer l.noteFile(e, earlier)
	n := Notice{Entry: e, Member: l.person(e.Author), Earlier: earlier}
	switch {
	case before:
		n.Kind = NoticeChanged
	case e.Kind == protocol.EventText:
		n.Kind = NoticeText
	case e.Kind == protocol.EventFile:
		n.Kind = NoticeFile
	case e.Kind == protocol.EventAdmission && e.Member == e.Author:
		n.Kind, n.Former = NoticeNamed, n.Member.Name
		l.meet()
		n.Member = l.person(e.Member)
	case e.Kind == protocol.EventAdmission:
		n.Kind, n.Member = NoticeAdmitted, l.person(e.Member)
	case e.Kind == protocol.EventRemoval:
		n.Kind, n.Member = NoticeRemoved, l.person(e.Member)
	default:
		n.Kind = NoticeSettings
	}
	l.notices.put(n)
}

// noteFile tells the room's files of an entry that speaks of some.
func (l *groupLife) noteFile(e Entry, earlier bool) {
	if e.Kind == protocol.EventFile {
		author := l.person(e.Author)
		l.files.post(func() { l.files.note(e, author, earlier) })
	}
}

// look sums up what there is to be seen of an entry.
func (l *groupLife) look(e Entry) uint64 {
	var sum maphash.Hash
	sum.SetSeed(l.seed)
	_, _ = fmt.Fprint(&sum, e.Text, e.Edited, e.Deleted, e.Gone, e.Reactions, e.Settings) // it never fails
	return sum.Sum64()
}

// tellPeople tells who came and who went since the last time.
func (l *groupLife) tellPeople() {
	l.meet()
	here := map[protocol.Identity]bool{}
	people := l.member.People()
	l.files.post(func() { l.files.meet(people) })
	for _, p := range people {
		if here[p.ID] = p.Here; p.Here && !p.Self && !l.here[p.ID] {
			l.notices.put(Notice{Kind: NoticeCame, Member: p})
		}
	}
	for _, id := range slices.SortedFunc(maps.Keys(l.here), compareIdentities) {
		if l.here[id] && !here[id] && id != l.member.Self() {
			p := l.people[id]
			p.Here = false
			l.notices.put(Notice{Kind: NoticeLeft, Member: p})
		}
	}
	l.here = here
}

// person is what is known of somebody, or was last.
func (l *groupLife) person(id protocol.Identity) Member {
	if _, known := l.people[id]; !known {
		l.meet()
	}
	if p, known := l.people[id]; known {
		return p
	}
	return Member{ID: id}
}

// meet takes note of who there is. Those who were removed stay known.
func (l *groupLife) meet() {
	for _, p := range l.member.People() {
		l.people[p.ID] = p
	}
}

func compareIdentities(a, b protocol.Identity) int { return slices.Compare(a[:], b[:]) }
