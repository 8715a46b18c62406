package matchmaker

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
)

func TestTicketIDTellsRequestsApart(t *testing.T) {
	t.Parallel()
	id, other := requestNumber(1), requestNumber(2)
	seen := map[TicketID]string{}
	for name, ticket := range map[string]TicketID{
		"ann in default":               NewTicketID("ann", "default", id),
		"another request id":           NewTicketID("ann", "default", other),
		"another pool":                 NewTicketID("ann", "chess", id),
		"another uid":                  NewTicketID("bob", "default", id),
		"a letter moves to the pool":   NewTicketID("an", "ndefault", id),
		"a letter moves from the pool": NewTicketID("annd", "efault", id),
	} {
		if seen[ticket] != "" {
			t.Errorf("%s and %s have one ticket", name, seen[ticket])
		}
		seen[ticket] = name
		if raw, err := base64.RawURLEncoding.DecodeString(string(ticket)); err != nil || len(raw) != ticketIDBytes {
			t.Errorf("%s: %q is not %d bytes of base64url", name, ticket, ticketIDBytes)
		}
	}
	const want = "mfuEB3N2piGRxRtjP_P85EMDstM"
	if got := NewTicketID("ann", "default", "AAECAwQFBgcICQoLDA0ODw"); got != want {
		t.Errorf("the derivation changed, so tickets of running deployments are lost: %s, was %s", got, want)
	}
}

// TestPairHasWhatTheRulesSay looks at the documents that pairing leaves; who meets whom is in testdata.
func TestPairHasWhatTheRulesSay(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	m, l := newModel(), DefaultLimits()
	first := Request{UID: "ann", Pool: "default", ID: requestNumber(1), Key: keyOf("ann", 1)}
	second := Request{UID: "bob", Pool: "default", ID: requestNumber(2), Key: keyOf("bob", 2)}
	m.ask(first, now, roomNumber(1), l).finish()
	if len(m.made) != 0 {
		t.Error("[D2] while somebody waits there is no room")
	}
	later := now.Add(7 * time.Second)
	m.ask(second, later, roomNumber(2), l).finish()
	want := Room{
		ID: roomNumber(1), Caller: "bob", Callee: "ann", CallerKey: second.Key, CalleeKey: first.Key,
		CreatedAt: later, ExpireAt: later.Add(15 * time.Minute),
	}
	if len(m.made) != 1 || m.made[0] != want {
		t.Errorf("[D1] [D2] rooms %+v, want %+v", m.made, want)
	}
	ticket := m.tickets[second.TicketID()].value
	if ticket.State != TicketPaired || ticket.RoomID != want.ID || *ticket.PeerKey != first.Key ||
		!ticket.ExpireAt.Equal(later.Add(l.TicketLife)) {
		t.Errorf("the caller's ticket: %+v", ticket)
	}
}

func TestARoomThatIsNotOursIsNotBelieved(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	r := Request{UID: "ann", Pool: "default", ID: requestNumber(1), Key: keyOf("ann", 1)}
	v := View{
		TicketRead: true,
		Ticket: &Ticket{
			UID: "ann", Pool: "default", State: TicketWaiting, RoomID: roomNumber(1), ExpireAt: now.Add(time.Hour),
		},
		RoomRead: true,
		Room:     &Room{ID: roomNumber(1), Caller: "bob", Callee: "cat", ExpireAt: now.Add(time.Minute)},
	}
	if p := Ask(r, v, now, roomNumber(2), DefaultLimits()); p.Err == nil {
		t.Errorf("answered %+v for a room of bob and cat", p.Answer)
	}
	c := Cancelled{UID: r.UID, Pool: r.Pool, ID: r.ID}
	if p := Cancel(c, v, now, DefaultLimits()); p.CloseRoom != "" {
		t.Error("closes a room of bob and cat")
	}
}

func TestRepairsATicketThatIsGone(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	m, l := newModel(), DefaultLimits()
	r := Request{UID: "ann", Pool: "default", ID: requestNumber(1), Key: keyOf("ann", 1)}
	m.ask(r, now, roomNumber(1), l).finish()
	delete(m.tickets, r.TicketID())
	call := m.ask(r, now, roomNumber(2), l)
	call.ticket = true
	if p := call.finish(); p.Answer.RoomID != roomNumber(1) || m.tickets[r.TicketID()].value.State != TicketWaiting {
		t.Errorf("answered %+v, ticket %+v", p.Answer, m.tickets[r.TicketID()])
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		attempt int
		dice    float64
		want    time.Duration
	}{
		{0, 0, 0},
		{0, 0.5, 10 * time.Millisecond},
		{1, 0.5, 20 * time.Millisecond},
		{5, 0.5, 320 * time.Millisecond},
		{6, 0.5, 500 * time.Millisecond},
		{1000, 0.5, 500 * time.Millisecond},
		{-1, 0.5, 10 * time.Millisecond},
	} {
		if got := Backoff(c.attempt, c.dice); got != c.want {
			t.Errorf("Backoff(%d, %v) = %v, want %v", c.attempt, c.dice, got, c.want)
		}
	}
}

func TestAnswersAreWhatClientsAccept(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	m, l := newModel(), DefaultLimits()
	for i, uid := range []string{"ann", "bob"} {
		r := Request{UID: uid, Pool: "default", ID: requestNumber(i), Key: keyOf(uid, i)}
		answer := m.ask(r, now, roomNumber(i), l).finish().Answer
		raw, err := answer.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := protocol.ParseQuickMatchAnswer(raw); err != nil {
			t.Errorf("[A4] %s: %v", raw, err)
		}
	}
}
