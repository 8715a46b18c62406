package emulator_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator"
)

// Browsers go through the same door: on their channel a target is refused as on gRPC.
func TestFaultsOfBrowsers(t *testing.T) {
	s := start(t)
	setFaults(t, s, emulator.Fault{
		Kind: emulator.FaultRefuse, Methods: []string{"Listen"}, Path: "rooms", Clients: []string{"owner"},
		Code: codes.ResourceExhausted,
	})
	channel := "http://" + s.Addr() + "/google.firestore.v1.Firestore/Listen/channel?VER=8&database=" +
		url.QueryEscape(inX)
	ask := func(method, more, body string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, channel+more, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		raw, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%d, %v: %s", answer.StatusCode, err, raw)
		}
		return string(raw)
	}
	hello := ask(http.MethodPost, "&RID=1", url.Values{
		"headers": {"Authorization:Bearer owner\r\n"}, "count": {"1"}, "ofs": {"0"},
		"req0___data__": {`{"database":"` + inX + `","addTarget":{"targetId":7,"documents":{"documents":["` + inX +
			`/documents/rooms/a"]}}}`},
	}.Encode())
	found := regexp.MustCompile(`"c","([^"]+)"`).FindStringSubmatch(hello)
	if found == nil {
		t.Fatalf("the handshake answered %q", hello)
	}
	told := ask(http.MethodGet, "&RID=rpc&AID=0&CI=1&TYPE=xmlhttp&SID="+found[1], "")
	for _, want := range []string{"REMOVE", "7", `"code":8`} {
		if !strings.Contains(strings.ReplaceAll(told, " ", ""), want) {
			t.Errorf("was told %q, want %s in it", told, want)
		}
	}
}
