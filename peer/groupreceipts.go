package peer

import (
	"maps"
	"slices"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
)

// Receipt is that somebody has got a text of this member, and whether they have read it.
type Receipt = member.Receipt

// received is the last text of this member that somebody has got, and the last that they have read; zero for none.
type received struct{ got, read protocol.EventID }

// tellReceipts tells who has got and read what, where own texts were drawn anew: one notice for all that somebody has
// got since, and one for all that they have read.
func (l *groupLife) tellReceipts(ids []protocol.EventID) {
	now := map[protocol.Identity]received{}
	for _, id := range ids {
		if e, known := l.member.History().Event(id); !known || e.Kind != protocol.EventText {
			continue
		}
		for _, r := range l.member.Receipts(id) {
			last, known := now[r.Member]
			if !known {
				last = l.received[r.Member]
			}
			if l.isLater(last.got, id) {
				last.got = id
			}
			if r.Read && l.isLater(last.read, id) {
				last.read = id
			}
			now[r.Member] = last
		}
	}
	for _, who := range slices.SortedFunc(maps.Keys(now), compareIdentities) {
		last := now[who]
		before := l.received[who]
		l.received[who] = last
		if last.got != before.got {
			l.tellReceipt(NoticeGot, who, last.got)
		}
		if last.read != before.read {
			l.tellReceipt(NoticeRead, who, last.read)
		}
	}
}

func (l *groupLife) tellReceipt(kind NoticeKind, who protocol.Identity, id protocol.EventID) {
	t := l.member.Timeline()
	if at, there := t.Index(id); there {
		l.notices.put(Notice{Kind: kind, Member: l.person(who), Entry: t.At(at)})
	}
}

// isLater tells whether an event comes after another, which may be none.
func (l *groupLife) isLater(than, id protocol.EventID) bool {
	return than == (protocol.EventID{}) || l.member.History().Before(than, id)
}

// tellTypists tells who has begun to write, and who has ended, since the last time.
func (l *groupLife) tellTypists() {
	now := l.member.Typists()
	for _, id := range l.typists {
		if !slices.Contains(now, id) {
			l.notices.put(Notice{Kind: NoticeQuiet, Member: l.person(id)})
		}
	}
	for _, id := range now {
		if !slices.Contains(l.typists, id) {
			l.notices.put(Notice{Kind: NoticeTyping, Member: l.person(id)})
		}
	}
	l.typists = now
}
