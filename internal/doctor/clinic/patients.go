package clinic

import (
	"context"
	"slices"
	"time"

	"github.com/parley-chat/parley/internal/doctor"
	"github.com/parley-chat/parley/protocol/diagnosis"
)

// Patients are all there are: the faults of SPEC section 12 that a program without a browser can have, some of them in
// several forms, and one who has none.
func Patients() []Patient {
	return slices.Concat(services(), relays(), paths())
}

// with is a patient whose deployment is as it should be but for what change does to it.
func with(change func(ctx context.Context, r *room, d *deployment) error) admission {
	return func(ctx context.Context, r *room) (doctor.Options, error) {
		d, err := r.healthy(ctx)
		if err == nil {
			err = change(ctx, r, &d)
		}
		if err != nil {
			return doctor.Options{}, err
		}
		return r.open(ctx, d)
	}
}

// clockOff is a patient whose clock is off by so much.
func clockOff(by time.Duration) admission {
	return func(ctx context.Context, r *room) (doctor.Options, error) {
		d, err := r.healthy(ctx)
		if err != nil {
			return doctor.Options{}, err
		}
		o, err := r.open(ctx, d)
		o.Now = func() time.Time { return time.Now().Add(by) }
		return o, err
	}
}

// at is a patient who asks at an address where there is no deployment.
func at(address func(context.Context, *room) (string, error)) admission {
	return func(ctx context.Context, r *room) (doctor.Options, error) {
		addr, err := address(ctx, r)
		return doctor.Options{API: "http://" + addr + "/api"}, err
	}
}

// services are faults of the device and of what is needed before any path.
func services() []Patient {
	hole := func(ctx context.Context, r *room) (string, error) { return r.hole(ctx, "tcp") }
	return []Patient{
		{"nothing", diagnosis.AllRight, with(func(context.Context, *room, *deployment) error { return nil })},
		{"the site swallows everything", diagnosis.SiteUnreachable, at(hole)},
		{"nobody at the site's port", diagnosis.SiteUnreachable, at(
			func(ctx context.Context, r *room) (string, error) { return r.closed(ctx) })},
		{"another program at the site's port", diagnosis.SiteUnreachable, at(
			func(_ context.Context, r *room) (string, error) { return r.stack.AuthHost(), nil })},
		{"the clock is two minutes ahead", diagnosis.ClockWrong, clockOff(2 * time.Minute)},
		{"the clock is a day behind", diagnosis.ClockWrong, clockOff(-24 * time.Hour)},
		{"sign-in swallows everything", diagnosis.SignInUnreachable, with(
			func(ctx context.Context, r *room, d *deployment) (err error) {
				d.auth, err = hole(ctx, r)
				return err
			})},
		{"anonymous sign-in is switched off", diagnosis.SignInRefused, with(
			func(ctx context.Context, r *room, d *deployment) (err error) {
				d.auth, err = r.refusingAuth(ctx)
				return err
			})},
		{"the function is down", diagnosis.FunctionUnreachable, with(
			func(_ context.Context, _ *room, d *deployment) error {
				d.halted = true
				return nil
			})},
		{"the function is of another project", diagnosis.FunctionRefuses, with(
			func(_ context.Context, _ *room, d *deployment) error {
				d.project = "demo-another"
				return nil
			})},
		{"Firestore is blocked", diagnosis.StoreUnreachable, with(
			func(ctx context.Context, r *room, d *deployment) (err error) {
				d.firestore, err = hole(ctx, r)
				return err
			})},
		{"Firestore has other rules", diagnosis.StoreRefuses, with(
			func(ctx context.Context, r *room, d *deployment) (err error) {
				d.firestore, err = r.strictFirestore(ctx)
				return err
			})},
	}
}

// relays are faults of the relay alone: UDP is out, and STUN answers.
func relays() []Patient {
	return []Patient{
		{"no relay", diagnosis.NoRelay, with(func(_ context.Context, _ *room, d *deployment) error {
			d.turn = nil
			return nil
		})},
		{"the service that gives out the relay is down", diagnosis.RelayUnavailable, with(
			func(ctx context.Context, r *room, d *deployment) error {
				nobody, err := r.closed(ctx)
				d.env = []string{
					"TURN_PROVIDER=cloudflare", "CLOUDFLARE_TURN_KEY_ID=none", "CLOUDFLARE_TURN_API_TOKEN=none",
					"HTTPS_PROXY=http://" + nobody,
				}
				return err
			})},
		{"no relay, and the address is hidden", diagnosis.HiddenWithoutRelay, func(
			ctx context.Context, r *room,
		) (doctor.Options, error) {
			o, err := r.open(ctx, deployment{stun: r.relays[0].STUNURLs()})
			o.RelayOnly = true
			return o, err
		}},
		{"the relay has another secret", diagnosis.RelayRefuses, with(
			func(_ context.Context, _ *room, d *deployment) error {
				d.secret = "another's"
				return nil
			})},
		{"the relay is full", diagnosis.RelayFull, with(func(ctx context.Context, r *room, d *deployment) (err error) {
			d.turn, err = r.fullRelay(ctx)
			return err
		})},
		{"the relay by TLS has a stranger's certificate", diagnosis.RelayUntrusted, with(
			func(ctx context.Context, r *room, d *deployment) (err error) {
				d.turn, err = r.strangersRelay(ctx)
				return err
			})},
		{"nobody at the relay's ports", diagnosis.RelayDown, with(
			func(ctx context.Context, r *room, d *deployment) (err error) {
				d.turn, err = r.closedRelay(ctx, "turn:%s?transport=udp", "turn:%s?transport=tcp", "turns:%s?transport=tcp")
				return err
			})},
		{"the relay by TLS is closed, the rest is not", diagnosis.RelayPartly, with(
			func(ctx context.Context, r *room, d *deployment) error {
				closed, err := r.closedRelay(ctx, "turns:%s?transport=tcp")
				d.turn = append(r.relays[0].TURNURLs(), closed...)
				return err
			})},
	}
}

// paths are faults of the network between: firewalls and NATs.
func paths() []Patient {
	firewall := func(open ...string) admission {
		return with(func(ctx context.Context, r *room, d *deployment) error { return r.firewall(ctx, d, open...) })
	}
	behind := func(symmetric, relay bool) admission {
		return func(ctx context.Context, r *room) (doctor.Options, error) {
			d, err := r.through(ctx, symmetric, relay)
			if err != nil {
				return doctor.Options{}, err
			}
			return r.open(ctx, d)
		}
	}
	return []Patient{
		{"UDP is blocked", diagnosis.UDPBlocked, firewall("tcp", "tls")},
		{"all but TLS is blocked", diagnosis.OnlyTLS, firewall("tls")},
		{"all but web pages is blocked", diagnosis.Firewall, firewall()},
		{"UDP is blocked, the relay has UDP alone", diagnosis.UDPBlockedWithoutRelay, with(
			func(ctx context.Context, r *room, d *deployment) error {
				err := r.firewall(ctx, d)
				d.turn = d.turn[:min(1, len(d.turn))]
				return err
			})},
		{"UDP is blocked, no relay", diagnosis.UDPBlockedWithoutRelay, with(
			func(ctx context.Context, r *room, d *deployment) error {
				err := r.firewall(ctx, d)
				d.turn = nil
				return err
			})},
		{"a symmetric NAT", diagnosis.SymmetricNAT, behind(true, true)},
		{"a symmetric NAT, no relay", diagnosis.SymmetricNATAlone, behind(true, false)},
		{"a NAT that maps alike, with a relay", diagnosis.AllRight, behind(false, true)},
		{"STUN is down", diagnosis.STUNDown, with(func(ctx context.Context, r *room, d *deployment) error {
			hole, err := r.hole(ctx, "udp")
			d.stun = []string{"stun:" + hole}
			return err
		})},
	}
}
