package peer_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

func makeCode(t *testing.T, r *peer.Room) *peer.Code {
	t.Helper()
	c, err := r.Code(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func enterCode(t *testing.T, w *peertest.World, uid string, code protocol.ShortCode) (*peer.Room, error) {
	t.Helper()
	o, _ := w.Options(t)
	r, err := peer.EnterCode(t.Context(), w.Services(uid), code, o)
	if err == nil {
		t.Cleanup(func() { _ = r.Close() })
	}
	return r, err
}

func wantFailure(t *testing.T, err error, name peer.Failure) {
	t.Helper()
	if peer.NameOf(err) != name {
		t.Errorf("got %v, want %s", err, name)
	}
}

func wantOver(t *testing.T, c *peer.Code, why error) {
	t.Helper()
	<-c.Done()
	if !errors.Is(c.Err(), why) {
		t.Errorf("the code is over by %v, want %v", c.Err(), why)
	}
}

// wrongWords are in the list, and not the code's.
func wrongWords(code protocol.ShortCode) protocol.ShortCode {
	if code.Words == "apple-river" {
		return protocol.ShortCode{Slot: code.Slot, Words: "zoo-zoo"}
	}
	return protocol.ShortCode{Slot: code.Slot, Words: "apple-river"}
}

// codePaths are what is in the store of short codes.
func codePaths(w *peertest.World) []string {
	return slices.DeleteFunc(memory(w).Paths(), func(p string) bool { return !strings.HasPrefix(p, "codes/") })
}

func TestCode(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host := create(t, w, "host")
		code := makeCode(t, host)
		if slot := code.Short().Slot; len(slot) != protocol.MinSlotDigits {
			t.Errorf("[N1] slot %s, with nobody else there", slot)
		}
		if left := time.Until(code.Until()); left != 10*time.Minute {
			t.Errorf("[N2] it lasts %s", left)
		}
		guest, err := enterCode(t, w, "guest", code.Short())
		if err != nil {
			t.Fatal(err)
		}
		if guest.Secret() != host.Secret() {
			t.Error("[N7] another room")
		}
		send(t, next(t, guest), "you read it well")
		want(t, next(t, host), "you read it well")
		wantOver(t, code, peer.ErrCodeUsed)
		synctest.Wait()
		if left := codePaths(w); len(left) != 0 {
			t.Errorf("[N5] it stays: %v", left)
		}
		_, err = enterCode(t, w, "another", code.Short())
		wantFailure(t, err, peer.CodeOver)
	})
}

func TestCodeEnds(t *testing.T) {
	t.Run("[N5] three wrong guesses", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			code := makeCode(t, create(t, w, "host"))
			began := time.Now()
			for range signaling.MaxGuesses {
				_, err := enterCode(t, w, "guest", wrongWords(code.Short()))
				wantFailure(t, err, peer.CodeWrong)
			}
			wantOver(t, code, peer.ErrCodeGuesses)
			if took := time.Since(began); took > time.Second {
				t.Errorf("[N6] the creator heard of it after %s", took)
			}
			if left := codePaths(w); len(left) != 0 {
				t.Errorf("it stays: %v", left)
			}
			_, err := enterCode(t, w, "guest", code.Short())
			wantFailure(t, err, peer.CodeOver)
		})
	})
	t.Run("[N5] two wrong guesses leave the third", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			code := makeCode(t, create(t, w, "host"))
			for range signaling.MaxGuesses - 1 {
				_, err := enterCode(t, w, "guest", wrongWords(code.Short()))
				wantFailure(t, err, peer.CodeWrong)
			}
			if _, err := enterCode(t, w, "guest", code.Short()); err != nil {
				t.Error(err)
			}
			wantOver(t, code, peer.ErrCodeUsed)
		})
	})
	t.Run("[N5] ten minutes", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			code := makeCode(t, create(t, w, "host"))
			began := time.Now()
			wantOver(t, code, peer.ErrCodeTime)
			if took := time.Since(began); took != 10*time.Minute {
				t.Errorf("after %s", took)
			}
			_, err := enterCode(t, w, "guest", code.Short())
			wantFailure(t, err, peer.CodeOver)
		})
	})
	t.Run("taken back", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			code := makeCode(t, create(t, w, "host"))
			for range 2 {
				if err := code.Close(); err != nil {
					t.Fatal(err)
				}
			}
			wantOver(t, code, peer.ErrClosed)
			_, err := enterCode(t, w, "guest", code.Short())
			wantFailure(t, err, peer.CodeOver)
		})
	})
	t.Run("with its room", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			host := create(t, w, "host")
			code := makeCode(t, host)
			if err := host.Close(); err != nil {
				t.Fatal(err)
			}
			wantOver(t, code, peer.ErrClosed)
			if left := codePaths(w); len(left) != 0 {
				t.Errorf("it stays: %v", left)
			}
			if _, err := host.Code(t.Context()); !errors.Is(err, peer.ErrClosed) {
				t.Errorf("a code for a room that was left: %v", err)
			}
		})
	})
}

// Who is not there, or says nothing, costs the other half a minute.
func TestCodeSilence(t *testing.T) {
	t.Run("[N6] the creator is gone", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			ref := signaling.CodeAt(w.Store, "417")
			if _, err := ref.Make(t.Context(), "gone", newID(t), signaling.Nonce{}); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			_, err := enterCode(t, w, "guest", protocol.ShortCode{Slot: "417", Words: "apple-river"})
			wantFailure(t, err, peer.CodeOver)
			if took := time.Since(began); took != 30*time.Second {
				t.Errorf("after %s", took)
			}
		})
	})
	t.Run("[N5] joiners who do not go on", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			code := makeCode(t, create(t, w, "host"))
			ref := signaling.CodeAt(w.Store, code.Short().Slot)
			doc := readCode(t, ref)
			for n := range signaling.MaxGuesses {
				guess(t, ref.Guess(doc.ID, n), doc, someShare())
			}
			began := time.Now()
			wantOver(t, code, peer.ErrCodeGuesses)
			if took := time.Since(began); took != 30*time.Second {
				t.Errorf("after %s", took)
			}
		})
	})
	t.Run("the caller gives up", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			ref := signaling.CodeAt(w.Store, "417")
			if _, err := ref.Make(t.Context(), "gone", newID(t), signaling.Nonce{}); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			o, _ := w.Options(t)
			_, err := peer.EnterCode(ctx, w.Services("guest"), protocol.ShortCode{Slot: "417", Words: "apple-river"}, o)
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
	})
}

// The store shows what it likes; the creator counts for itself (SPEC N5).
func TestCodeHostileStore(t *testing.T) {
	t.Run("[N5] guesses without an end", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			code := makeCode(t, create(t, w, "host"))
			ref := signaling.CodeAt(w.Store, code.Short().Slot)
			doc := readCode(t, ref)
			before := memory(w).Count(signaling.Update)
			for range 5 {
				for n := range signaling.MaxGuesses {
					guess(t, ref.Guess(doc.ID, n), doc, someShare())
				}
				synctest.Wait()
				for n := range signaling.MaxGuesses {
					if err := ref.Guess(doc.ID, n).Delete(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				synctest.Wait()
			}
			if answered := memory(w).Count(signaling.Update) - before; answered != signaling.MaxGuesses {
				t.Errorf("%d were answered", answered)
			}
			wantOver(t, code, peer.ErrCodeGuesses)
		})
	})
	t.Run("[N4] shares that are none", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			code := makeCode(t, create(t, w, "host"))
			ref := signaling.CodeAt(w.Store, code.Short().Slot)
			doc := readCode(t, ref)
			for n, share := range [][]byte{make([]byte, 32), bytes.Repeat([]byte{255}, 32), bytes.Repeat([]byte{1}, 32)} {
				guess(t, ref.Guess(doc.ID, n), doc, share)
			}
			wantOver(t, code, peer.ErrCodeGuesses)
			if n := memory(w).Count(signaling.Update); n != 0 {
				t.Errorf("%d of them were answered", n)
			}
		})
	})
	for name, c := range map[string]struct {
		field string
		value any
		want  peer.Failure
	}{
		"[N6] another answer":         {"answer", someShare(), peer.CodeWrong},
		"[N4] an answer that is none": {"answer", make([]byte, 32), peer.Tampered},
		"[N6] another tag":            {"answerTag", make([]byte, 64), peer.CodeWrong},
		"[N3] no tag":                 {"answerTag", nil, peer.ProtocolError},
		"[N7] another secret":         {"secret", make([]byte, 44), peer.Tampered},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) {
				code := makeCode(t, create(t, w, "host"))
				w.Store = lyingStore{memory(w), c.field, c.value}
				o, _ := w.Options(t)
				_, err := peer.EnterCode(t.Context(), w.Services("guest"), code.Short(), o)
				wantFailure(t, err, c.want)
			})
		})
	}
}

// lyingStore shows another value where a guess has one.
type lyingStore struct {
	*signalingtest.Memory

	field string
	value any
}

func (s lyingStore) Watch(ctx context.Context, path string, each func(signaling.Document)) error {
	return s.Memory.Watch(ctx, path, func(d signaling.Document) {
		if d.Fields[s.field] != nil {
			d.Fields[s.field] = s.value
		}
		each(d)
	})
}

func newID(t *testing.T) protocol.RoomID {
	t.Helper()
	id, err := protocol.NewRoomID(bytes.NewReader(make([]byte, 20)))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// someShare is a group element: the generator of ristretto255.
func someShare() []byte {
	return []byte{
		0xe2, 0xf2, 0xae, 0x0a, 0x6a, 0xbc, 0x4e, 0x71, 0xa8, 0x84, 0xa9, 0x61, 0xc5, 0x00, 0x51, 0x5f,
		0x58, 0xe3, 0x0b, 0x6a, 0xa5, 0x82, 0xdd, 0x8d, 0xb6, 0xa6, 0x59, 0x45, 0xe0, 0x8d, 0x2d, 0x76,
	}
}

func readCode(t *testing.T, ref signaling.CodeRef) *signaling.Code {
	t.Helper()
	code, err := ref.Read(t.Context())
	if err != nil || code == nil {
		t.Fatalf("%v, %v", code, err)
	}
	return code
}

func guess(t *testing.T, ref signaling.GuessRef, code *signaling.Code, share []byte) {
	t.Helper()
	err := ref.Write(t.Context(), signaling.Guess{
		Joiner: "mallory", Creator: code.Creator, Share: share, ExpireAt: code.ExpireAt,
	})
	if err != nil {
		t.Fatal(err)
	}
}
