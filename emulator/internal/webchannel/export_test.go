package webchannel

// Buffered is how many bytes all sessions hold now.
func (v *Server) Buffered() int64 { return v.memory.used.Load() }

// Sessions is how many sessions there are now.
func (v *Server) Sessions() int { return len(v.list()) }
