package clinic

import (
	"context"

	"github.com/parley-chat/parley/internal/doctor"
	"github.com/parley-chat/parley/internal/local"
)

// secret is what the function and the relays share, unless that is the fault.
const secret = "the clinic's"

// deployment is what a patient's function says and where its parts are. Empty means: as it should be.
type deployment struct {
	stun, turn      []string // what the function hands out
	secret          string   // the function's, for the relay
	project         string   // the function's
	firestore, auth string   // what the doctor finds in their place
	halted          bool     // the function is down
	env             []string // of the function, beside its own
}

// open starts the function and the front of d, and says how to reach it.
func (r *room) open(ctx context.Context, d deployment) (doctor.Options, error) {
	function := &local.FunctionOptions{
		FirestoreHost: r.stack.FirestoreHost(), AuthHost: r.stack.AuthHost(), Project: d.project,
		STUNURLs: d.stun, TURNURLs: d.turn, Command: r.options.FunctionCommand, Env: d.env,
	}
	if len(d.turn) > 0 {
		function.TURNSecret = secret
	}
	if d.secret != "" {
		function.TURNSecret = d.secret
	}
	served, err := local.StartFunction(ctx, function)
	if served, err = keep(r, served, err); err != nil {
		return doctor.Options{}, err
	}
	if d.halted {
		served.Halt()
	}
	front, err := local.StartFront(ctx, &local.FrontOptions{
		FirestoreHost: r.stack.FirestoreHost(), AuthHost: r.stack.AuthHost(), FunctionURL: served.URL(), AnyPort: true,
	})
	if front, err = keep(r, front, err); err != nil {
		return doctor.Options{}, err
	}
	return doctor.Options{API: front.URL() + "/api", FirestoreAddr: d.firestore, AuthAddr: d.auth}, nil
}

// healthy is a deployment without a fault: two STUN servers, and a relay by UDP, TCP and TLS.
func (r *room) healthy(ctx context.Context) (deployment, error) {
	tls, err := r.tls(ctx, r.certificate)
	relay := r.relays[0].TURNURLs()
	return deployment{
		stun: append(r.relays[0].STUNURLs(), r.relays[1].STUNURLs()...),
		turn: append(relay, "turns:"+tls+"?transport=tcp"),
	}, err
}
