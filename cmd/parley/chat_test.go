package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// chatting is a `parley chat -json` process whose input stays open until the test closes it.
type chatting struct {
	t     *testing.T
	cmd   *exec.Cmd
	input io.WriteCloser
	lines *bufio.Scanner
	trail []string // the events so far
}

func startChat(t *testing.T, args ...string) *chatting {
	t.Helper()
	return startJSON(t, "chat", args...)
}

// startJSON is any such process.
func startJSON(t *testing.T, verb string, args ...string) *chatting {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{verb, "-json"}, args...)...)
	cmd.Env = withoutEmulators()
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	t.Cleanup(func() {
		deadline.Stop()
		cmd.Process.Kill()
		cmd.Wait()
	})
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, 1<<20)
	return &chatting{t: t, cmd: cmd, input: input, lines: lines}
}

// until reads up to the next such event.
func (c *chatting) until(event string) chatEvent {
	c.t.Helper()
	var e chatEvent
	c.read(event, &e)
	return e
}

// read reads the next such event into e.
func (c *chatting) read(event string, e any) {
	c.t.Helper()
	for c.lines.Scan() {
		var line struct {
			Event string `json:"event"`
		}
		if err := json.Unmarshal(c.lines.Bytes(), &line); err != nil {
			c.t.Fatalf("not JSON: %s", c.lines.Bytes())
		}
		c.trail = append(c.trail, line.Event)
		if line.Event != event {
			continue
		}
		if err := json.Unmarshal(c.lines.Bytes(), e); err != nil {
			c.t.Fatalf("%s: %v", c.lines.Bytes(), err)
		}
		return
	}
	c.t.Fatalf("ended without %s, after %v", event, c.trail)
}

func (c *chatting) say(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.input, text+"\n"); err != nil {
		c.t.Fatal(err)
	}
}

func (c *chatting) ends() int {
	c.t.Helper()
	c.input.Close()
	for c.lines.Scan() {
		c.trail = append(c.trail, c.lines.Text())
	}
	c.cmd.Wait()
	return c.cmd.ProcessState.ExitCode()
}

func TestChat(t *testing.T) {
	stack := parley(t, nil, "run", "-json", "-memory", "-without", "web")
	_, _, url := stack.untilReady()
	api := url + "/api"

	t.Run("strangers, and a bot that goes on", func(t *testing.T) {
		bot := startChat(t, "-api", api, "-echo")
		bot.until("waiting")
		for _, relay := range []bool{false, true} {
			args := []string{"-api", api}
			want := peer.PathDirect
			if relay {
				args, want = append(args, "-relay-only"), peer.PathRelayed
			}
			person := startChat(t, args...)
			if e := person.until("connected"); e.Path != want {
				t.Errorf("path %s, want %s", e.Path, want)
			} else if e.Line == nil || e.Line.Carrier != "udp" && !relay { // a relay next door may be faster by TCP
				t.Errorf("line %+v, want one by UDP", e.Line)
			}
			person.say("Grüß dich 👋")
			if e := person.until("message"); e.Text != "Grüß dich 👋" {
				t.Errorf("echo %q", e.Text)
			}
			if code := person.ends(); code != exitOK {
				t.Errorf("exit %d", code)
			}
			bot.until("left")
			bot.until("waiting")
		}
	})
	t.Run("[H9] a device that is expected, and another one", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "device.pem")
		host := startChat(t, "-api", api, "-create", "-device", file, "-name", "Host")
		code := host.until("room").Code
		guest := startChat(t, "-api", api, "-room", code, "-name", "Guest")
		guest.until("in")
		seenByHost, seenByGuest := host.somebody("came", "Guest").Identity, guest.somebody("came", "Host").Identity
		guest.ends()
		other := startChat(t, "-api", api, "-room", code, "-expect", seenByHost)
		other.until("failed")
		if code := other.ends(); code != exitNotThem {
			t.Errorf("it expected the guest and met the host: exit %d", code)
		}
		again := startChat(t, "-api", api, "-room", code, "-expect", seenByGuest)
		again.until("in")
		if code := again.ends(); code != exitOK {
			t.Errorf("exit %d", code)
		}
	})
	t.Run("a code read aloud", func(t *testing.T) {
		host := startChat(t, "-api", api, "-create", "-aloud")
		code, err := protocol.ParseShortCode(host.until("code").Code)
		if err != nil {
			t.Fatal(err)
		}
		wrong := startChat(t, "-api", api, "-code", code.Slot+" zoo zoo")
		if e := wrong.until("failed"); e.Failure != peer.CodeWrong {
			t.Errorf("[N6] %+v", e)
		}
		if code := wrong.ends(); code != exitNoRoom {
			t.Errorf("exit %d", code)
		}
		guest := startChat(t, "-api", api, "-code", strings.ToUpper(code.String()), "-name", "Guest")
		guest.until("in")
		host.until("code_over")
		guest.say("I heard you well")
		if e := host.somebody("text", "Guest"); e.Text != "I heard you well" {
			t.Errorf("heard %q", e.Text)
		}
		late := startChat(t, "-api", api, "-code", code.String())
		if e := late.until("failed"); e.Failure != peer.CodeOver {
			t.Errorf("[N5] %+v", e)
		}
		for _, c := range []*chatting{guest, host} {
			if code := c.ends(); code != exitOK {
				t.Errorf("exit %d", code)
			}
		}
	})
	t.Run("a room", func(t *testing.T) { testRoomChat(t, url) })
	t.Run("no such room", func(t *testing.T) {
		secret := protocol.RoomSecret{1}
		nobody := startChat(t, "-api", api, "-room", secret.Code())
		if e := nobody.until("failed"); e.Failure != peer.RoomNotFound {
			t.Errorf("[K3] %+v", e)
		}
		if code := nobody.ends(); code != exitNoRoom {
			t.Errorf("exit %d", code)
		}
	})
}

func TestChatAskedWrongly(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-room", "x", "-create"}, exitUsage, "one of"},
		{[]string{"-room", "x", "-code", "417-apple-river"}, exitUsage, "one of"},
		{[]string{"-aloud"}, exitUsage, "-create"},
		{[]string{"-create", "-keep", "file"}, exitUsage, "-device"},
		{[]string{"-code", "417-apple"}, exitNoRoom, "is not whole"},
		{[]string{"one", "two"}, exitUsage, "one room"},
		{[]string{"-room", "one", "two"}, exitUsage, "one room"},
		{[]string{"-create", "two"}, exitUsage, "one of"},
		{[]string{"half-a-link"}, exitNoRoom, "is not whole"},
		{[]string{"-help"}, exitOK, "-relay-only"},
		{[]string{"-create", "-expect", "nobody"}, exitUsage, "identity"},
		{[]string{"-device", "file"}, exitUsage, "for rooms"},
		{[]string{"-create", "-device", "/dev/null"}, exitFailed, "device"},
		{[]string{"-room", "half-a-link"}, exitNoRoom, "is not whole"},
		{[]string{"-api", "http://127.0.0.1:1/api"}, exitUnreachable, "cannot be reached"},
	} {
		var out bytes.Buffer
		s := surroundings{stdout: &out, stderr: &out, getenv: func(string) string { return "" }}
		if code := chatCommand(s, c.args); code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%v: exit %d, said %q", c.args, code, out.String())
		}
	}
}

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"plain 👩‍👩‍👧 مرحبا":      "plain 👩‍👩‍👧 مرحبا",
		"two\nlines":             "two\nlines",
		"\x1b[2Jgone\x07":        "\ufffd[2Jgone\ufffd",
		"a\u202eb\u2066c\u009bd": "a\ufffdb\ufffdc\ufffdd",
	} {
		if got := printable(text); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// Every failure has a sentence of its own and an exit code.
func TestFailures(t *testing.T) {
	all := []peer.Failure{
		peer.SignInFailed, peer.FunctionUnavailable, peer.StoreUnavailable, peer.LinkBroken, peer.RoomNotFound,
		peer.RoomOver, peer.RoomFull, peer.RoomLocked, peer.Removed, peer.ConnectionFailed, peer.ProtocolError,
		peer.Tampered,
		peer.PeerLost, peer.Internal,
	}
	var sentences []string
	for _, name := range all {
		err := &peer.FailureError{Name: name, Err: errors.New("why")}
		if code := codeOf(err); code == exitOK || code == exitUsage {
			t.Errorf("%s: exit %d", name, code)
		}
		sentences = append(sentences, sentence(name))
	}
	slices.Sort(sentences)
	if len(slices.Compact(sentences)) != len(all) {
		t.Error("two failures have the same sentence")
	}
}
