package main

import (
	"bufio"
	"context"
	"errors"
	"io"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// maxLineBytes is the longest line that is read: a text of the most characters, each of the most bytes.
const maxLineBytes = 4*protocol.MaxTextChars + 2

// talk is what one `parley chat` does after it is signed in.
type talk struct {
	view     *chatView
	services peer.Services
	options  *peer.Options
	lines    <-chan string // what the person writes; nil with echo. Closed at the end of input
	held     []string      // a line that came before anybody was there to hear it; at most one
	echo     bool
	aloud    bool // the room gets a short code
	goesOn   bool // a person sits here who can be asked whether to look for somebody else
}

// errInputEnded tells that the person has nothing more to say.
var errInputEnded = errors.New("the input ended")

// withStrangers talks to one stranger after the other, for as long as somebody wants that.
func (t *talk) withStrangers(ctx context.Context) int {
	for {
		conn, err := await(ctx, t, func(ctx context.Context) (*peer.Conn, error) {
			return peer.QuickMatch(ctx, t.services, t.options)
		})
		if t.echo && isOfOneAttempt(err) {
			t.view.failed(err) // a bot is there for the next person too
			continue
		}
		if err != nil {
			return t.view.endedBy(ctx, err)
		}
		err = t.with(ctx, conn)
		switch {
		case errors.Is(err, errInputEnded), ctx.Err() != nil:
			return exitOK
		case t.echo:
		case t.goesOn:
			t.view.askForNext()
			select {
			case _, more := <-t.lines:
				if !more {
					return exitOK
				}
			case <-ctx.Done():
				return exitOK
			}
		default:
			return codeOf(err)
		}
	}
}

// isOfOneAttempt tells whether err says something about one other person and nothing about the services.
func isOfOneAttempt(err error) bool {
	name := peer.NameOf(err)
	return errors.Is(err, peer.ErrNotAdmitted) ||
		name == peer.ConnectionFailed || name == peer.ProtocolError || name == peer.Tampered
}

// await waits for a connection or a room, and gives up when the input ends before there is one.
func await[C io.Closer](ctx context.Context, t *talk, next func(context.Context) (C, error)) (C, error) {
	type found struct {
		conn C
		err  error
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	result := make(chan found, 1)
	go func() {
		conn, err := next(ctx)
		result <- found{conn, err}
	}()
	lines := t.lines
	if len(t.held) > 0 {
		lines = nil
	}
	for {
		select {
		case f := <-result:
			return f.conn, f.err
		case line, more := <-lines:
			if more {
				t.held, lines = append(t.held, line), nil
				continue
			}
			stop()
			f := <-result
			if f.err == nil {
				_ = f.conn.Close() // it has no error to tell
			}
			return f.conn, errInputEnded
		}
	}
}

// with talks over one connection and tells why it ended. The connection is closed when it returns.
func (t *talk) with(ctx context.Context, conn *peer.Conn) error {
	defer conn.Close()
	t.view.connected(conn.Line(), conn.Safety())
	heard := make(chan error, 1)
	listening, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		heard <- t.listen(listening, conn)
		close(heard)
	}()
	err := t.speak(ctx, conn, heard)
	if !errors.Is(err, errInputEnded) && ctx.Err() == nil {
		t.view.over(err)
	}
	return err
}

// listen shows, or echoes, what the other says. It returns the connection's end.
func (t *talk) listen(ctx context.Context, conn *peer.Conn) error {
	for {
		text, err := conn.Receive(ctx)
		if err != nil {
			return err
		}
		t.view.message(text)
		if t.echo {
			// It fails when the other has left; what they said before is still to be heard.
			_ = sendPatiently(ctx, conn, text)
		}
	}
}

// sendPatiently waits for room where Send would fail: what was written is not dropped.
func sendPatiently(ctx context.Context, conn *peer.Conn, text string) error {
	for {
		err := conn.Send(ctx, text)
		if !errors.Is(err, peer.ErrQueueFull) {
			return err
		}
		if err := conn.Flush(ctx); err != nil {
			return err
		}
	}
}

// speak sends what the person writes, until the input or the connection ends; then listening has ended too.
func (t *talk) speak(ctx context.Context, conn *peer.Conn, heard chan error) error {
	for _, line := range t.held {
		t.send(ctx, conn, line)
	}
	t.held = nil
	for {
		select {
		case err := <-heard:
			return err
		case <-ctx.Done():
			_ = conn.Close() // says bye
			drain(heard)
			return ctx.Err()
		case line, more := <-t.lines:
			if !more {
				_ = conn.Close() // says bye, after all that was written
				drain(heard)
				return errInputEnded
			}
			t.send(ctx, conn, line)
		}
	}
}

// drain waits until listening has ended.
func drain(heard <-chan error) {
	for range heard { // what it heard of the end is not news
	}
}

func (t *talk) send(ctx context.Context, conn *peer.Conn, line string) {
	if line == "" {
		return
	}
	var refused *protocol.ParseError
	if err := sendPatiently(ctx, conn, line); errors.As(err, &refused) {
		t.view.refused("That was not sent: a text has 1 to 10 000 characters.")
	}
	// Any other error is the connection's end, which listening tells.
}

// readLines gives the lines of in, one at a time. Reading cannot be cut short: the goroutine ends with in, or with
// the process.
func readLines(ctx context.Context, in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(in)
		scanner.Buffer(nil, maxLineBytes)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}
