package clinic

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/parley-chat/parley/internal/doctor"
	"github.com/parley-chat/parley/internal/local"
	"github.com/parley-chat/parley/internal/local/turnserver"
	"github.com/parley-chat/parley/protocol/diagnosis"
)

// limit bounds the doctor's probes: an answer on this machine takes milliseconds, also on a busy one.
const limit = 2 * time.Second

// Options say where the parts are; the zero value is for a program that can be the function (see local.Options).
type Options struct {
	// Root is the checkout. Default: the working directory or the next above it that is one.
	Root string
	// FunctionCommand runs the function; see local.FunctionOptions.
	FunctionCommand []string
}

// Clinic is what the patients share: accounts, documents, and two relays. It is safe for concurrent use.
type Clinic struct {
	options     Options
	stack       *local.Stack
	relays      [2]*turnserver.Server // at two addresses: what a NAT does shows in two
	certificate *tls.Certificate
}

// Open starts what the patients share. The caller closes it after the last examination.
func Open(ctx context.Context, o Options) (*Clinic, error) {
	c := &Clinic{options: o}
	var err error
	c.stack, err = local.Start(ctx, &local.Options{Root: o.Root, Without: []local.Service{
		local.TURNService, local.FunctionService, local.WebService, local.FrontService,
	}})
	if err != nil {
		return nil, fmt.Errorf("clinic: %w", err)
	}
	for i, addr := range []string{"127.0.0.1", "127.0.0.2"} {
		if err == nil {
			c.relays[i], err = turnserver.Start(ctx, &turnserver.Options{Addr: netip.MustParseAddr(addr), Secret: secret})
		}
	}
	if err == nil {
		c.certificate, err = local.Certificate("", netip.MustParseAddr("127.0.0.1"), time.Now())
	}
	if err != nil {
		return nil, errors.Join(err, c.Close()) //nolint:contextcheck // Close bounds itself
	}
	return c, nil
}

// Close ends what is shared.
func (c *Clinic) Close() error {
	var errs []error
	for _, relay := range c.relays {
		if relay != nil {
			errs = append(errs, relay.Close())
		}
	}
	return errors.Join(append(errs, c.stack.Close())...)
}

// Patient is a deployment with one fault, or none.
type Patient struct {
	// Name says in words what was made wrong.
	Name string
	// Cause is what the doctor should name.
	Cause diagnosis.Cause

	admit admission
}

// admission makes a patient's fault, in a room, and says how the doctor gets there.
type admission func(ctx context.Context, r *room) (doctor.Options, error)

// Examine makes the patient's fault, lets the doctor look, and takes all away again.
func (c *Clinic) Examine(ctx context.Context, p Patient) (_ doctor.Report, err error) {
	r := &room{Clinic: c}
	defer func() { err = errors.Join(err, r.clear()) }()
	options, err := p.admit(ctx, r)
	if err != nil {
		return doctor.Report{}, fmt.Errorf("clinic: %s: %w", p.Name, err)
	}
	if options.Limit == 0 {
		options.Limit = limit
	}
	if options.RootCAs == nil {
		options.RootCAs = x509.NewCertPool()
		options.RootCAs.AddCert(c.certificate.Leaf)
	}
	return doctor.Examine(ctx, options)
}

// room is where one patient is; one goroutine owns it.
type room struct {
	*Clinic
	closers []func() error
}

// clear takes down what the patient was made of, the last first.
func (r *room) clear() error {
	var errs []error
	for i := range r.closers {
		errs = append(errs, r.closers[len(r.closers)-1-i]())
	}
	return errors.Join(errs...)
}

// keep remembers what to close.
func keep[Part interface{ Close() error }](r *room, part Part, err error) (Part, error) {
	if err == nil {
		r.closers = append(r.closers, part.Close)
	}
	return part, err
}
