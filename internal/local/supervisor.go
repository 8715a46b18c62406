package local

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// askEvery is the pause between two questions whether a service is up.
	askEvery = 20 * time.Millisecond
	// startTimeout bounds one start of a child. Java on a busy machine takes seconds.
	startTimeout = time.Minute
	// stopGrace is how long a child may take to end by itself.
	stopGrace = 3 * time.Second
	// A child that dies is started again after firstBackoff, twice as long each time up to mostBackoff,
	// and after firstBackoff again once it has lived for steadyAfter.
	firstBackoff = 100 * time.Millisecond
	mostBackoff  = 5 * time.Second
	steadyAfter  = 10 * time.Second
)

// errEnded says that a child ended before it was ready.
var errEnded = errors.New("ended before it was ready")

// supervisor keeps one child process running. It is safe for concurrent use.
type supervisor struct {
	service Service
	url     string
	command command
	ready   func(context.Context) error // asks once; nil when the service answers
	output  *output
	events  *reporter
	// loss is what dies with the process, for people; may be empty.
	loss string

	turn   sync.Mutex // held by start and stop throughout: one of them at a time
	keeper *keeper    // guarded by turn; nil while stopped

	mu      sync.Mutex
	current *process      // guarded by mu; the last one launched, ready or not; nil before the first
	pid     int           // guarded by mu; 0 while there is no ready process
	changed chan struct{} // guarded by mu; closed when pid changes
}

// keeper is the goroutine that watches the process.
type keeper struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// start runs the child and returns when it answers. ctx bounds the start alone. On a running
// supervisor it does nothing.
func (s *supervisor) start(ctx context.Context) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	if s.keeper != nil {
		return nil
	}
	p, err := s.launch(ctx)
	if err != nil {
		return err
	}
	s.setPID(p.pid)
	keepCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	k := &keeper{cancel: cancel, done: make(chan struct{})}
	s.keeper = k
	go func() {
		defer close(k.done)
		s.keep(keepCtx, p)
	}()
	s.events.report(Event{Service: s.service, State: Ready, URL: s.url, PID: p.pid})
	return nil
}

// stop ends the child and returns when it has ended. It is idempotent.
func (s *supervisor) stop() {
	s.turn.Lock()
	defer s.turn.Unlock()
	if s.keeper == nil {
		return
	}
	s.keeper.cancel()
	<-s.keeper.done
	s.keeper = nil
}

// kill ends the child at once, without asking; a keeper that is not being stopped starts another.
func (s *supervisor) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return
	}
	select {
	case <-s.current.done:
	default:
		killGroup(s.current.pid)
	}
}

// keep watches p and puts another in its place when it ends, until ctx is done.
func (s *supervisor) keep(ctx context.Context, p *process) {
	backoff := firstBackoff
	for {
		born := time.Now()
		select {
		case <-ctx.Done():
			s.setPID(0)
			p.stop(stopGrace)
			return
		case <-p.done:
		}
		s.setPID(0)
		s.events.report(Event{Service: s.service, State: Lost, URL: s.url, PID: p.pid, Detail: s.obituary(p)})
		if time.Since(born) > steadyAfter {
			backoff = firstBackoff
		}
		p, backoff = s.relaunch(ctx, backoff)
		if p == nil {
			return
		}
		s.setPID(p.pid)
		s.events.report(Event{Service: s.service, State: Ready, URL: s.url, PID: p.pid, Detail: "started again"})
	}
}

// relaunch tries until the child is up again, and returns the back-off for the next time. It returns a
// nil process when ctx is done.
func (s *supervisor) relaunch(ctx context.Context, backoff time.Duration) (*process, time.Duration) {
	for {
		timer := time.NewTimer(backoff)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, 0
		case <-timer.C:
		}
		backoff = min(2*backoff, mostBackoff)
		p, err := s.launch(ctx)
		if err == nil {
			return p, backoff
		}
		if ctx.Err() == nil {
			s.events.report(Event{Service: s.service, State: Lost, URL: s.url, Detail: err.Error()})
		}
	}
}

// launch runs the child and waits until it answers; when it does not, the child is ended.
func (s *supervisor) launch(ctx context.Context) (*process, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	p, err := startProcess(s.command, s.output)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.current = p
	s.mu.Unlock()
	if err := s.awaitReady(ctx, p); err != nil {
		p.stop(stopGrace)
		return nil, fmt.Errorf("local: starting %s: %w", s.service, err)
	}
	return p, nil
}

func (s *supervisor) awaitReady(ctx context.Context, p *process) error {
	ticker := time.NewTicker(askEvery)
	defer ticker.Stop()
	for {
		asked := s.ready(ctx)
		select {
		case <-p.done:
			return fmt.Errorf("%w: %w\n%s", errEnded, exitError(p.err), s.output.words())
		default:
		}
		if asked == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w\n%s", ctx.Err(), asked, s.output.words())
		case <-p.done:
		case <-ticker.C:
		}
	}
}

// errExitedZero stands for the error of a child that ended without one.
var errExitedZero = errors.New("exit status 0")

func exitError(err error) error {
	if err == nil {
		return errExitedZero
	}
	return err
}

func (s *supervisor) obituary(p *process) string {
	detail := "its process ended (" + exitError(p.err).Error() + ")"
	if s.loss != "" {
		detail += "; " + s.loss
	}
	return detail
}

func (s *supervisor) setPID(pid int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pid = pid
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

func (s *supervisor) currentPID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pid
}

// awaitOther returns the process id of a ready child that is not old, as soon as there is one.
func (s *supervisor) awaitOther(ctx context.Context, old int) (int, error) {
	for {
		s.mu.Lock()
		pid := s.pid
		if s.changed == nil {
			s.changed = make(chan struct{})
		}
		changed := s.changed
		s.mu.Unlock()
		if pid != 0 && pid != old {
			return pid, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return 0, fmt.Errorf("local: waiting for %s to come back: %w", s.service, ctx.Err())
		}
	}
}
