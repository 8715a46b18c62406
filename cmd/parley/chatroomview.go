package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// roomEvent is one line for programs about a room; chatJSONUsage says what it has when.
type roomEvent struct {
	Event     string                 `json:"event"`
	ID        string                 `json:"id,omitempty"`
	Name      string                 `json:"name,omitempty"`
	Identity  string                 `json:"identity,omitempty"`
	Self      bool                   `json:"self,omitempty"`
	Former    string                 `json:"former,omitempty"`
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
	Members   []roomMember           `json:"members,omitempty"`
}

type roomMember struct {
	Name     string `json:"name,omitempty"`
	Identity string `json:"identity"`
	Self     bool   `json:"self,omitempty"`
	Founder  bool   `json:"founder,omitempty"`
	Here     bool   `json:"here,omitempty"`
	Muted    bool   `json:"muted,omitempty"`
}

type roomReaction struct {
	Emoji string   `json:"emoji"`
	By    []string `json:"by"` // identities
}

// in tells that this one was let in.
func (v *chatView) in() {
	v.tell(chatEvent{Event: "in"}, "You are in. Each line that you write is a message; /help tells what else there is.")
}

// help tells the commands.
func (v *chatView) help(commands string) {
	v.tell(chatEvent{Event: "help", Detail: commands}, strings.TrimSuffix(commands, "\n"))
}

// members tells who is a member.
func (v *chatView) members(members []peer.Member, isMuted func(protocol.Identity) bool) {
	if v.person == nil {
		e := roomEvent{Event: "members"}
		for _, m := range members {
			e.Members = append(e.Members, roomMember{
				Name: m.Name, Identity: m.ID.String(), Self: m.Self, Founder: m.Founder, Here: m.Here, Muted: isMuted(m.ID),
			})
		}
		v.encode(e)
		return
	}
	for _, m := range members {
		facts := []string{"away"}
		if m.Here {
			facts[0] = "here"
		}
		for fact, is := range map[string]bool{"you": m.Self, "made the room": m.Founder, "muted": isMuted(m.ID)} {
			if is {
				facts = append(facts, fact)
			}
		}
		slices.Sort(facts[1:])
		who := called(m, func() []peer.Member { return members })
		v.person.line(v.person.paint(strong, who) + "  " + strings.Join(facts, ", "))
	}
}

// notice tells what has happened in a room. Members are those of now, to tell apart who has the same name.
func (v *chatView) notice(n peer.Notice, members func() []peer.Member, s *seen) {
	if n.File != nil {
		return // that files were said is told; send and receive tell the rest
	}
	before, known := s.note(n)
	if v.person == nil {
		v.encode(programNotice(n))
		return
	}
	if n.Lost > 0 {
		v.person.line(v.person.paint(faint, fmt.Sprintf("%d lines were lost: this terminal was too slow.", n.Lost)))
	}
	told := personNotice{
		Notice: n, person: v.person, members: members, number: s.number,
		edited: known && before.Text != n.Entry.Text,
	}
	if line := told.line(); line != "" {
		v.person.line(line)
	}
}

func programNotice(n peer.Notice) roomEvent {
	e := roomEvent{
		Event: string(n.Kind), Name: n.Member.Name, Self: n.Member.Self, Former: n.Former, Earlier: n.Earlier, Rule: n.Rule,
		Lost: n.Lost,
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
	case peer.NoticeText, peer.NoticeFile, peer.NoticeChanged:
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
	case peer.NoticeGot, peer.NoticeRead:
		e.Time = nil // the text's
	case peer.NoticeCame, peer.NoticeLeft, peer.NoticeNamed, peer.NoticeMoved, peer.NoticeFault, peer.NoticeTyping,
		peer.NoticeQuiet:
	}
	return e
}
