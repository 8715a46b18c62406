package signaling_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

const (
	someID  protocol.RoomID = "AAAAAAAAAAAAAAAAAAAAAAAAAAA"
	otherID protocol.RoomID = "BBBBBBBBBBBBBBBBBBBBBBBBBBA"
)

func TestParseCode(t *testing.T) {
	good := signaling.Fields{
		"creator": "ben", "codeId": string(someID), "nonce": bytes.Repeat([]byte{7}, 16), "expireAt": epoch,
	}
	c, err := signaling.ParseCode(good)
	if err != nil || c.Creator != "ben" || c.ID != someID || c.Nonce[15] != 7 || !c.ExpireAt.Equal(epoch) {
		t.Errorf("[N2] %+v, %v", c, err)
	}
	for name, change := range map[string]signaling.Fields{
		"[V5] creator": {"creator": ""}, "[V2] codeId": {"codeId": "x"}, "[N2] no codeId": {"codeId": nil},
		"[N2] nonce too long": {"nonce": make([]byte, 17)}, "[N2] nonce as text": {"nonce": "0123456789abcdef"},
		"[N2] expireAt": {"expireAt": "soon"},
	} {
		t.Run(name, func(t *testing.T) {
			f := maps.Clone(good)
			maps.Copy(f, change)
			if _, err := signaling.ParseCode(f); !isParseError(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func guessFields() signaling.Fields {
	return signaling.Fields{
		"joiner": "ann", "creator": "ben", "nonce": make([]byte, 16), "share": make([]byte, 32), "expireAt": epoch,
	}
}

func TestParseGuess(t *testing.T) {
	whole := guessFields()
	maps.Copy(whole, signaling.Fields{
		"answer": make([]byte, 32), "answerTag": make([]byte, 64), "tag": make([]byte, 64), "secret": make([]byte, 44),
	})
	for name, f := range map[string]signaling.Fields{"[N3] new": guessFields(), "[N3] whole": whole} {
		if g, err := signaling.ParseGuess(f); err != nil || g.Joiner != "ann" || (g.Secret == nil) != (f["secret"] == nil) {
			t.Errorf("%s: %+v, %v", name, g, err)
		}
	}
	for name, change := range map[string]signaling.Fields{
		"[V5] joiner": {"joiner": int64(1)}, "[V5] creator": {"creator": nil}, "[N3] nonce": {"nonce": nil},
		"[N3] share": {"share": make([]byte, 31)}, "[N3] answer": {"answer": make([]byte, 33)},
		"[N3] answer without a tag": {"answerTag": nil}, "[N3] tag without an answer": {"answer": nil},
		"[N3] tag": {"tag": make([]byte, 63)}, "[N3] secret": {"secret": "secret"}, "[N3] expireAt": {"expireAt": nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := maps.Clone(whole)
			maps.Copy(f, change)
			if _, err := signaling.ParseGuess(f); !isParseError(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestMakeCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &signalingtest.Memory{}
		slot := signaling.CodeAt(store, "417")
		time.Sleep(999 * time.Nanosecond) // virtual
		first, err := slot.Make(t.Context(), "ben", someID, signaling.Nonce{1})
		if err != nil || time.Until(first.ExpireAt).Round(time.Millisecond) != 10*time.Minute {
			t.Fatalf("[N2] %+v, %v", first, err)
		}
		if first.ExpireAt.Nanosecond()%int(time.Millisecond) != 0 {
			t.Errorf("[N2] a browser cannot write %s", first.ExpireAt)
		}
		if got, err := slot.Read(t.Context()); err != nil || *got != first {
			t.Errorf("%+v, %v; want %+v", got, err, first)
		}
		if _, err := slot.Make(t.Context(), "zoe", otherID, signaling.Nonce{}); !errors.Is(err, signaling.ErrExists) {
			t.Errorf("[N2] in the place of one that lives: %v", err)
		}
		time.Sleep(10 * time.Minute) // virtual
		if got, err := slot.Read(t.Context()); got != nil || err != nil {
			t.Errorf("[N2] over, and read as %+v, %v", got, err)
		}
		if _, err := slot.Make(t.Context(), "zoe", otherID, signaling.Nonce{}); err != nil {
			t.Errorf("[N2] in the place of one that is over: %v", err)
		}
		if err := slot.Delete(t.Context(), otherID, []int{0}); err != nil || len(store.Paths()) != 0 {
			t.Errorf("%v are left, %v", store.Paths(), err)
		}
	})
}

func TestTakenSlots(t *testing.T) {
	store := &signalingtest.Memory{}
	slot := signaling.CodeAt(store, "417")
	t.Run("by what is no code", func(t *testing.T) {
		forged := signaling.Write{Op: signaling.Create, Path: "codes/417", Fields: signaling.Fields{"a": "b"}}
		if err := store.Commit(t.Context(), forged); err != nil {
			t.Fatal(err)
		}
		if _, err := slot.Read(t.Context()); !isParseError(err) {
			t.Errorf("read: %v", err)
		}
		if _, err := slot.Make(t.Context(), "ben", someID, signaling.Nonce{}); !errors.Is(err, signaling.ErrExists) {
			t.Errorf("make: %v", err)
		}
	})
	for name, refusal := range map[string]error{"denied": signaling.ErrDenied, "made": signaling.ErrExists} {
		t.Run("by somebody who was faster: "+name, func(t *testing.T) {
			store.SetFault(func(signaling.Write) error { return refusal })
			defer store.SetFault(nil)
			faster := signaling.CodeAt(store, "418")
			if _, err := faster.Make(t.Context(), "ben", someID, signaling.Nonce{}); !errors.Is(err, signaling.ErrExists) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// What is not a guess at this code, at this creator, is left out.
func TestWatchGuesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &signalingtest.Memory{}
		slot := signaling.CodeAt(store, "417")
		put := func(id string, change signaling.Fields) {
			f := guessFields()
			maps.Copy(f, change)
			err := store.Commit(t.Context(), signaling.Write{
				Op: signaling.Set, Path: "codes/417/guesses/" + id, Fields: f,
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		put(string(someID)+"-0", nil)
		put(string(someID)+"-2", signaling.Fields{"joiner": "zoe"})
		put(string(someID)+"-3", nil)
		put(string(someID)+"-", nil)
		put(string(someID)+"-00", nil)
		put(string(otherID)+"-1", nil)
		put(string(someID)+"-1", signaling.Fields{"joiner": "ben"})
		var seen map[int]signaling.Guess
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			ended <- slot.WatchGuesses(ctx, "ben", someID, func(g map[int]signaling.Guess) { seen = g })
		}()
		synctest.Wait()
		if len(seen) != 2 || seen[0].Joiner != "ann" || seen[2].Joiner != "zoe" {
			t.Errorf("[N3] %+v", seen)
		}
		put(string(someID)+"-1", signaling.Fields{"share": []byte{1}})
		synctest.Wait()
		if _, there := seen[1]; there {
			t.Error("[N3] a guess without a share is one")
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
