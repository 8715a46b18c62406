package archtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/modfile"
)

// goDependencies lists every module that go.mod requires directly, each with what it is for. A new one
// needs its line and its reason here.
func goDependencies() map[string]string {
	return map[string]string{
		"cloud.google.com/go/firestore":                         "the store: the function's and the Go peer's client",
		"firebase.google.com/go/v4":                             "checks Firebase ID tokens in the function",
		"github.com/GoogleCloudPlatform/functions-framework-go": "the function's entry, as Cloud Run functions call it",
		"github.com/fxamacker/cbor/v2":                          "deterministic CBOR of manifests, strict where it reads",
		"github.com/gtank/ristretto255":                         "the group that short codes are exchanged in",
		"github.com/andybalholm/brotli":                         "what tests search of the store may be packed with it",
		"github.com/mdp/qrterminal/v3":                          "the QR code of parley run --lan",
		"github.com/pion/logging":                               "silences pion, which would log addresses",
		"github.com/pion/ice/v4":                                "candidates, where one is selected early; mDNS in tests",
		"github.com/pion/stun/v4":                               "ICE's checks, where one selects; the doctor's URLs",
		"github.com/pion/transport/v4":                          "the network that the Go peer uses; virtual ones in tests",
		"github.com/pion/webrtc/v4":                             "WebRTC of the Go peer",
		"github.com/pion/turn/v5":                               "STUN and TURN of parley run",
		"go.uber.org/goleak":                                    "tests fail when a goroutine outlives its owner",
		"golang.org/x/mod":                                      "this test reads go.mod",
		"golang.org/x/sys":                                      "tests open sockets in network namespaces",
		"golang.org/x/text":                                     "Unicode's NFC, which names of files are in",
		"google.golang.org/api":                                 "options of the Google clients",
		"go.etcd.io/bbolt":                                      "the emulator's data file: commits that outlive kill -9",
		"golang.org/x/net":                                      "the WebSocket relay that peers are measured beside",
		"github.com/google/btree":                               "the emulator's documents: trees whose copies share",
		"google.golang.org/grpc":                                "status codes of Firestore errors, and its connection",
		"google.golang.org/protobuf":                            "the emulator's and the store's wire types",
	}
}

func TestGoDependencies(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", raw, nil)
	if err != nil {
		t.Fatal(err)
	}
	known := goDependencies()
	for _, require := range mod.Require {
		if require.Indirect {
			continue
		}
		if known[require.Mod.Path] == "" {
			t.Errorf("go.mod requires %s: say in goDependencies what it is for", require.Mod.Path)
		}
		delete(known, require.Mod.Path)
	}
	for path := range known {
		t.Errorf("%s is listed but not required any more", path)
	}
	if len(mod.Replace) > 0 || mod.Toolchain != nil {
		t.Error("go.mod has no replace and no toolchain line: the functions build refuses them")
	}
}

// webDependencies lists what the app ships to people, each with its reason.
func webDependencies() map[string]string {
	return map[string]string{
		"firebase":                     "the unmodified SDK: Firestore and anonymous sign-in",
		"react":                        "screens",
		"react-dom":                    "screens",
		"react-aria-components":        "dialog, tooltip, switch: keyboard and screen reader done right",
		"lucide-react":                 "one open set of icons",
		"uqr":                          "QR codes",
		"hpke":                         "HPKE (RFC 9180) over WebCrypto, byte for byte what Go's crypto/hpke does",
		"@panva/hpke-noble":            "X25519 of HPKE for browsers whose WebCrypto has none",
		"@noble/curves":                "the group of short codes, Ed25519 where WebCrypto lacks it; loaded when needed",
		"@noble/hashes":                "the hashes of short codes; loaded with it",
		"idb":                          "IndexedDB with promises; the version that firebase brings, so that there is one",
		"@fontsource-variable/figtree": "the one family of type, served by ourselves",
		"linkify-it":                   "finds links in what people write",
		"markdown-it":                  "reads Markdown, quick on whatever is written; with the room, not before",
		"multiformats":                 "names of blocks as other systems write them (CID); with files, not before",
		"cborg":                        "manifests in deterministic CBOR; with files, not before",
		"@tanstack/react-virtual":      "lists of a hundred thousand lines that stay where the reader is; with the room",
	}
}

func TestWebDependencies(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "web", "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Dependencies map[string]string `json:"dependencies"`
	}
	if err := json.Unmarshal(raw, &manifest); err != nil {
		t.Fatal(err)
	}
	known := webDependencies()
	for name := range manifest.Dependencies {
		if known[name] == "" {
			t.Errorf("web/package.json depends on %s: say in webDependencies what it is for", name)
		}
		delete(known, name)
	}
	for name := range known {
		t.Errorf("%s is listed but not a dependency any more", name)
	}
}
