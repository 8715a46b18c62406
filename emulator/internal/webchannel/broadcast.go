package webchannel

// broadcast wakes everybody who waits for a change of some state. The mutex that guards the state
// guards the broadcast too: who finds the state wanting takes the channel before it lets go of the
// mutex, so that no change is missed. The zero value is ready.
type broadcast struct {
	next chan struct{} // nil while nobody waits
}

// wait returns a channel that the next fire closes.
func (b *broadcast) wait() <-chan struct{} {
	if b.next == nil {
		b.next = make(chan struct{})
	}
	return b.next
}

// fire wakes everybody who waits now.
func (b *broadcast) fire() {
	if b.next != nil {
		close(b.next)
		b.next = nil
	}
}
