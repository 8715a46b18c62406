package lab

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/peer"
)

var undone = flag.String("without", "", "take the setting `NAME` of package peer back to what pion has")

// without are the settings of docs/adr/0019, each taken back to what pion has.
func without() map[string]Tuning {
	return map[string]Tuning{
		"": nil,
		"waits": func(s *webrtc.SettingEngine) {
			s.SetSrflxAcceptanceMinWait(500 * time.Millisecond)
			s.SetPrflxAcceptanceMinWait(time.Second)
			s.SetRelayAcceptanceMinWait(2 * time.Second)
		},
		"relay":   func(s *webrtc.SettingEngine) { s.SetRelayAcceptanceMinWait(2 * time.Second) },
		"looking": func(s *webrtc.SettingEngine) { s.SetICEBindingRequestHandler(nil) },
		"hello":   func(s *webrtc.SettingEngine) { s.SetDTLSInsecureSkipHelloVerify(false) },
		"flights": func(s *webrtc.SettingEngine) { s.SetDTLSRetransmissionInterval(time.Second) },
		"snap":    func(s *webrtc.SettingEngine) { s.EnableSctpSnap(false) },
	}
}

// logConditions says what cells with a path came to, by distance, loss and servers.
func logConditions(t *testing.T, all []samples) {
	t.Helper()
	floors := map[string][]float64{}
	met, needless := map[string]int{}, map[string]int{}
	for _, s := range all {
		if s.Path == peer.PathUnknown {
			continue
		}
		name := fmt.Sprintf("TURN %t, %v ms, %v lost", s.TURN, s.RTT, s.Loss)
		met[name] += *matrixRuns
		for _, took := range s.Setup {
			floors[name] = append(floors[name], took/s.Floor)
		}
		if s.Path == peer.PathDirect {
			needless[name] += s.Relayed
		}
	}
	for name, took := range floors {
		slices.Sort(took)
		t.Logf("%s: %d of %d met, %.2f × the least, p95 %.2f, %d relayed without need",
			name, len(took), met[name], took[len(took)/2], took[len(took)*95/100], needless[name])
	}
}
