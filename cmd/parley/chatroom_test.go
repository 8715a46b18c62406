package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// somebody reads up to the next such event that is about the one of that name.
func (c *chatting) somebody(event, name string) roomEvent {
	c.t.Helper()
	for {
		var e roomEvent
		if c.read(event, &e); e.Name == name {
			return e
		}
	}
}

func testRoomChat(t *testing.T, url string) {
	member := func(name string, args ...string) *chatting {
		return startChat(t, append([]string{"-api", url + "/api", "-name", name}, args...)...)
	}
	dir := t.TempDir()
	kept := []string{"-create", "-device", filepath.Join(dir, "device.pem"), "-keep", filepath.Join(dir, "kept")}
	ana := member("Ana", kept...)
	link := ana.until("room").Link
	ana.until("in")
	ana.say("anybody there?")
	ben := member("Ben", link)
	ben.until("in")
	if e := ben.somebody("text", "Ana"); e.Text != "anybody there?" || !e.Earlier || e.Time == nil {
		t.Errorf("[E13] %+v", e)
	}
	ana.somebody("came", "Ben")
	echo := member("Echo", "-room", link, "-echo")
	ana.somebody("came", "Echo")
	ben.somebody("came", "Echo")
	ben.say("Grüß euch 👋")
	said := ana.somebody("text", "Ben")
	if said.Text != "Grüß euch 👋" || said.Earlier || said.Self {
		t.Errorf("%+v", said)
	}
	if e := ana.somebody("text", "Echo"); e.Text != said.Text || e.Reply != said.ID {
		t.Errorf("the echo of %s: %+v", said.ID, e)
	}
	ben.cmd.Process.Signal(os.Interrupt)
	if code := ben.ends(); code != exitOK {
		t.Errorf("Ctrl-C: exit %d", code)
	}
	ana.somebody("left", "Ben")
	for _, c := range []*chatting{ana, echo} {
		c.cmd.Process.Signal(os.Interrupt)
		if code := c.ends(); code != exitOK {
			t.Errorf("exit %d", code)
		}
	}
	again := member("Ana", kept...)
	if e := again.until("room"); e.Link != link {
		t.Errorf("[R11] back in %q, want %q", e.Link, link)
	}
	again.say("and on it goes")
	if e := again.somebody("text", "Ana"); e.Text != "and on it goes" {
		t.Errorf("%+v", e)
	}
	if code := again.ends(); code != exitOK {
		t.Errorf("exit %d", code)
	}
}

// What a person reads of a room.
func TestNotices(t *testing.T) {
	ana := peer.Member{ID: protocol.Identity{1}, Name: "Ana"}
	members := []peer.Member{ana, {ID: protocol.Identity{2}, Name: "ana"}, {ID: protocol.Identity{3}, Name: "Ben"}}
	ben := members[2]
	text := func(text string) peer.Entry { return peer.Entry{ID: protocol.EventID{1}, Text: text} }
	old := text("good morning")
	old.Time = time.Date(2026, 1, 2, 3, 4, 0, 0, time.Local)
	reacted := text("Hello")
	reacted.Reactions = []peer.Reaction{{Emoji: "👍", Members: []protocol.Identity{{1}, {2}}}}
	deleted := text("")
	deleted.Deleted = true
	v := &chatView{person: newTerminal(nil, func(string) string { return "" })}
	for want, n := range map[string]peer.Notice{
		"Ben: Hello":                     {Kind: peer.NoticeText, Member: ben, Entry: text("Hello")},
		"Ben: one\n    two":              {Kind: peer.NoticeText, Member: ben, Entry: text("one\ntwo")},
		"2 Jan 03:04  Ben: good morning": {Kind: peer.NoticeText, Member: ben, Entry: old, Earlier: true},
		"Ana (AQAA): whose name Ana is":  {Kind: peer.NoticeText, Member: ana, Entry: text("whose name Ana is")},
		"Ben came in":                    {Kind: peer.NoticeCame, Member: ben},
		"Ben left":                       {Kind: peer.NoticeLeft, Member: ben},
		"somebody (CQAA) left":           {Kind: peer.NoticeLeft, Member: peer.Member{ID: protocol.Identity{9}}},
		"Ben�[2J was removed":            {Kind: peer.NoticeRemoved, Member: peer.Member{Name: "Ben\x1b[2J"}},
		"Ben now says «Hello»":           {Kind: peer.NoticeChanged, Member: ben, Entry: text("Hello")},
		"Ben took a text back":           {Kind: peer.NoticeChanged, Member: ben, Entry: deleted},
		"Ben: «Hello»  👍 2":              {Kind: peer.NoticeChanged, Member: ben, Entry: reacted},
		"Ben broke a rule (E5)":          {Kind: peer.NoticeFault, Member: ben, Rule: "E5"},
		"The room is called Kitchen: cooking": {
			Kind: peer.NoticeSettings, Entry: peer.Entry{Settings: protocol.RoomSettings{Name: "Kitchen", Topic: "cooking"}},
		},
	} {
		if got := v.personNotice(n, func() []peer.Member { return members }); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
