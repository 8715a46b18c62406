package peer

import (
	"time"

	"github.com/pion/webrtc/v4"
)

// Path says how bytes travel.
type Path string

// The paths.
const (
	PathUnknown Path = "unknown"
	PathDirect  Path = "direct"
	PathRelayed Path = "relayed"
)

// Line is the path in use, and what is measured of it.
type Line struct {
	Path Path
	// OwnRelay tells that this side has the relay: otherwise it is the other's, or there is none.
	OwnRelay bool
	// Carrier is what goes from here to the own relay, or to the other on a direct path: udp, tcp, tls or dtls. Empty for
	// the other's relay, and while the path is unknown.
	Carrier string
	// RoundTrip is there and back, when it was last measured; zero before.
	RoundTrip time.Duration
}

// Line tells how bytes travel now; its Path is [PathUnknown] after the end and while the other is looked for. It is
// dearer than Path: pion gathers all of its figures for it.
func (c *Conn) Line() Line {
	if t := c.present(); t != nil {
		return t.line()
	}
	return Line{Path: PathUnknown}
}

// Path is that of [Conn.Line].
func (c *Conn) Path() Path {
	if t := c.present(); t != nil {
		return t.path()
	}
	return PathUnknown
}

// present is the transport of now; nil while there is none.
func (c *Conn) present() *transport {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

// path tells how bytes travel now.
func (t *transport) path() Path {
	pair, err := t.ice.GetSelectedCandidatePair()
	switch {
	case err != nil || pair == nil:
		return PathUnknown
	case pair.Local.Typ == webrtc.ICECandidateTypeRelay || pair.Remote.Typ == webrtc.ICECandidateTypeRelay:
		return PathRelayed
	}
	return PathDirect
}

// line is path with what is measured.
func (t *transport) line() Line {
	pair, there := t.ice.GetSelectedCandidatePairStats()
	if !there {
		return Line{Path: PathUnknown}
	}
	figures := t.pc.GetStats()
	local, ok := figures[pair.LocalCandidateID].(webrtc.ICECandidateStats)
	remote, too := figures[pair.RemoteCandidateID].(webrtc.ICECandidateStats)
	if !ok || !too {
		return Line{Path: PathUnknown} // another pair has just taken its place
	}
	l := Line{
		Path: PathDirect, Carrier: local.Protocol,
		RoundTrip: time.Duration(pair.CurrentRoundTripTime * float64(time.Second)),
	}
	if remote.CandidateType == webrtc.ICECandidateTypeRelay {
		l.Path, l.Carrier = PathRelayed, ""
	}
	if local.CandidateType == webrtc.ICECandidateTypeRelay {
		l.Path, l.OwnRelay, l.Carrier = PathRelayed, true, local.RelayProtocol
	}
	return l
}
