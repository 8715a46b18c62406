package peer

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	pion "github.com/pion/transport/v4"
	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// Times of SPEC sections 4 and 6.
const (
	answerWait  = 10 * time.Second       // S4, K4: for the offer, for the answer
	connectWait = 20 * time.Second       // S5: from both descriptions to connected
	followWait  = 3 * time.Second        // S6: from both descriptions to asking what the other did
	gatherWait  = 100 * time.Millisecond // P5: what is found by then goes into the description
	batchWait   = 50 * time.Millisecond  // D8: candidates that come this close together share a batch
	leaveWait   = 3 * time.Second        // for what is told to the store on the way out

	introduceWait = 6 * time.Second // O8: for the answer to an introduction
	gatherAllWait = time.Second     // O8: what is found by then is in the description
)

// API is the function's API, as a client sees it (SPEC section 2); apiclient has the one over HTTP. All methods
// are safe for concurrent use. Errors are *protocol.Problem when the function answered with one; any other
// error means that it cannot be reached.
type API interface {
	// QuickMatch asks for a partner, or asks again about the same request.
	QuickMatch(ctx context.Context, r protocol.QuickMatchRequest) (protocol.QuickMatchAnswer, error)
	// EndMatch takes a request back.
	EndMatch(ctx context.Context, pool string, id protocol.RequestID) error
	// ICEServers gives STUN and TURN servers.
	ICEServers(ctx context.Context) (protocol.ICEServers, error)
}

// Services are what a peer needs of the world. Package site opens those of a deployment.
type Services struct {
	// Store holds the documents; required.
	Store signaling.Store
	// API is the function; required.
	API API
	// UID is the user that Store and API know this peer by; required. One user is in a room once: who is to be in it
	// twice needs two.
	UID string
}

// Event tells how far a search or a room has come.
type Event string

// The events.
const (
	// EventWaiting: nobody is there yet.
	EventWaiting Event = "waiting"
	// EventSignaling: somebody is there; offer and answer travel.
	EventSignaling Event = "signaling"
	// EventConnecting: both descriptions are set; ICE looks for a path.
	EventConnecting Event = "connecting"
	// EventProving: the channel is open; both prove who they are (SPEC H5).
	EventProving Event = "proving"
	// EventReconnecting: the connection broke; the other is looked for, and what is said is kept.
	EventReconnecting Event = "reconnecting"
	// EventReconnected: the other is there again, and what was kept is on its way.
	EventReconnected Event = "reconnected"
	// EventAgain: the other did not come; another is looked for.
	EventAgain Event = "again"
	// EventNoICEServers: the function gave no ICE servers; only direct paths are tried.
	EventNoICEServers Event = "no_ice_servers"
	// EventNoRelay: there is a relay, but the function had no credentials for it; only direct paths are tried.
	EventNoRelay Event = "no_relay"
)

// Options change how a peer connects. nil, and the zero value, are what is documented at each field.
type Options struct {
	// Pool is where QuickMatch looks; empty means protocol.DefaultPool.
	Pool string
	// RelayOnly uses TURN candidates only, so that the other never learns this peer's address; without TURN it fails as
	// relay_unavailable. The zero value uses every path.
	RelayOnly bool
	// Loopback offers 127.0.0.1 too, for peers on one machine. The zero value does not.
	Loopback bool
	// ICEServers are used instead of asking the function; nil asks.
	ICEServers []protocol.ICEServer
	// Net is the network that connections are made over; nil is this machine's.
	Net pion.Net
	// Settings may change pion's settings before each connection; nil changes nothing. It must not be used to
	// weaken DTLS.
	Settings func(*webrtc.SettingEngine)
	// Device is who this peer proves to be in rooms; nil is a fresh one each time. Strangers get a fresh one in any
	// case, so that they cannot know this peer again.
	Device *Device
	// Name is what this peer wants to be called in rooms of many, at most 64 characters; empty is no name.
	Name string
	// Archive keeps what is said in a room of many, for the next time; it goes with a Device that lasts. There are
	// notices of the last 100 entries that it has at first. All of a room is in memory; [Archive] says how much that is.
	// nil keeps nothing: who leaves and comes back gets what was said from those who are there.
	Archive *Archive
	// HideTyping and HideReading keep from others in a room of many when somebody writes here ([Group.Typing]) and what
	// was read ([Group.Read]); what has arrived they are told in any case. The zero value tells both.
	HideTyping, HideReading bool
	// Admit is asked when the other has proved who it is, before anything of theirs is shown and anything but the own
	// proof is sent: an error ends the attempt as [ErrNotAdmitted] (SPEC H9). Of a Group it is asked for each link: what
	// others bring of who was refused comes all the same. It must return soon, and may be asked by several attempts at
	// once. nil admits everybody.
	Admit func(Safety) error
	// OnEvent is told what happens, one event at a time for each search or room. It must return soon and must not
	// call the Room or the Group. Of a Group it is told when nobody else is there, and of missing servers. nil tells
	// nobody.
	OnEvent func(Event)
	// Random is a cryptographic source; nil means crypto/rand.
	Random io.Reader

	limit int // how many members a room of many holds; 0: as SPEC R1 says
}

// serverList is STUN and TURN servers, and how long their credentials are good.
type serverList struct {
	servers []webrtc.ICEServer // nil: nobody has given any
	ttl     time.Duration      // for how long they were given; zero: for ever
	ends    time.Time          // when that is over
}

// dialer is what one search or room shares among its attempts.
type dialer struct {
	Services
	o Options

	asking chan struct{} // holds one notice while the function is asked for servers

	mu      sync.Mutex
	servers serverList // guarded by mu
	doubted bool       // guarded by mu: servers are to be asked for again

	telling sync.Mutex // held while OnEvent runs
}

func newDialer(s Services, o *Options) *dialer {
	d := &dialer{Services: s, asking: make(chan struct{}, 1)}
	if o != nil {
		d.o = *o
	}
	if d.o.Pool == "" {
		d.o.Pool = protocol.DefaultPool
	}
	if d.o.Random == nil {
		d.o.Random = rand.Reader
	}
	return d
}

func (d *dialer) event(e Event) {
	if d.o.OnEvent == nil {
		return
	}
	d.telling.Lock()
	defer d.telling.Unlock()
	d.o.OnEvent(e)
}

// newKey is fresh for a ticket or membership (SPEC V4).
func (d *dialer) newKey() (*ecdh.PrivateKey, error) {
	private, err := ecdh.X25519().GenerateKey(d.o.Random)
	if err != nil {
		return nil, fmt.Errorf("peer: make a key: %w", err)
	}
	return private, nil
}

// iceServers gives servers whose credentials are good for half of their life at least, for a new attempt. When the
// function gives none, those that are known are used as long as they are good; without, direct paths may still do,
// unless only relays may be used.
func (d *dialer) iceServers(ctx context.Context) (serverList, error) {
	return d.listed(ctx, d.o.RelayOnly)
}

// listed is iceServers for who cannot do without a relay, or can.
func (d *dialer) listed(ctx context.Context, needsRelay bool) (serverList, error) {
	select {
	case d.asking <- struct{}{}:
		defer func() { <-d.asking }()
	case <-ctx.Done():
		return serverList{}, ctx.Err()
	}
	known, doubted := d.known()
	fresh := !doubted && time.Until(known.ends) > known.ttl/2
	if known.servers != nil && (d.o.ICEServers != nil || fresh) {
		return known, nil
	}
	given := protocol.ICEServers{ICEServers: d.o.ICEServers}
	if d.o.ICEServers == nil {
		var err error
		if given, err = d.API.ICEServers(ctx); err != nil {
			if known.servers != nil && ctx.Err() == nil && time.Now().Before(known.ends) {
				return known, nil
			}
			if needsRelay || ctx.Err() != nil {
				return serverList{}, functionError(ctx, err)
			}
			d.event(EventNoICEServers)
			return serverList{}, nil
		}
	}
	if needsRelay && !given.HasRelay() {
		return serverList{}, failure(RelayUnavailable, nil)
	}
	if given.Relay == protocol.RelayUnavailable {
		d.event(EventNoRelay)
	}
	return d.know(given), nil
}

// known are the servers that were given last, and whether they are to be asked for again.
func (d *dialer) known() (_ serverList, doubted bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.servers
	l.servers = slices.Clone(l.servers)
	return l, d.doubted
}

// know keeps what the function has given.
func (d *dialer) know(given protocol.ICEServers) serverList {
	l := serverList{
		servers: make([]webrtc.ICEServer, 0, len(given.ICEServers)), ttl: time.Duration(given.TTLSeconds) * time.Second,
	}
	for _, s := range given.ICEServers {
		l.servers = append(l.servers, webrtc.ICEServer{URLs: s.URLs, Username: s.Username, Credential: s.Credential})
	}
	l.ends = time.Now().Add(l.ttl)
	d.mu.Lock()
	d.servers, d.doubted = l, false
	d.mu.Unlock()
	l.servers = slices.Clone(l.servers)
	return l
}

// another is a dialer with other options for the same conversation, which asks for servers anew: those that are known
// may be why it was lost.
func (d *dialer) another(o Options) *dialer {
	known, _ := d.known()
	return &dialer{Services: d.Services, o: o, asking: make(chan struct{}, 1), servers: known, doubted: true}
}

// silent is a dialer for attempts that nobody is to hear of.
func (d *dialer) silent() *dialer {
	o := d.o
	o.OnEvent = nil
	known, _ := d.known()
	return &dialer{Services: d.Services, o: o, asking: make(chan struct{}, 1), servers: known}
}

// doubt makes the next attempt ask for servers anew, for the same reason.
func (d *dialer) doubt() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.doubted = true
}

// parting gives a context for what is told to the store on the way out, when the caller's may have ended.
func parting(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), leaveWait)
}
