package local

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// DefaultProject is the Firebase project of everything local. Names that begin with "demo-" are nobody's.
const DefaultProject = "demo-parley"

// Errors of [Start] that a caller may want to tell apart.
var (
	// ErrProduction is returned by [FromEnv] in a process of Cloud Run: none of this belongs there.
	ErrProduction = errors.New("local: K_SERVICE is set: this is Cloud Run, and these services are for development")
	// ErrNoRoot is returned by [FindRoot] and Start outside a checkout.
	ErrNoRoot = errors.New("local: no checkout of Parley here or above: go.mod and web are not found")

	// errNoPort says that a number is no port.
	errNoPort = errors.New("a port is 1 to 65535, or 0 for a free one")
	// errNoEmulators says that a function would have looked for Google.
	errNoEmulators = errors.New("it needs a Firestore and an Auth emulator")
	// errNoSuchFirestore says that a name is that of no Firestore emulator.
	errNoSuchFirestore = errors.New("there are \"embedded\", Parley's own, and \"official\", Google's")
)

// Options are what [Start] can be told. nil means the defaults: everything, on loopback, on free ports.
type Options struct {
	// Root is the checkout: firestore.rules and web are in it. Default: the working directory, or the
	// next above it that is one.
	Root string
	// Project is the Firebase project. Default [DefaultProject].
	Project string
	// Without lists services to leave out. Without WebService the front serves no page, unless Web is
	// set. The function needs Firestore and Auth, started or given.
	Without []Service

	// FirestoreHost and AuthHost, host:port, name emulators that run already and are used and left
	// alone. Default: started.
	FirestoreHost, AuthHost string

	// Rules is the rules file for the Firestore emulator. Default: firestore.rules in Root.
	Rules string
	// Indexes is the file that says which documents of Parley's own emulator end by themselves, and when. Default:
	// firestore.indexes.json in Root.
	Indexes string
	// Official starts the official Firestore emulator, a child process that needs Java. Default: Parley's own, in this
	// process, which serves Auth too.
	Official bool
	// Data is a directory in which Parley's own emulator keeps documents and accounts. Default: none, and they are gone
	// at the end.
	Data string
	// FirestoreJar is the official emulator; see [FirestoreOptions].
	FirestoreJar string
	// Web is a folder with the built app. Default: web/dist in Root, built when it is not new enough.
	Web string
	// FunctionCommand runs the function; see [FunctionOptions].
	FunctionCommand []string
	// FunctionEnv is added to the function's environment, and wins.
	FunctionEnv []string

	// The ports. Default 0: free ones; for the front [DefaultFrontPort] when it is free.
	FrontPort, FirestorePort, TURNPort, FunctionPort int
	// AnyPort makes FrontPort 0 mean a free one always, which is what tests want.
	AnyPort bool

	// LAN opens the front, by HTTPS, and the TURN server at this address of the machine. The zero value
	// means loopback alone.
	LAN netip.Addr
	// CertificateDir is where the certificate for LAN is kept. Default: in memory alone.
	CertificateDir string

	// Log takes what the children print, a line at a time, with the service's name before it. Default:
	// dropped.
	Log io.Writer
	// OnEvent is told what becomes of the services, one event at a time, until Close returns. It must not
	// call back into the stack. Default: dropped.
	OnEvent func(Event)
}

func (o *Options) withDefaults() (Options, error) {
	var filled Options
	if o != nil {
		filled = *o
	}
	if filled.Project == "" {
		filled.Project = DefaultProject
	}
	for _, port := range []int{
		filled.FrontPort, filled.FirestorePort, filled.TURNPort, filled.FunctionPort,
	} {
		if port < 0 || port > 65535 {
			return Options{}, fmt.Errorf("local: port %d: %w", port, errNoPort)
		}
	}
	brings := filled.FirestoreHost == "" && filled.has(FirestoreService)
	needsRules := brings && (filled.Rules == "" || filled.Indexes == "")
	needsWeb := filled.Web == "" && filled.has(WebService)
	if filled.Root == "" && (needsRules || needsWeb) {
		root, err := FindRoot(".")
		if err != nil {
			return Options{}, err
		}
		filled.Root = root
	}
	if filled.Rules == "" {
		filled.Rules = filepath.Join(filled.Root, "firestore.rules")
	}
	if filled.Indexes == "" {
		filled.Indexes = filepath.Join(filled.Root, "firestore.indexes.json")
	}
	return filled, nil
}

func (o *Options) has(service Service) bool { return !slices.Contains(o.Without, service) }

// FromEnv returns options that take from the environment what it gives, the contract of `firebase
// emulators:exec`: FIRESTORE_EMULATOR_HOST, FIREBASE_AUTH_EMULATOR_HOST and GCLOUD_PROJECT; PARLEY_FIRESTORE, which
// says «embedded» or «official»; and FIRESTORE_EMULATOR_JAR, a file. getenv is os.Getenv. It returns [ErrProduction] if
// K_SERVICE is set, and an error for a PARLEY_FIRESTORE that is neither.
func FromEnv(getenv func(string) string) (*Options, error) {
	if getenv("K_SERVICE") != "" {
		return nil, ErrProduction
	}
	official, err := ParseFirestore(getenv("PARLEY_FIRESTORE"))
	if err != nil {
		return nil, fmt.Errorf("local: PARLEY_FIRESTORE: %w", err)
	}
	return &Options{
		Official:      official,
		Project:       getenv("GCLOUD_PROJECT"),
		FirestoreHost: bareHost(getenv("FIRESTORE_EMULATOR_HOST")),
		AuthHost:      bareHost(getenv("FIREBASE_AUTH_EMULATOR_HOST")),
		FirestoreJar:  getenv("FIRESTORE_EMULATOR_JAR"),
	}, nil
}

// ParseFirestore reads the name of a Firestore emulator: «embedded», or nothing, is Parley's own, and «official» is
// Google's. The error says which there are.
func ParseFirestore(name string) (official bool, err error) {
	switch name {
	case "", "embedded":
		return false, nil
	case "official":
		return true, nil
	}
	return false, fmt.Errorf("%q: %w", name, errNoSuchFirestore)
}

// bareHost forgives a scheme, which some people write before host:port.
func bareHost(host string) string {
	return strings.TrimSuffix(strings.TrimPrefix(host, "http://"), "/")
}

// FindRoot returns dir, or the next folder above it that is a checkout of Parley, absolute. It returns
// [ErrNoRoot] when there is none.
func FindRoot(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("local: finding the checkout: %w", err)
	}
	for {
		_, noModule := os.Stat(filepath.Join(dir, "go.mod"))
		_, noWeb := os.Stat(filepath.Join(dir, "web", "package.json"))
		if noModule == nil && noWeb == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", ErrNoRoot
		}
		dir = parent
	}
}
