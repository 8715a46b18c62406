package main

import (
	"encoding/json"
	"net"
	"strings"
	"testing"

	"github.com/parley-chat/parley/protocol/diagnosis"
)

func TestDoctorOfAParleyThatRuns(t *testing.T) {
	run := parley(t, nil, "run", "--json", "--memory", "-without", "web")
	_, _, url := run.untilReady()
	code, out := parley(t, nil, "doctor", "-api", url+"/api", "-json").wait()
	lines := strings.Split(strings.TrimSpace(out), "\n")
	found := map[diagnosis.Finding]diagnosis.State{}
	for _, text := range lines[:len(lines)-1] {
		var l findingLine
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("not JSON: %s", text)
		}
		found[l.Finding] = l.State
	}
	for _, name := range []diagnosis.Finding{
		diagnosis.Site, diagnosis.Clock, diagnosis.SignIn, diagnosis.Function, diagnosis.Store, diagnosis.STUN,
		diagnosis.TURNUDP, diagnosis.TURNTCP,
	} {
		if found[name] != diagnosis.Yes {
			t.Errorf("%s: %s", name, found[name])
		}
	}
	var cause causeLine
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &cause); err != nil || cause.Cause != diagnosis.AllRight {
		t.Errorf("the cause: %s, %v", lines[len(lines)-1], err)
	}
	if code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

func TestDoctorWhereNobodyIs(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	api := "http://" + listener.Addr().String() + "/api"
	listener.Close()
	code, out := parley(t, nil, "doctor", "-api", api).wait()
	words := diagnosis.SiteUnreachable.Words()
	if code != exitFailed || !strings.Contains(out, words.Sentence) || !strings.Contains(out, words.Cure) {
		t.Errorf("exit code %d, and it says\n%s", code, out)
	}
	code, out = parley(t, nil, "doctor", "-api", api, "-report").wait()
	named := strings.Contains(out, "cause: site_unreachable (stops)\n")
	if code != exitFailed || !named || strings.Contains(out, "127.") {
		t.Errorf("exit code %d, and it reports\n%s", code, out)
	}
	if code, _ := parley(t, nil, "doctor", "now").wait(); code != exitUsage {
		t.Errorf("exit code %d of a word that it does not know", code)
	}
}
