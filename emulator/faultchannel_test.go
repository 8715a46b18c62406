package emulator_test

import (
	"encoding/json"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator"
	"github.com/parley-chat/parley/emulator/internal/webchannel/channeltest"
)

// Browsers go through the same door: on their channel a target is refused as on gRPC.
func TestFaultsOfBrowsers(t *testing.T) {
	s := start(t)
	setFaults(t, s, emulator.Fault{
		Kind: emulator.FaultRefuse, Methods: []string{"Listen"}, Path: "rooms", Clients: []string{"owner"},
		Code: codes.ResourceExhausted,
	})
	channel := channeltest.Open(t, "http://"+s.Addr(), "Listen", inX, channeltest.Hello{
		Authorization: "Bearer owner", Messages: []string{listenTo("rooms/a")},
	})
	defer channel.End()
	var told any
	if err := json.Unmarshal(channel.Next(), &told); err != nil {
		t.Fatal(err)
	}
	change := at(told, "targetChange")
	removed := at(change, "targetChangeType") == "REMOVE" && at(change, "targetIds", 0) == 7.0
	if !removed || at(change, "cause", "code") != 8.0 {
		t.Errorf("was told %v, want that target 7 is removed with code 8", told)
	}
}

// listenTo is the message that asks for a document of inX, as target 7.
func listenTo(path string) string {
	return `{"database":"` + inX + `","addTarget":{"targetId":7,"documents":{"documents":["` + inX + `/documents/` +
		path + `"]}}}`
}
