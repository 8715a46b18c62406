package main

import (
	"fmt"
	"strings"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// maxReactors is how many are named who react with the same.
const maxReactors = 3

// personNotice is a notice on its way to a terminal.
type personNotice struct {
	peer.Notice

	person  *terminal
	members func() []peer.Member          // those of now
	number  func(protocol.EventID) string // of a text that was shown; else empty
	edited  bool                          // its text is another one than was shown
}

// line is what a person reads of it; empty for what need not be told.
func (n personNotice) line() string {
	who := called(n.Member, n.members)
	switch n.Kind {
	case peer.NoticeText:
		if n.Member.Self && !n.Earlier {
			return "" // it stands there already
		}
		return n.said(who)
	case peer.NoticeFile:
		return n.faint(who+" has sent files, which `parley receive` gets. ") + printable(n.Entry.Text)
	case peer.NoticeChanged:
		return n.faint(n.numbered(n.changed(who)))
	case peer.NoticeCame:
		return n.faint(who + " came in")
	case peer.NoticeLeft:
		return n.faint(who + " left")
	case peer.NoticeNamed:
		return n.named(who)
	case peer.NoticeRemoved:
		return n.person.paint(alarm, who+" was removed")
	case peer.NoticeSettings:
		return n.faint(settingsLine(n.Entry.Settings))
	case peer.NoticeMoved:
		return n.person.paint(alarm, "The room has another link, which who was removed does not know.")
	case peer.NoticeFault:
		return n.person.paint(alarm, who+" broke a rule ("+n.Rule+")")
	case peer.NoticeAdmitted: // that they come is told
	case peer.NoticeGot, peer.NoticeRead, peer.NoticeTyping, peer.NoticeQuiet: // of no use in lines that stay
	}
	return ""
}

func (n personNotice) faint(text string) string { return n.person.paint(faint, text) }

// numbered has the text's number first, if it has one.
func (n personNotice) numbered(text string) string {
	if number := n.number(n.Entry.ID); number != "" {
		return number + "  " + text
	}
	return text
}

// said is a text with who said it before its first line.
func (n personNotice) said(who string) string {
	e, when := n.Entry, ""
	if n.Earlier {
		when = n.faint(e.Time.Local().Format("2 Jan 15:04") + "  ")
	}
	if e.Reply != nil {
		to := n.number(*e.Reply)
		if to == "" {
			to = "an earlier text"
		}
		who += ", to " + to
	}
	text := strings.ReplaceAll(printable(e.Text), "\n", "\n    ")
	switch {
	case e.Deleted:
		text = n.faint("(taken back)")
	case e.Gone:
		text = n.faint("(gone)")
	}
	line := n.numbered(when + n.person.paint(strong, who+":") + " " + text)
	if len(e.Reactions) > 0 {
		line += "  " + n.faint(n.reactions())
	}
	return line
}

// changed says what has become of a text.
func (n personNotice) changed(who string) string {
	text := "«" + shortened(oneLine(n.Entry.Text)) + "»"
	switch {
	case n.Entry.Deleted:
		return who + " took a text back"
	case n.Entry.Gone:
		return "a text of " + who + " is gone"
	case n.edited || n.Entry.Edited && n.number(n.Entry.ID) == "":
		return who + " now says " + text
	case len(n.Entry.Reactions) == 0:
		return who + ": " + text + "  nobody reacts any more"
	}
	return who + ": " + text + "  " + n.reactions()
}

func (n personNotice) reactions() string {
	var all []string
	for _, r := range n.Entry.Reactions {
		by := make([]string, 0, maxReactors)
		for _, id := range r.Members[:min(len(r.Members), maxReactors)] {
			by = append(by, n.nameOf(id))
		}
		if more := len(r.Members) - len(by); more > 0 {
			by = append(by, fmt.Sprintf("%d more", more))
		}
		all = append(all, oneLine(r.Emoji)+" "+strings.Join(by, ", "))
	}
	return strings.Join(all, "  ")
}

func (n personNotice) nameOf(id protocol.Identity) string {
	for _, m := range n.members() {
		if m.ID == id {
			return called(m, n.members)
		}
	}
	return called(peer.Member{ID: id}, n.members)
}

// named tells another name. Who is called for the first time has just come.
func (n personNotice) named(who string) string {
	switch {
	case n.Earlier || n.Former == n.Member.Name:
		return ""
	case n.Member.Self:
		return n.faint("You are called " + who + " now")
	case n.Former == "":
		return n.faint("somebody is called " + who + " now")
	}
	return n.faint(oneLine(n.Former) + " is called " + who + " now")
}

func settingsLine(s protocol.RoomSettings) string {
	line := "The room has no name"
	if s.Name != "" {
		line = "The room is called " + oneLine(s.Name)
	}
	if s.Topic != "" {
		line += ": " + oneLine(s.Topic)
	}
	if s.Locked {
		line += ". It is locked: nobody new comes in"
	}
	return line
}

// called is what a member is called here: by name, and where that is not enough also by the beginning of the identity.
func called(m peer.Member, members func() []peer.Member) string {
	name := oneLine(m.Name)
	if name == "" {
		return "somebody (" + m.ID.String()[:4] + ")"
	}
	for _, other := range members() {
		if other.ID != m.ID && strings.EqualFold(oneLine(other.Name), name) {
			return name + " (" + m.ID.String()[:4] + ")"
		}
	}
	return name
}

// oneLine is printable without line breaks.
func oneLine(text string) string { return strings.ReplaceAll(printable(text), "\n", " ") }

func shortened(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
