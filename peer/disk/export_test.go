package disk

import "errors"

// errStopped is where FinishSome ends.
var errStopped = errors.New("stopped")

// FinishSome is Finish of a process that ends after so many entries, one of which has its name reserved and not more.
func FinishSome(s *Sink, entries int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = s.finishLocked(func(entry int) error {
		if entry == entries {
			return errStopped
		}
		return nil
	})
}

// SetFree has a sink's disk say how much is free.
func SetFree(options *Options, free int64) { options.free = func(string) int64 { return free } }
