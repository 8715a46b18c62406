package emulator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator/internal/faults"
)

// Bounds of what [Server.SetFaults] takes.
const (
	maxFaults     = 100
	maxListed     = 100 // clients and methods of a fault
	maxFaultDelay = time.Hour
	maxPathBytes  = 6 << 10 // as Firestore has it for names
)

// faultKind is what there is to know about a kind.
type faultKind struct {
	kind    faults.Kind
	methods []string // that it can be about
	fails   bool     // has a code
}

// faultKinds are all kinds by name.
func faultKinds() map[FaultKind]faultKind {
	calls := []string{
		"BatchWrite", "BeginTransaction", "Commit", "CreateDocument", "DeleteDocument", "GetDocument",
		"ListCollectionIds", "ListDocuments", "PartitionQuery", "Rollback", "UpdateDocument", "Write",
	}
	reads := []string{"BatchGetDocuments", "RunAggregationQuery", "RunQuery"}
	listen := []string{"Listen"}
	all := slices.Concat(calls, reads, listen)
	return map[FaultKind]faultKind{
		FaultDelay:     {kind: faults.Delay, methods: all},
		FaultRefuse:    {kind: faults.Refuse, methods: all, fails: true},
		FaultLose:      {kind: faults.Lose, methods: slices.Concat(calls, reads), fails: true},
		FaultCut:       {kind: faults.Cut, methods: slices.Concat(reads, listen, []string{"Write"}), fails: true},
		FaultDuplicate: {kind: faults.Duplicate, methods: listen},
		FaultLate:      {kind: faults.Late, methods: listen},
		FaultReset:     {kind: faults.Reset, methods: listen},
	}
}

// rules checks the faults and makes a plan's rules of them.
func (f Faults) rules() ([]faults.Rule, error) {
	if len(f.Faults) > maxFaults {
		return nil, fmt.Errorf("emulator: %d faults are more than %d", len(f.Faults), maxFaults)
	}
	kinds := faultKinds()
	rules := make([]faults.Rule, len(f.Faults))
	for i, fault := range f.Faults {
		is, known := kinds[fault.Kind]
		if !known {
			return nil, fmt.Errorf("emulator: fault %d: there is no kind %q", i, fault.Kind)
		}
		if wrong := fault.wrong(is); wrong != "" {
			return nil, fmt.Errorf("emulator: fault %d (%s): %s", i, fault.Kind, wrong)
		}
		rules[i] = fault.rule(is)
	}
	return rules, nil
}

// wrong says what cannot be; empty if nothing is.
func (f *Fault) wrong(is faultKind) string {
	for _, method := range f.Methods {
		if !slices.Contains(is.methods, method) {
			return fmt.Sprintf("it cannot be about the method %q", method)
		}
	}
	waits := is.kind == faults.Delay
	switch {
	case len(f.Methods) > maxListed || len(f.Clients) > maxListed:
		return fmt.Sprintf("more than %d methods or clients", maxListed)
	case len(f.Path) > maxPathBytes || slices.Contains(strings.Split(f.Path, "/"), "") && f.Path != "":
		return "a path is ids with slashes between them, such as rooms/a"
	case !(f.Rate >= 0 && f.Rate <= 1): // NaN is neither
		return "a rate is from 0 to 1"
	case f.Skip < 0 || f.Times < 0:
		return "skip and times cannot be negative"
	case min(f.Delay, f.Jitter) < 0 || max(f.Delay, f.Jitter) > maxFaultDelay:
		return "delay and jitter are from 0 to an hour"
	case waits != (f.Delay > 0 || f.Jitter > 0):
		return "delay or jitter belong to the kind delay, and it needs one of them"
	case f.Code > codes.Unauthenticated:
		return "there is no such code"
	case f.Code != codes.OK && !is.fails:
		return "it has no code"
	}
	return ""
}

func (f *Fault) rule(is faultKind) faults.Rule {
	r := faults.Rule{
		Kind: is.kind, Applies: f.applies(is.methods), Rate: f.Rate, Skip: f.Skip, Times: f.Times, Delay: f.Delay,
		Jitter: f.Jitter, Code: f.Code,
	}
	if r.Rate == 0 {
		r.Rate = 1
	}
	if is.fails && r.Code == codes.OK {
		r.Code = codes.Unavailable
	}
	return r
}

// applies tells which occasions the fault is about. It shares nothing with the caller's slices.
func (f *Fault) applies(methods []string) func(faults.Occasion) bool {
	if len(f.Methods) > 0 {
		methods = slices.Clone(f.Methods)
	}
	clients := slices.Clone(f.Clients)
	var pattern []string
	if f.Path != "" {
		pattern = strings.Split(f.Path, "/")
	}
	return func(o faults.Occasion) bool {
		return slices.Contains(methods, o.Method) &&
			(len(clients) == 0 || slices.Contains(clients, o.Client)) &&
			(pattern == nil || slices.ContainsFunc(o.Paths, func(path string) bool { return below(pattern, path) }))
	}
}

// below tells whether a path is what the pattern names, or lies below it.
func below(pattern []string, path string) bool {
	ids := strings.Split(path, "/")
	if len(ids) < len(pattern) {
		return false
	}
	for i, id := range pattern {
		if id != "*" && id != ids[i] {
			return false
		}
	}
	return true
}
