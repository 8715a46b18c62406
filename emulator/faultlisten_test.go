package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"cloud.google.com/go/firestore"
	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator"
)

// values gives the next snapshot of a query as the n of its documents.
func values(t *testing.T, heard *firestore.QuerySnapshotIterator) []any {
	t.Helper()
	seen, err := heard.Next()
	if err != nil {
		t.Fatal(err)
	}
	found, err := seen.Documents.GetAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []any
	for _, d := range found {
		all = append(all, d.Data()["n"])
	}
	return all
}

// Whatever happens to its stream, Google's listener sees every state that lasts, and nothing that never was.
func TestListenersSurvive(t *testing.T) {
	for name, all := range map[string][]emulator.Fault{
		"cut, then come back":      {{Kind: emulator.FaultCut, Skip: 5, Times: 1}},
		"told twice and late":      {{Kind: emulator.FaultDuplicate}, {Kind: emulator.FaultLate, Rate: 0.5}},
		"reset after every change": {{Kind: emulator.FaultReset}},
		"slow":                     {{Kind: emulator.FaultDelay, Methods: []string{"Listen"}, Delay: 1, Jitter: 1000}},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			c := clientOf(t, s, "owner")
			setFaults(t, s, all...)
			room := c.Collection("room")
			heard := room.OrderBy("n", firestore.Asc).Snapshots(t.Context())
			defer heard.Stop()
			if got := values(t, heard); len(got) != 0 {
				t.Fatalf("at first there is %v", got)
			}
			for n := range 5 {
				batch := c.BulkWriter(t.Context())
				for _, id := range []string{"a", "b", "c"} {
					if _, err := batch.Set(room.Doc(id), map[string]any{"n": n}); err != nil {
						t.Fatal(err)
					}
				}
				batch.End()
				for {
					got := values(t, heard)
					if len(got) > 3 {
						t.Fatalf("heard %v", got)
					}
					if len(got) == 3 && got[0] == int64(n) && got[2] == int64(n) {
						break
					}
				}
			}
		})
	}
}

// A listener comes back when all streams are cut, and hears what was written meanwhile.
func TestCutStreams(t *testing.T) {
	s := start(t)
	c := clientOf(t, s, "owner")
	heard := c.Doc("rooms/a").Snapshots(t.Context())
	defer heard.Stop()
	if _, err := heard.Next(); err != nil {
		t.Fatal(err)
	}
	if n := s.CutStreams(); n != 1 {
		t.Errorf("cut %d streams, want 1", n)
	}
	if _, err := c.Doc("rooms/a").Set(t.Context(), map[string]any{"n": 1}); err != nil {
		t.Fatal(err)
	}
	if seen, err := heard.Next(); err != nil || seen.Data()["n"] != int64(1) {
		t.Errorf("heard %v, %v", seen, err)
	}
}

// A target that is refused for good ends the listener.
func TestRefusedListener(t *testing.T) {
	s := start(t)
	setFaults(t, s, emulator.Fault{
		Kind: emulator.FaultRefuse, Methods: []string{"Listen"}, Path: "rooms", Code: codes.PermissionDenied,
	})
	heard := clientOf(t, s, "owner").Doc("rooms/a").Snapshots(t.Context())
	defer heard.Stop()
	_, err := heard.Next()
	wantCode(t, "the listener", err, codes.PermissionDenied)
}

func TestFaultEndpoints(t *testing.T) {
	const faults = "/emulator/v1/faults"
	refuse := `{"seed":1,"faults":[{"kind":"refuse","methods":["GetDocument"],"code":"ABORTED","times":1}]}`
	lose := `{"faults":[{"kind":"lose","path":"a/1"},{"kind":"delay","delay":"1us","jitter":"0.5ms"}]}`
	code := []any{"error", "status"}
	nothing := map[string]any{}
	s := start(t)
	run(t, s, []step{
		{"refuse one", "PUT", faults, refuse, 200, nil, nothing},
		{"refused", "GET", documents + "/a/1", "", 409, code, "ABORTED"},
		{"the next", "GET", documents + "/a/1", "", 404, code, "NOT_FOUND"},
		{"lose", "PUT", faults, lose, 200, nil, nothing},
		{"lost", "POST", documents + "/a?documentId=1", "{}", 503, code, "UNAVAILABLE"},
		{"lost too", "GET", documents + "/a/1", "", 503, code, "UNAVAILABLE"},
		{"no faults", "DELETE", faults, "", 200, nil, nothing},
		{"it was done", "GET", documents + "/a/1", "", 200, nil, nil},
		{"cut", "POST", "/emulator/v1/cut", "", 200, []any{"streams"}, 0.0},
		{"pause", "POST", "/emulator/v1/pause", "", 200, nil, nothing},
		{"resume", "POST", "/emulator/v1/resume", "", 200, nil, nothing},
		{"after the pause", "GET", documents + "/a/1", "", 200, nil, nil},
		{"what", "GET", faults, "", 405, nil, nil},
	})
	for what, body := range map[string]string{
		"no JSON":            `{`,
		"two values":         `{} {}`,
		"an unknown member":  `{"faults":[{"kind":"cut","rates":0.5}]}`,
		"an unknown kind":    `{"faults":[{"kind":"explode"}]}`,
		"no kind":            `{"faults":[{}]}`,
		"an unknown method":  `{"faults":[{"kind":"cut","methods":["Lissen"]}]}`,
		"a method too many":  `{"faults":[{"kind":"reset","methods":["Commit"]}]}`,
		"an unknown code":    `{"faults":[{"kind":"refuse","code":"NOPE"}]}`,
		"a code too many":    `{"faults":[{"kind":"delay","delay":"1s","code":"ABORTED"}]}`,
		"no delay":           `{"faults":[{"kind":"delay"}]}`,
		"a delay too many":   `{"faults":[{"kind":"cut","delay":"1s"}]}`,
		"a number as delay":  `{"faults":[{"kind":"delay","delay":1}]}`,
		"a negative delay":   `{"faults":[{"kind":"delay","delay":"-1s"}]}`,
		"a very long delay":  `{"faults":[{"kind":"delay","delay":"61m"}]}`,
		"a rate above 1":     `{"faults":[{"kind":"cut","rate":1.5}]}`,
		"a negative skip":    `{"faults":[{"kind":"cut","skip":-1}]}`,
		"a path with a hole": `{"faults":[{"kind":"cut","path":"/rooms"}]}`,
		"too many":           `{"faults":[` + strings.Repeat(`{"kind":"cut"},`, 100) + `{"kind":"cut"}]}`,
		"too long":           `{"faults":[{"kind":"cut","path":"` + strings.Repeat("a", 2<<20) + `"}]}`,
	} {
		if code, told := call(t, s, http.MethodPut, faults, body); code != http.StatusBadRequest {
			t.Errorf("%s: %d %v", what, code, told)
		}
	}
	// Nothing of all that has been taken.
	if code, _ := call(t, s, http.MethodGet, documents+"/a/1", ""); code != http.StatusOK {
		t.Errorf("then a document is answered %d", code)
	}
}

func FuzzFaults(f *testing.F) {
	f.Add(`{"seed":1,"faults":[{"kind":"refuse","methods":["Commit"],"code":"ABORTED","rate":0.5,"skip":1,"times":2}]}`)
	f.Add(`{"faults":[{"kind":"delay","delay":"1s","jitter":"1ms","path":"rooms/*/links","clients":["","owner"]}]}`)
	s, err := emulator.Start(f.Context(), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	f.Fuzz(func(t *testing.T, body string) {
		read, err := emulator.ParseFaults(strings.NewReader(body))
		if err == nil {
			_ = s.SetFaults(read) // must not panic, whatever it says
		}
	})
}
