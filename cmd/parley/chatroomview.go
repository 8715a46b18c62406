package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// roomEvent is one line for programs about a room of many; chatUsage says what it has when.
type roomEvent struct {
	Event     string                 `json:"event"`
	ID        string                 `json:"id,omitempty"`
	Name      string                 `json:"name,omitempty"`
	Identity  string                 `json:"identity,omitempty"`
	Self      bool                   `json:"self,omitempty"`
	By        string                 `json:"by,omitempty"`
	Text      string                 `json:"text,omitempty"`
	Time      *time.Time             `json:"time,omitempty"`
	Reply     string                 `json:"reply,omitempty"`
	Earlier   bool                   `json:"earlier,omitempty"`
	Edited    bool                   `json:"edited,omitempty"`
	Deleted   bool                   `json:"deleted,omitempty"`
	Gone      bool                   `json:"gone,omitempty"`
	Reactions []roomReaction         `json:"reactions,omitempty"`
	Settings  *protocol.RoomSettings `json:"settings,omitempty"`
	Rule      string                 `json:"rule,omitempty"`
	Lost      int                    `json:"lost,omitempty"`
}

type roomReaction struct {
	Emoji string   `json:"emoji"`
	By    []string `json:"by"` // identities
}

// in tells that this one was let in.
func (v *chatView) in() {
	v.tell(chatEvent{Event: "in"}, "You are in. Each line that you write is a message.")
}

// notice tells what has happened in a room. Members are those of now, to tell apart who has the same name.
func (v *chatView) notice(n peer.Notice, members func() []peer.Member) {
	if v.person == nil {
		v.mu.Lock()
		defer v.mu.Unlock()
		_ = v.program.Encode(programNotice(n)) //nolint:errchkjson // as in tell
		return
	}
	if n.Lost > 0 {
		v.person.line(v.person.paint(faint, fmt.Sprintf("%d lines were lost: this terminal was too slow.", n.Lost)))
	}
	if line := v.personNotice(n, members); line != "" {
		v.person.line(line)
	}
}

func programNotice(n peer.Notice) roomEvent {
	e := roomEvent{
		Event: string(n.Kind), Name: n.Member.Name, Self: n.Member.Self, Earlier: n.Earlier, Rule: n.Rule, Lost: n.Lost,
	}
	if n.Member.ID != (protocol.Identity{}) {
		e.Identity = n.Member.ID.String()
	}
	if n.Entry.ID == (protocol.EventID{}) {
		return e
	}
	e.ID = n.Entry.ID.String()
	if !n.Entry.Time.IsZero() {
		e.Time = &n.Entry.Time
	}
	switch n.Kind {
	case peer.NoticeText, peer.NoticeChanged:
		e.Text = n.Entry.Text
		if n.Entry.Reply != nil {
			e.Reply = n.Entry.Reply.String()
		}
		e.Edited, e.Deleted, e.Gone = n.Entry.Edited, n.Entry.Deleted, n.Entry.Gone
		for _, r := range n.Entry.Reactions {
			by := make([]string, len(r.Members))
			for i, m := range r.Members {
				by[i] = m.String()
			}
			e.Reactions = append(e.Reactions, roomReaction{r.Emoji, by})
		}
	case peer.NoticeAdmitted, peer.NoticeRemoved:
		e.By = n.Entry.Author.String()
	case peer.NoticeSettings:
		e.Settings = &n.Entry.Settings
	case peer.NoticeCame, peer.NoticeLeft, peer.NoticeMoved, peer.NoticeFault:
	}
	return e
}

// personNotice is the line for a person; empty for what need not be told.
func (v *chatView) personNotice(n peer.Notice, members func() []peer.Member) string {
	who := called(n.Member, members)
	switch n.Kind {
	case peer.NoticeText:
		if n.Member.Self && !n.Earlier {
			return "" // it stands there already
		}
		return v.said(who, n.Entry, n.Earlier)
	case peer.NoticeChanged:
		return v.person.paint(faint, changed(who, n.Entry))
	case peer.NoticeCame:
		return v.person.paint(faint, who+" came in")
	case peer.NoticeLeft:
		return v.person.paint(faint, who+" left")
	case peer.NoticeRemoved:
		return v.person.paint(alarm, who+" was removed")
	case peer.NoticeSettings:
		return v.person.paint(faint, settingsLine(n.Entry.Settings))
	case peer.NoticeMoved:
		return v.person.paint(alarm, "The room has another link, which who was removed does not know.")
	case peer.NoticeFault:
		return v.person.paint(alarm, who+" broke a rule ("+n.Rule+")")
	case peer.NoticeAdmitted: // that they come is told
	}
	return ""
}

// said is a text with who said it before its first line.
func (v *chatView) said(who string, e peer.Entry, earlier bool) string {
	when := ""
	if earlier {
		when = v.person.paint(faint, e.Time.Local().Format("2 Jan 15:04")+"  ")
	}
	text := strings.ReplaceAll(printable(e.Text), "\n", "\n    ")
	switch {
	case e.Deleted:
		text = v.person.paint(faint, "(taken back)")
	case e.Gone:
		text = v.person.paint(faint, "(gone)")
	}
	return when + v.person.paint(strong, who+":") + " " + text
}

// changed says what has become of a text.
func changed(who string, e peer.Entry) string {
	text := "«" + shortened(oneLine(e.Text)) + "»"
	switch {
	case e.Deleted:
		return who + " took a text back"
	case e.Gone:
		return "a text of " + who + " is gone"
	case len(e.Reactions) == 0:
		return who + " now says " + text
	}
	var signs []string
	for _, r := range e.Reactions {
		signs = append(signs, fmt.Sprintf("%s %d", oneLine(r.Emoji), len(r.Members)))
	}
	return who + ": " + text + "  " + strings.Join(signs, "  ")
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
