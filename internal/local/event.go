package local

import "sync"

// Service names one of the services.
type Service string

// The services, in the order in which they start.
const (
	FirestoreService Service = "firestore"
	AuthService      Service = "auth"
	TURNService      Service = "turn"
	FunctionService  Service = "function"
	WebService       Service = "web"
	FrontService     Service = "front"
)

// State is what became of a service.
type State string

// The states. A service is Working any number of times, then Ready or Given; a Ready one can be Lost
// and Ready again.
const (
	// Working tells of progress: Detail says at what.
	Working State = "working"
	// Ready means that the service answers at URL.
	Ready State = "ready"
	// Given means that the environment already had it, and that it answers at URL.
	Given State = "given"
	// Lost means that its process ended unexpectedly; it is being started again. Detail says how it
	// ended, and what was lost with it.
	Lost State = "lost"
)

// Event tells what became of a service.
type Event struct {
	Service Service
	State   State
	// URL is where the service answers. Empty when Working, and for the web app, which the front
	// serves.
	URL string
	// PID is the service's process; 0 for a service that is given, or part of this process.
	PID int
	// Detail is for people, and may be empty.
	Detail string
}

// reporter hands events on, one at a time. Its zero value drops them.
type reporter struct {
	mu sync.Mutex
	to func(Event) // called with mu held; nil drops
}

func newReporter(to func(Event)) *reporter { return &reporter{to: to} }

func (r *reporter) report(e Event) {
	if r == nil || r.to == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.to(e)
}
