package gate

// MaxWaiting is how many calls wait at once.
const MaxWaiting = maxWaiting

// SeemWaiting is as if n more calls were waiting. Really letting as many wait ends the race detector now and
// then («CHECK failed: tsan_rtl.cpp»).
func (g *Gate) SeemWaiting(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting += n
}
