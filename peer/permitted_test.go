package peer

import (
	"net"
	"testing"

	"github.com/pion/stun/v4"
)

// asks is a socket of pion's to a relay of the test's.
func asks(t *testing.T) (*permitted, net.PacketConn) {
	t.Helper()
	relay, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := newPermitted(conn)
	t.Cleanup(func() {
		_ = c.Close()
		_ = relay.Close()
	})
	return c, relay
}

func message(t *testing.T, class stun.MessageClass, id stun.Setter) *stun.Message {
	t.Helper()
	m, err := stun.Build(id, stun.NewType(stun.MethodCreatePermission, class), stun.NewUsername("me"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func readMessage(t *testing.T, from net.PacketConn) (*stun.Message, net.Addr) {
	t.Helper()
	buffer := make([]byte, 1500)
	n, addr, err := from.ReadFrom(buffer)
	if err != nil {
		t.Fatal(err)
	}
	m := &stun.Message{Raw: buffer[:n]}
	if err := m.Decode(); err != nil {
		t.Fatal(err)
	}
	return m, addr
}

// pion is answered before the relay is, and what the relay did not answer it is asked again.
func TestPermissionIsNotWaitedFor(t *testing.T) {
	c, relay := asks(t)
	request := message(t, stun.ClassRequest, stun.TransactionID)
	answers := make(chan *stun.Message)
	go func() { // reads when pion asks, as its client does
		defer close(answers)
		for range 2 {
			m, from := readMessage(t, c)
			if from.String() != relay.LocalAddr().String() {
				t.Errorf("from %v", from)
			}
			answers <- m
		}
	}()
	if _, err := c.WriteTo(request.Raw, relay.LocalAddr()); err != nil {
		t.Fatal(err)
	}
	early := <-answers
	if early.Type.Class != stun.ClassSuccessResponse || early.TransactionID != request.TransactionID {
		t.Errorf("answered %v", early)
	}
	for range 2 { // the first is lost
		got, _ := readMessage(t, relay)
		if got.TransactionID != request.TransactionID || len(got.Attributes) != len(request.Attributes) {
			t.Errorf("the relay was asked %v", got)
		}
	}
	answer := message(t, stun.ClassSuccessResponse, stun.NewTransactionIDSetter(request.TransactionID))
	if _, err := relay.WriteTo(answer.Raw, c.LocalAddr()); err != nil {
		t.Fatal(err)
	}
	<-answers // passed on: that it is not awaited is the client's business
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.asked) != 0 {
		t.Error("it is asked again, though the relay has answered")
	}
}

// Other messages, and permissions that are renewed later, are the relay's to answer.
func TestOthersAreWaitedFor(t *testing.T) {
	c, relay := asks(t)
	binding, err := stun.Build(stun.TransactionID, stun.BindingRequest)
	if err != nil {
		t.Fatal(err)
	}
	late, _ := asks(t)
	late.until = late.until.Add(-permitFor)
	for conn, raw := range map[*permitted][]byte{
		c: binding.Raw, late: message(t, stun.ClassRequest, stun.TransactionID).Raw,
	} {
		if _, err := conn.WriteTo(raw, relay.LocalAddr()); err != nil {
			t.Fatal(err)
		}
		if conn.pending() {
			t.Error("answered before the relay did")
		}
	}
}

func TestPermittedIsClosed(t *testing.T) {
	c, relay := asks(t)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c.permit(message(t, stun.ClassRequest, stun.TransactionID).Raw, relay.LocalAddr())
	if c.pending() {
		t.Error("answered after the end")
	}
	if _, _, err := c.ReadFrom(make([]byte, 10)); err == nil {
		t.Error("read after the end")
	}
}
