package signaling

import (
	"context"
	"strconv"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// LinkState is how far a link's document has come (SPEC D6).
type LinkState string

// The states of a link.
const (
	LinkPaired LinkState = "paired"
	LinkClosed LinkState = "closed"
)

// Reason says why a link was closed (SPEC D6).
type Reason string

// The reasons.
const (
	ReasonFull   Reason = "full"
	ReasonLeft   Reason = "left"
	ReasonFailed Reason = "failed"
)

// Link is the document that two peers connect by (SPEC D1).
type Link struct {
	Caller, Callee       string
	CallerKey, CalleeKey protocol.Key
	State                LinkState
	// Reason is empty unless State is LinkClosed.
	Reason Reason
	// Offer and Answer are payloads (SPEC P1), nil until they are written.
	Offer, Answer []byte
	ExpireAt      time.Time
}

// ParseLink reads a link's fields, of a pair room or of a mesh room. Errors are *protocol.ParseError.
func ParseLink(f Fields) (Link, error) {
	r := fieldReader{rule: "D1", fields: f}
	l := Link{
		Caller: r.uid("caller"), Callee: r.uid("callee"),
		CallerKey: r.key("callerKey"), CalleeKey: r.key("calleeKey"),
		State: LinkState(r.text("state")), Reason: Reason(r.optionalText("reason")),
		Offer:    r.payload("offer", protocol.MaxDescriptionBytes),
		Answer:   r.payload("answer", protocol.MaxDescriptionBytes),
		ExpireAt: r.time("expireAt"),
	}
	if l.Caller == l.Callee {
		r.fail("callee", "is the caller")
	}
	switch l.State {
	case LinkPaired, LinkClosed:
	default:
		r.rule = "D6"
		r.fail("state", "unknown")
	}
	switch l.Reason {
	case "", ReasonFull, ReasonLeft, ReasonFailed:
	default:
		r.rule = "D6"
		r.fail("reason", "unknown")
	}
	return l, r.err
}

// LinkRef names the document of one link. It may be copied, and used by any goroutine.
type LinkRef struct {
	store Store
	path  string
}

// PairRoom names the link that a pair room is (SPEC D2).
func PairRoom(store Store, id protocol.RoomID) LinkRef {
	return LinkRef{store: store, path: "rooms/" + string(id)}
}

// Watch calls each with the link as it is, and again after every change; nil while it does not exist or its
// time is over (SPEC D1). It ends as [Store.Watch] does, and with a *protocol.ParseError when the document
// is not a link.
func (l LinkRef) Watch(ctx context.Context, each func(*Link)) error {
	return watchParsed(ctx, l.store, l.path, ParseLink, func(link *Link, d Document) {
		if link != nil && !link.ExpireAt.After(d.ReadAt) {
			link = nil
		}
		each(link)
	})
}

// Read gives the link as it is now, as Watch does.
func (l LinkRef) Read(ctx context.Context) (*Link, error) {
	d, err := l.store.Get(ctx, l.path)
	if err != nil || d.Fields == nil {
		return nil, err
	}
	link, err := ParseLink(d.Fields)
	if err != nil || !link.ExpireAt.After(d.ReadAt) {
		return nil, err
	}
	return &link, nil
}

// WriteOffer writes the caller's offer into a pair room, once (SPEC D7). A mesh room's link has it from
// the beginning.
func (l LinkRef) WriteOffer(ctx context.Context, payload []byte) error {
	return l.update(ctx, Fields{"offer": payload})
}

// WriteAnswer writes the callee's answer, once (SPEC D7).
func (l LinkRef) WriteAnswer(ctx context.Context, payload []byte) error {
	return l.update(ctx, Fields{"answer": payload})
}

// Close closes the link for good (SPEC D6). A link that is closed or gone answers [ErrDenied] or [ErrNotFound].
func (l LinkRef) Close(ctx context.Context, reason Reason) error {
	return l.update(ctx, Fields{"state": string(LinkClosed), "reason": string(reason)})
}

func (l LinkRef) update(ctx context.Context, f Fields) error {
	return l.store.Commit(ctx, Write{Op: Update, Path: l.path, Fields: f})
}

// Known is which batches of candidates a peer knows of, so that they can be deleted with their link (SPEC D11).
type Known struct {
	Caller, Callee []int
}

// Delete removes the link and the batches of candidates that are known, all in one commit.
func (l LinkRef) Delete(ctx context.Context, known Known) error {
	writes := make([]Write, 0, 1+len(known.Caller)+len(known.Callee))
	for _, n := range known.Caller {
		writes = append(writes, Write{Op: Delete, Path: l.batchPath(protocol.Caller, n)})
	}
	for _, n := range known.Callee {
		writes = append(writes, Write{Op: Delete, Path: l.batchPath(protocol.Callee, n)})
	}
	return l.store.Commit(ctx, append(writes, Write{Op: Delete, Path: l.path})...)
}

func (l LinkRef) candidates(side protocol.Role) string {
	if side == protocol.Caller {
		return l.path + "/callerCandidates"
	}
	return l.path + "/calleeCandidates"
}

func (l LinkRef) batchPath(side protocol.Role, n int) string {
	return l.candidates(side) + "/" + strconv.Itoa(n)
}
