package firestorequeue

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"cloud.google.com/go/firestore/apiv1"

	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/protocol"
)

const (
	// maxAttempts bounds the attempts of one call; patience usually ends first.
	maxAttempts = 32
	// maxFailures bounds how often Firestore may fail in one call.
	maxFailures = 3
)

// Queue pairs strangers through Firestore. All methods are safe for concurrent use, and by many processes
// on one database.
type Queue struct {
	client   *firestore.Client // safe for concurrent use
	database string            // read-only: projects/…/databases/(default)
	options  Options           // read-only
}

// New returns the queue of a project's default database. It does not dial: Firestore is reached with the
// first call. Close it when no call runs any more.
func New(ctx context.Context, project string, o *Options) (*Queue, error) {
	if project == "" {
		return nil, errors.New("firestorequeue: no project")
	}
	options := o.withDefaults()
	if err := options.validate(); err != nil {
		return nil, err
	}
	client, err := connect(ctx, options)
	if err != nil {
		return nil, err
	}
	return &Queue{client: client, database: "projects/" + project + "/databases/(default)", options: options}, nil
}

// Close ends the connection.
func (q *Queue) Close() error {
	if err := q.client.Close(); err != nil {
		return fmt.Errorf("firestorequeue: close: %w", err)
	}
	return nil
}

// Match answers POST /quick-match (SPEC A3 to A6). Errors wrap matchmaker.ErrEnded, ErrContention or
// ErrUnavailable; any other error is a bug or a database that refuses us. After an error the same request
// may be made again: it finds out what became of it.
func (q *Queue) Match(ctx context.Context, r matchmaker.Request) (protocol.QuickMatchAnswer, error) {
	fresh, err := protocol.NewRoomID(q.options.Random)
	if err != nil {
		return protocol.QuickMatchAnswer{}, fmt.Errorf("firestorequeue: new room id: %w", err)
	}
	plan, err := q.run(ctx, call{
		pool: r.Pool, ticket: r.TicketID(),
		decide: func(v matchmaker.View, now time.Time) matchmaker.Plan {
			return matchmaker.Ask(r, v, now, fresh, q.options.Limits)
		},
	})
	if err == nil {
		err = plan.Err
	}
	if err != nil {
		return protocol.QuickMatchAnswer{}, fmt.Errorf("firestorequeue: match: %w", err)
	}
	return plan.Answer, nil
}

// Cancel answers DELETE /quick-match (SPEC A7). Errors are those of Match without ErrEnded.
func (q *Queue) Cancel(ctx context.Context, c matchmaker.Cancelled) error {
	_, err := q.run(ctx, call{
		pool: c.Pool, ticket: c.TicketID(), readTicket: true,
		decide: func(v matchmaker.View, now time.Time) matchmaker.Plan {
			return matchmaker.Cancel(c, v, now, q.options.Limits)
		},
	})
	if err != nil {
		return fmt.Errorf("firestorequeue: cancel: %w", err)
	}
	return nil
}

// call is a decision to be made and applied.
type call struct {
	pool       string
	ticket     matchmaker.TicketID
	readTicket bool // read the ticket at once
	decide     func(matchmaker.View, time.Time) matchmaker.Plan
}

// run makes attempts until one is committed.
func (q *Queue) run(ctx context.Context, c call) (matchmaker.Plan, error) {
	ctx, cancel := context.WithTimeout(ctx, q.options.Patience)
	defer cancel()
	failures := 0
	for attempt := range maxAttempts {
		plan, err := q.attempt(ctx, c)
		if err == nil {
			return plan, nil
		}
		switch classify(err) {
		case conflict:
		case failure:
			if failures++; failures == maxFailures {
				return plan, fmt.Errorf("%w: %w", matchmaker.ErrUnavailable, err)
			}
		case refusal:
			return plan, err
		}
		c.readTicket = true // the failed commit may have been ours
		dice, err := q.dice()
		if err != nil {
			return plan, err
		}
		if q.options.Pause(ctx, matchmaker.Backoff(attempt, dice)) != nil {
			break
		}
	}
	if failures > 0 {
		return matchmaker.Plan{}, matchmaker.ErrUnavailable // whether something was changed is not known
	}
	return matchmaker.Plan{}, matchmaker.ErrContention
}

// attempt reads, decides and commits once.
func (q *Queue) attempt(ctx context.Context, c call) (matchmaker.Plan, error) {
	r, err := q.read(ctx, c)
	if err != nil {
		return matchmaker.Plan{}, err
	}
	now := q.options.Now().UTC().Truncate(time.Microsecond) // what Firestore can keep
	plan := c.decide(r.View, now)
	if plan.Read == matchmaker.ReadTicket {
		c.readTicket = true
		if r, err = q.read(ctx, c); err != nil {
			return plan, err
		}
		plan = c.decide(r.View, now)
	}
	if plan.Read == matchmaker.ReadRoom {
		if err := q.readRoom(ctx, &r); err != nil {
			return plan, err
		}
		plan = c.decide(r.View, now)
	}
	if plan.Read != matchmaker.ReadNothing {
		return plan, errors.New("firestorequeue: a decision asks for what it has")
	}
	if !plan.Writes() {
		return plan, nil
	}
	return plan, q.commit(ctx, c, r, plan)
}

// dice is a number in [0, 1).
func (q *Queue) dice() (float64, error) {
	var b [8]byte
	if _, err := io.ReadFull(q.options.Random, b[:]); err != nil {
		return 0, fmt.Errorf("firestorequeue: dice: %w", err)
	}
	return float64(binary.BigEndian.Uint64(b[:])>>11) / (1 << 53), nil
}
