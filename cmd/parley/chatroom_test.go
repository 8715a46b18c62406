package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	if e := ben.somebody("read", "Echo"); e.ID != said.ID {
		t.Errorf("[R7] Echo has read %+v", e)
	}
	testRoomCommands(t, ana, ben, said.ID)
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
	if e := again.somebody("text", "Ana"); e.Text != "anybody there?" || !e.Earlier {
		t.Errorf("what was kept: %+v", e)
	}
	again.say("and on it goes")
	for {
		if e := again.somebody("text", "Ana"); e.Text == "and on it goes" && !e.Earlier {
			break
		}
	}
	if code := again.ends(); code != exitOK {
		t.Errorf("exit %d", code)
	}
}

// testRoomCommands lets two speak of a text that Ben has said; Ana has made the room.
func testRoomCommands(t *testing.T, ana, ben *chatting, said string) {
	ana.say("/react #" + said + " 👍")
	if e := ben.somebody("changed", "Ben"); e.ID != said || len(e.Reactions) != 1 || e.Reactions[0].Emoji != "👍" {
		t.Errorf("reaction %+v", e)
	}
	ben.say("/edit Servus")
	if e := ana.somebody("changed", "Ben"); e.Text != "Grüß euch 👋" {
		t.Errorf("before the edit %+v", e)
	}
	if e := ana.somebody("changed", "Ben"); e.Text != "Servus" || !e.Edited {
		t.Errorf("edit %+v", e)
	}
	ana.say("/reply #" + said + " und grüß dich")
	if e := ben.somebody("text", "Ana"); e.Reply != said || e.Text != "und grüß dich" {
		t.Errorf("reply %+v", e)
	}
	ben.say("/delete #" + said)
	if e := ana.somebody("changed", "Ben"); !e.Deleted {
		t.Errorf("deletion %+v", e)
	}
	ben.say("/typing")
	ana.somebody("typing", "Ben")
	ben.say("//slash")
	if e := ana.somebody("text", "Ben"); e.Text != "/slash" {
		t.Errorf("said %+v", e)
	}
	for _, c := range [][3]string{
		{"/topic cooking", "", "cooking"}, {"/name Kitchen", "Kitchen", "cooking"},
	} {
		ana.say(c[0])
		var e roomEvent
		ben.read("settings", &e)
		if s := e.Settings; s == nil || s.Name != c[1] || s.Topic != c[2] {
			t.Errorf("%s: %+v", c[0], s)
		}
	}
	ben.say("/nick Benno")
	if e := ana.somebody("named", "Benno"); e.Former != "Ben" {
		t.Errorf("named %+v", e)
	}
	for _, line := range []string{"/name mine", "/remove Nobody", "/nonsense", "/reply #0 x"} {
		ben.say(line)
		if e := ben.until("refused"); e.Detail == "" {
			t.Errorf("%s: refused %+v", line, e)
		}
	}
	ana.say("/who")
	var who roomEvent
	if ana.read("members", &who); len(who.Members) != 3 || !who.Members[0].Founder || !who.Members[0].Self ||
		!slices.ContainsFunc(who.Members, func(m roomMember) bool { return m.Name == "Benno" && m.Here }) {
		t.Errorf("members %+v", who.Members)
	}
	ben.say("/nick Ben")
	ana.somebody("named", "Ben")
}

// testers are a room's members in tests: two have the same name.
func testers() []peer.Member {
	return []peer.Member{
		{ID: protocol.Identity{1}, Name: "Ana"},
		{ID: protocol.Identity{2}, Name: "ana"},
		{ID: protocol.Identity{3}, Name: "Ben", Here: true, Founder: true, Self: true},
	}
}

// What a person reads of a room.
func TestNotices(t *testing.T) {
	ana, ben := testers()[0], peer.Member{ID: protocol.Identity{3}, Name: "Ben"}
	text := func(text string) peer.Entry { return peer.Entry{ID: protocol.EventID{1}, Text: text} }
	old := text("good morning")
	old.Time = time.Date(2026, 1, 2, 3, 4, 0, 0, time.Local)
	reacted := text("Hello")
	reacted.Reactions = []peer.Reaction{{Emoji: "👍", Members: []protocol.Identity{{1}, {2}}}}
	deleted := text("")
	deleted.Deleted = true
	other, gone := protocol.EventID{9}, protocol.EventID{8}
	reply, late := text("to you"), text("to that")
	reply.Reply, late.Reply = &other, &gone
	numbered := peer.Entry{ID: other, Text: "numbered"}
	changed := text("Hallo")
	changed.Edited, changed.Reactions = true, reacted.Reactions
	for want, n := range map[string]peer.Notice{
		"Ben: Hello":                             {Kind: peer.NoticeText, Member: ben, Entry: text("Hello")},
		"Ben: one\n    two":                      {Kind: peer.NoticeText, Member: ben, Entry: text("one\ntwo")},
		"2 Jan 03:04  Ben: good morning":         {Kind: peer.NoticeText, Member: ben, Entry: old, Earlier: true},
		"Ana (AQAA): whose name Ana is":          {Kind: peer.NoticeText, Member: ana, Entry: text("whose name Ana is")},
		"Ben came in":                            {Kind: peer.NoticeCame, Member: ben},
		"Ben left":                               {Kind: peer.NoticeLeft, Member: ben},
		"somebody (CQAA) left":                   {Kind: peer.NoticeLeft, Member: peer.Member{ID: protocol.Identity{9}}},
		"Ben�[2J was removed":                    {Kind: peer.NoticeRemoved, Member: peer.Member{Name: "Ben\x1b[2J"}},
		"Ben now says «Hallo»":                   {Kind: peer.NoticeChanged, Member: ben, Entry: changed},
		"Ben took a text back":                   {Kind: peer.NoticeChanged, Member: ben, Entry: deleted},
		"Ben: «Hello»  👍 Ana (AQAA), ana (AgAA)": {Kind: peer.NoticeChanged, Member: ben, Entry: reacted},
		"Ben: «Hello»  nobody reacts any more":   {Kind: peer.NoticeChanged, Member: ben, Entry: text("Hello")},
		"Ben, to #7: to you":                     {Kind: peer.NoticeText, Member: ben, Entry: reply},
		"Ben, to an earlier text: to that":       {Kind: peer.NoticeText, Member: ben, Entry: late},
		"#7  Ben: numbered":                      {Kind: peer.NoticeText, Member: ben, Entry: numbered},
		"Benno is called Ben now":                {Kind: peer.NoticeNamed, Member: ben, Former: "Benno"},
		"Ben broke a rule (E5)":                  {Kind: peer.NoticeFault, Member: ben, Rule: "E5"},
		"The room is called Kitchen: cooking": {
			Kind: peer.NoticeSettings, Entry: peer.Entry{Settings: protocol.RoomSettings{Name: "Kitchen", Topic: "cooking"}},
		},
	} {
		told := personNotice{
			Notice: n, members: testers, person: newTerminal(nil, func(string) string { return "" }),
			number: func(id protocol.EventID) string { return map[protocol.EventID]string{other: "#7"}[id] },
			edited: n.Entry.Text == "Hallo",
		}
		if got := told.line(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// What a program reads of a room: each kind of notice is one line, and no other.
func TestNoticesForPrograms(t *testing.T) {
	id, at := protocol.EventID{1}, time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	ids := `"id":"` + id.String() + `"`
	ana := peer.Member{ID: protocol.Identity{1}, Name: "Ana"}
	who := `"name":"Ana","identity":"` + ana.ID.String() + `"`
	entry := peer.Entry{ID: id, Author: protocol.Identity{2}, Time: at}
	text := entry
	text.Text, text.Reply = "Hello", &protocol.EventID{2}
	text.Reactions = []peer.Reaction{{Emoji: "👍", Members: []protocol.Identity{{1}}}}
	deleted := entry
	deleted.Deleted, deleted.Edited = true, true
	settings := entry
	settings.Settings = protocol.RoomSettings{Name: "Kitchen", Invite: protocol.InviteAll, History: protocol.HistoryAll}
	times, by := `,"time":"2026-01-02T03:04:00Z"`, `,"by":"`+protocol.Identity{2}.String()+`"`
	for _, c := range []struct {
		n    peer.Notice
		want string
	}{
		{
			peer.Notice{Kind: peer.NoticeText, Entry: text, Earlier: true, Lost: 3},
			ids + `,` + who + `,"text":"Hello"` + times + `,"reply":"` + protocol.EventID{2}.String() +
				`","earlier":true,"reactions":[{"emoji":"👍","by":["` + ana.ID.String() + `"]}],"lost":3`,
		},
		{peer.Notice{Kind: peer.NoticeChanged, Entry: deleted}, ids + `,` + who + times + `,"edited":true,"deleted":true`},
		{peer.Notice{Kind: peer.NoticeGot, Entry: text}, ids + `,` + who},
		{peer.Notice{Kind: peer.NoticeRead, Entry: text}, ids + `,` + who},
		{peer.Notice{Kind: peer.NoticeTyping}, who},
		{peer.Notice{Kind: peer.NoticeQuiet}, who},
		{peer.Notice{Kind: peer.NoticeCame}, who},
		{peer.Notice{Kind: peer.NoticeLeft}, who},
		{peer.Notice{Kind: peer.NoticeAdmitted, Entry: entry}, ids + `,` + who + by + times},
		{peer.Notice{Kind: peer.NoticeNamed, Entry: entry, Former: "Anna"}, ids + `,` + who + `,"former":"Anna"` + times},
		{peer.Notice{Kind: peer.NoticeRemoved, Entry: entry}, ids + `,` + who + by + times},
		{
			peer.Notice{Kind: peer.NoticeSettings, Entry: settings},
			ids + `,` + who + times + `,"settings":{"name":"Kitchen","topic":"","invite":"all","locked":false,` +
				`"history":"all","keepSeconds":0}`,
		},
		{peer.Notice{Kind: peer.NoticeMoved}, ""},
		{peer.Notice{Kind: peer.NoticeFault, Rule: "E5"}, who + `,"rule":"E5"`},
	} {
		if c.want != "" {
			c.n.Member, c.want = ana, ","+c.want
		}
		var out bytes.Buffer
		v := newChatView(surroundings{stdout: &out}, true)
		v.notice(c.n, testers, &seen{})
		if want := `{"event":"` + string(c.n.Kind) + `"` + c.want + "}\n"; out.String() != want {
			t.Errorf("%s, want %s", out.String(), want)
		}
		if !strings.Contains(chatJSONUsage, string(c.n.Kind)) {
			t.Errorf("-help does not tell of %s", c.n.Kind)
		}
	}
}

// Texts are named by number, by id, or are the last one.
func TestSeen(t *testing.T) {
	var s seen
	if _, _, err := s.target("x", false); err == nil {
		t.Error("a text before there was one")
	}
	id := func(n int) protocol.EventID { return protocol.EventID{byte(n), byte(n >> 8)} }
	for n := range maxSeen + 10 {
		author := peer.Member{Self: n%2 == 1}
		s.note(peer.Notice{Kind: peer.NoticeText, Entry: peer.Entry{ID: id(n)}, Member: author})
	}
	last := maxSeen + 9
	for _, c := range []struct {
		words string
		own   bool
		id    protocol.EventID
		rest  string
	}{
		{"to the last", false, id(last - 1), "to the last"},
		{"to the last", true, id(last), "to the last"},
		{"#11 👍", false, id(10), "👍"},
		{"#1010", false, id(last), ""},
		{"#" + id(1).String() + " by id", true, id(1), "by id"},
	} {
		if got, rest, err := s.target(c.words, c.own); err != nil || got != c.id || rest != c.rest {
			t.Errorf("%q: %v, %q, %v", c.words, got, rest, err)
		}
	}
	for _, words := range []string{"#10 gone", "#1011 to come", "#x", "#"} {
		if _, _, err := s.target(words, false); err == nil {
			t.Errorf("%q is some text", words)
		}
	}
	if n := s.number(id(10)); n != "#11" {
		t.Errorf("number %q", n)
	}
}

// Who is called alike is told apart.
func TestFind(t *testing.T) {
	members := testers()
	for who, want := range map[string]int{
		"ben": 2, "Ana (AQAA)": 0, "ana (AgAA)": 1, members[1].ID.String(): 1,
	} {
		if m, err := find(who, members); err != nil || m.ID != members[want].ID {
			t.Errorf("%s: %+v, %v", who, m, err)
		}
	}
	for _, who := range []string{"Ana", "Carl", ""} {
		if m, err := find(who, members); err == nil {
			t.Errorf("%q is %+v", who, m)
		}
	}
	var out bytes.Buffer
	v := &chatView{person: newTerminal(&out, func(string) string { return "" })}
	v.members(members, func(id protocol.Identity) bool { return id == members[1].ID })
	want := "Ana (AQAA)  away\nana (AgAA)  away, muted\nBen  here, made the room, you\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}
