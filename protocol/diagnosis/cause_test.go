package diagnosis

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parley-chat/parley/protocol/vectortest"
)

func TestVectors(t *testing.T) {
	type vector struct {
		Rule     string   `json:"rule"`
		Name     string   `json:"name"`
		Findings Findings `json:"findings"`
		Cause    Cause    `json:"cause"`
		Outlook  Outlook  `json:"outlook"`
	}
	seen := make(map[Cause]bool)
	for _, c := range vectortest.Read[vector](t, filepath.Join("..", "vectors", "diagnosis.json")) {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) {
			for name, state := range c.Findings {
				if !slices.Contains(AllFindings(), name) || !slices.Contains(AllStates(), state) {
					t.Fatalf("%s: %s is not of the lists", name, state)
				}
			}
			got := c.Findings.Cause()
			if got != c.Cause || got.Outlook() != c.Outlook {
				t.Errorf("%s (%s), want %s (%s)", got, got.Outlook(), c.Cause, c.Outlook)
			}
			seen[got] = true
		})
	}
	for _, cause := range AllCauses() {
		if !seen[cause] {
			t.Errorf("no vector comes to %s", cause)
		}
	}
}

// specRow is a line of the table of causes in SPEC section 12.
type specRow struct {
	cause                     Cause
	outlook                   Outlook
	sentence, cure, condition string
}

func specRows(t *testing.T) []specRow {
	t.Helper()
	spec, err := os.ReadFile(filepath.Join("..", "SPEC.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(spec), "Diagnosis\n")
	section, _, _ = strings.Cut(section, "\n## ")
	line := regexp.MustCompile("(?m)^\\| `(\\w+)` \\| ([^|]+) \\| (works|limited|stops) \\| ([^|]+) \\| ([^|]+) \\|$")
	var rows []specRow
	for _, m := range line.FindAllStringSubmatch(section, -1) {
		rows = append(rows, specRow{Cause(m[1]), Outlook(m[3]), m[4], m[5], m[2]})
	}
	return rows
}

func TestTheListIsTheSpecs(t *testing.T) {
	rows := specRows(t)
	causes := AllCauses()
	if len(rows) != len(causes) {
		t.Fatalf("SPEC has %d causes, this package %d", len(rows), len(causes))
	}
	for i, row := range rows {
		if causes[i] != row.cause || causes[i].Outlook() != row.outlook {
			t.Errorf("%d: %s (%s), SPEC has %s (%s)", i, causes[i], causes[i].Outlook(), row.cause, row.outlook)
		}
		if words := row.cause.Words(); words.Sentence != row.sentence || words.Cure != row.cure {
			t.Errorf("%s: %q, %q; SPEC has %q, %q", row.cause, words.Sentence, words.Cure, row.sentence, row.cure)
		}
	}
}

// Whatever was found, something is named; it is what was found, and never that all is right when it is not.
func TestAnythingFoundIsNamed(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 11))
	states := AllStates()
	for range 10_000 {
		f := make(Findings)
		for _, name := range AllFindings() {
			if random.IntN(4) > 0 {
				f[name] = states[random.IntN(len(states))]
			}
		}
		cause := f.Cause()
		if !slices.Contains(AllCauses(), cause) {
			t.Fatalf("%v: %q", f, cause)
		}
		faulty := slices.ContainsFunc(AllFindings(), func(name Finding) bool {
			return name != Relay && name != RelayOnly && name != NAT && f.bad(name)
		})
		if faulty && (cause == AllRight || cause == Unclear) {
			t.Fatalf("%v: %q", f, cause)
		}
	}
}

// A fault that comes first in the list stays named whatever else is found.
func TestWhatComesFirstIsNamedWhateverElseIs(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 11))
	states := AllStates()
	services := map[Finding]Cause{
		WebRTC: NoWebRTC, WebCrypto: NoWebCrypto, Network: NoNetwork, Site: SiteUnreachable, Clock: ClockWrong,
		SignIn: SignInUnreachable, Function: FunctionUnreachable, Store: StoreUnreachable,
	}
	for name, want := range services {
		for range 1000 {
			f := Findings{name: Silent}
			for _, other := range AllFindings() {
				if _, isService := services[other]; !isService {
					f[other] = states[random.IntN(len(states))]
				}
			}
			if got := f.Cause(); got != want {
				t.Fatalf("%v: %s, want %s", f, got, want)
			}
		}
	}
}
