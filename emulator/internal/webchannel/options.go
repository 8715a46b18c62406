package webchannel

import (
	"crypto/rand"
	"io"
	"time"
)

// Defaults of [Options].
const (
	DefaultKeepalive        = 30 * time.Second
	DefaultSessionTimeout   = 75 * time.Second
	DefaultWriteTimeout     = 30 * time.Second
	DefaultReadTimeout      = 20 * time.Second
	DefaultSendTimeout      = 30 * time.Second
	DefaultMaxSessions      = 10_000
	DefaultMaxBodyBytes     = 32 << 20
	DefaultMaxMessageBytes  = 10<<20 + 64<<10
	DefaultMaxHeaderBytes   = 16 << 10
	DefaultMaxAhead         = 1000
	DefaultInboxBytes       = 16 << 20
	DefaultQueueBytes       = 16 << 20
	DefaultMaxBufferedBytes = 256 << 20
)

// Limits that nobody needs to change.
const (
	// maxMessagesPerPost is Closure's own: it never puts more into one request.
	maxMessagesPerPost = 1000
	// maxHeaderLines is how many lines the headers of a handshake may have. The SDK sends five to eight.
	maxHeaderLines = 64
	// chunkBytes is when a chunk is full. A single larger message makes a chunk of its own.
	chunkBytes = 256 << 10
	// streamBytes and streamLife are when a streaming response is ended so that the client comes again.
	// Only by that does it say what it has, and only then can those arrays be forgotten. Browsers, too,
	// keep what a response has brought until it ends.
	streamBytes = 1 << 20
	streamLife  = 5 * time.Minute
	// lingerTime is how long an ended session waits for the client to say that it has the end. Until
	// then a cut response can be asked for again.
	lingerTime = 10 * time.Second
	// closeGrace is how long Server.Close waits for a client that is between two back channels.
	closeGrace = 500 * time.Millisecond
)

// Options are what a [Server] can be told. nil, and zero in any field, means the default.
type Options struct {
	// Rand is the source of session ids. Default crypto/rand.Reader. Reads are serialised.
	Rand io.Reader
	// Keepalive is how long a back channel may be silent before a noop is sent. Clients are told, and
	// take a back channel for dead after one and a half times this. Default [DefaultKeepalive].
	Keepalive time.Duration
	// SessionTimeout is how long a session lives without a back channel. Default
	// [DefaultSessionTimeout].
	SessionTimeout time.Duration
	// WriteTimeout is how long one chunk may take on its way into the connection. Then the back channel
	// is given up; the client may open another. Default [DefaultWriteTimeout].
	WriteTimeout time.Duration
	// ReadTimeout is how long the body of a request may take. Default [DefaultReadTimeout].
	ReadTimeout time.Duration
	// SendTimeout is how long [Session.Send] waits for a client that does not read, before it ends the
	// session with [ErrSlowClient]. Default [DefaultSendTimeout].
	SendTimeout time.Duration
	// MaxSessions is how many sessions there may be at a time, in all handlers of the server, those
	// included that ended a moment ago. A handshake beyond is answered 503. Default
	// [DefaultMaxSessions].
	MaxSessions int
	// MaxBodyBytes is how large the body of a request may be on the wire, where the form encoding makes
	// up to three bytes of one. A larger one is answered 413. Default [DefaultMaxBodyBytes].
	MaxBodyBytes int64
	// MaxMessageBytes is how large one message from a client may be, decoded. A larger one is answered
	// 413. The default, [DefaultMaxMessageBytes], is Firestore's 10 MiB and some slack.
	MaxMessageBytes int
	// MaxHeaderBytes is how large the headers in a handshake may be. Larger ones are answered 431.
	// Default [DefaultMaxHeaderBytes].
	MaxHeaderBytes int
	// MaxAhead is how far ahead of its turn a message may come, in messages. What comes ahead is kept, up
	// to InboxBytes. A request with more is answered 400. Default [DefaultMaxAhead].
	MaxAhead int
	// InboxBytes is how much may wait for [Session.Receive]. When it is reached, the next request of
	// that client is not read until there is room.
	// Default [DefaultInboxBytes].
	InboxBytes int
	// QueueBytes is how much a session keeps of what was sent and the client has not confirmed. When
	// it is full, [Session.Send] waits. Default [DefaultQueueBytes].
	QueueBytes int
	// MaxBufferedBytes is how much all sessions may hold together, both ways, with bodies that are
	// being read, as they are on the wire. Decoding one takes as much again for a moment. Beyond it,
	// requests are answered 503 and a session that sends ends with [ErrOverloaded]. Default
	// [DefaultMaxBufferedBytes].
	MaxBufferedBytes int64
}

// withDefaults copies o, which may be nil, and fills in what is zero.
func (o *Options) withDefaults() Options {
	var filled Options
	if o != nil {
		filled = *o
	}
	if filled.Rand == nil {
		filled.Rand = rand.Reader
	}
	orDefault(&filled.Keepalive, DefaultKeepalive)
	orDefault(&filled.SessionTimeout, DefaultSessionTimeout)
	orDefault(&filled.WriteTimeout, DefaultWriteTimeout)
	orDefault(&filled.ReadTimeout, DefaultReadTimeout)
	orDefault(&filled.SendTimeout, DefaultSendTimeout)
	orDefault(&filled.MaxSessions, DefaultMaxSessions)
	orDefault(&filled.MaxBodyBytes, DefaultMaxBodyBytes)
	orDefault(&filled.MaxMessageBytes, DefaultMaxMessageBytes)
	orDefault(&filled.MaxHeaderBytes, DefaultMaxHeaderBytes)
	orDefault(&filled.MaxAhead, DefaultMaxAhead)
	orDefault(&filled.InboxBytes, DefaultInboxBytes)
	orDefault(&filled.QueueBytes, DefaultQueueBytes)
	orDefault(&filled.MaxBufferedBytes, DefaultMaxBufferedBytes)
	return filled
}

func (o *Options) formLimits() formLimits {
	return formLimits{messageBytes: o.MaxMessageBytes, headerBytes: o.MaxHeaderBytes}
}

func (o *Options) inboxLimits() inboxLimits {
	return inboxLimits{ahead: o.MaxAhead, bytes: o.InboxBytes}
}

// orDefault gives a field that is zero, or below, its default.
func orDefault[T ~int | ~int64](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}
