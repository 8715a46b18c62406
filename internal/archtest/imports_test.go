package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/parley-chat/parley"

// listedPackage is what `go list -json` tells of a package.
type listedPackage struct {
	ImportPath   string
	Name         string
	Doc          string
	Imports      []string
	Deps         []string
	TestImports  []string
	XTestImports []string
}

// rule forbids imports below one folder, with the reason that a failing test prints.
type rule struct {
	from   string   // a folder of ours; its subfolders too
	may    []string // the folders of ours that it may import; nothing else of ours
	reason string
}

// The imports go one way (design section 3): cmd, functions → matchmaker, signaling, peer → protocol.
// The longest matching folder counts.
func importRules() []rule {
	return []rule{
		{"protocol", nil, "the contract depends on nothing"},
		{"matchmaker", []string{"protocol", "matchmaker"}, "pairing knows nothing of signaling, peers or HTTP"},
		{"signaling", []string{"protocol", "signaling"}, "signaling knows nothing of pairing or WebRTC"},
		{"cpace", []string{"protocol"}, "a key exchange knows nothing of how its messages travel"},
		{
			"peer",
			[]string{"protocol", "cpace", "signaling", "room", "peer"},
			"a peer is a client: it does not know the server's side",
		},
		{"room", []string{"protocol", "room"}, "what is said in a room knows nothing of how it travels"},
		{"functions", []string{"protocol", "matchmaker", "functions"}, "the function is deployed without WebRTC"},
		{"emulator", []string{"emulator"}, "the emulator can become a module of its own"},
		{
			"internal/firestoretest",
			[]string{"emulator", "internal/firestoretest"},
			"it starts a Firestore for any package's tests, and knows nothing of what they test",
		},
		{
			"internal/local",
			[]string{"emulator", "internal/local", "protocol"},
			"local services are reached over the network, as in production",
		},
		{
			"internal/doctor",
			[]string{"protocol", "signaling", "peer"},
			"the doctor looks as a client does",
		},
		{
			"internal/doctor/clinic",
			[]string{"protocol", "internal/doctor", "internal/local"},
			"patients are deployments, reached over the network",
		},
		{
			"internal/bench",
			[]string{"protocol", "signaling", "room", "peer", "internal/local", "internal/doctor", "internal/bench"},
			"benchmarks drive the system from outside",
		},
		{
			"emulator-tests",
			[]string{"protocol", "signaling", "peer", "internal/local", "emulator-tests"},
			"black box: a client's libraries and the launcher",
		},
		{
			"cmd",
			[]string{
				"protocol", "signaling", "peer", "functions", "emulator", "internal/local", "internal/doctor", "internal/bench",
				"cmd",
			},
			"wiring",
		},
		{"examples", []string{"protocol", "peer"}, "they are what anybody could write"},
		{
			"examples/exampletest",
			[]string{"protocol", "peer", "functions", "internal/local"},
			"it runs an example beside the services",
		},
		{"internal/archtest", nil, "it only reads"},
	}
}

func TestImportDirection(t *testing.T) {
	rules := importRules()
	for _, p := range listPackages(t) {
		dir := folder(p.ImportPath)
		r, found := ruleFor(rules, dir)
		if !found {
			t.Errorf("%s: no rule says what it may import; add one to importRules", dir)
			continue
		}
		for _, imported := range p.Imports {
			if target := folder(imported); strings.HasPrefix(imported, module) && !within(target, r.may) {
				t.Errorf("%s imports %s: %s", dir, target, r.reason)
			}
		}
	}
}

func ruleFor(rules []rule, dir string) (rule, bool) {
	var best rule
	for _, r := range rules {
		if within(dir, []string{r.from}) && len(r.from) > len(best.from) {
			best = r
		}
	}
	return best, best.from != ""
}

// Some packages must never reach others, however many steps away. Those that only tests use (…test) may: a package
// that used one of them would reach what they reach.
func TestForbiddenDependencies(t *testing.T) {
	forbidden := []struct{ from, prefix, except, reason string }{
		{"protocol", "github.com/", "", "the contract is standard library only"},
		{"protocol", "google.golang.org/", "", "the contract is standard library only"},
		{"protocol", "net/http/httptest", "", "no test code in product code"},
		{"functions", "github.com/pion/webrtc", "", "the function never speaks WebRTC; it would triple its size"},
		{"matchmaker", "github.com/pion/", "", "pairing never speaks WebRTC"},
		{
			"emulator", "cloud.google.com/go/firestore", "cloud.google.com/go/firestore/apiv1/firestorepb",
			"the emulator is the server's side; only the messages on the wire are the client's too",
		},
	}
	for _, p := range listPackages(t) {
		for _, f := range forbidden {
			if !within(folder(p.ImportPath), []string{f.from}) || strings.HasSuffix(p.ImportPath, "test") {
				continue
			}
			for _, dep := range p.Deps {
				if strings.HasPrefix(dep, f.prefix) && dep != f.except && !strings.HasPrefix(dep, module) {
					t.Errorf("%s depends on %s: %s", folder(p.ImportPath), dep, f.reason)
				}
			}
		}
	}
}

func TestEveryPackageHasADoc(t *testing.T) {
	for _, p := range listPackages(t) {
		if p.Doc == "" {
			t.Errorf("%s has no package doc", folder(p.ImportPath))
		}
	}
}

// listPackages lists the module's packages that hold code besides tests.
func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Name,Doc,Imports,Deps", module+"/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var packages []listedPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	if len(packages) < 2 {
		t.Fatalf("go list found %d packages", len(packages))
	}
	return packages
}

func folder(importPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/")
}

func within(dir string, folders []string) bool {
	for _, f := range folders {
		if dir == f || strings.HasPrefix(dir, f+"/") {
			return true
		}
	}
	return false
}
