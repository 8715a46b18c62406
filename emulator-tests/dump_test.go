package emulatortests

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"

	"github.com/parley-chat/parley/emulator-tests/admin"
	"github.com/parley-chat/parley/emulator-tests/dump"
	"github.com/parley-chat/parley/emulator-tests/slowturn"
	"github.com/parley-chat/parley/peer"
)

// How often the people of the dump do everything that people do.
const scriptedRounds = 2

// Nothing that was ever in the store tells who has an address, how they are reached, who they are or what they say.
func TestDumpOfTheStore(t *testing.T) {
	recorder := record(t)
	searcher := &dump.Searcher{}
	var mu sync.Mutex // guards searcher
	secret := func(name string, value []byte) {
		mu.Lock()
		defer mu.Unlock()
		if err := searcher.Add(name, value); err != nil {
			t.Error(err)
		}
	}
	t.Run("script", func(t *testing.T) { // ends when everybody has left
		t.Run("strangers", func(t *testing.T) {
			t.Parallel()
			for range scriptedRounds {
				strangersSay(t, peer.Options{}, secret)
				strangersSay(t, peer.Options{RelayOnly: true}, secret)
				lateCandidates(t, recorder, secret)
			}
		})
		t.Run("rooms", func(t *testing.T) {
			t.Parallel()
			for range scriptedRounds {
				roomSays(t, secret)
			}
		})
	})
	for _, place := range []string{
		"rooms/* offer", "rooms/* answer", "rooms/*/callerCandidates/* batch", "rooms/*/members/* key",
		"rooms/*/links/* offer", "rooms/*/links/* answer", "codes/*/guesses/* secret",
	} {
		if recorder.Count(place) == 0 {
			t.Errorf("the script has written no %s: so it was not searched", place)
		}
	}
	report := recorder.Search(searcher)
	t.Logf("searched %d versions of %d documents, %d bytes", report.Versions, report.Documents, report.Bytes)
	for _, found := range report.Leaks {
		t.Errorf("in the store there was %s", found)
	}
}

// record keeps all that is in the store from now on, until the test ends.
func record(t *testing.T) *dump.Recorder {
	t.Helper()
	store, err := admin.Open(t.Context(), stack.FirestoreHost(), stack.Project())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	feed, err := store.Listen(ctx)
	if err != nil {
		t.Fatal(err)
	}
	recorder, ended := &dump.Recorder{}, make(chan struct{})
	go func() {
		defer close(ended)
		if err := recorder.Follow(feed); ctx.Err() == nil {
			t.Errorf("the recorder: %v", err)
		}
	}()
	t.Cleanup(func() {
		stop()
		<-ended
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return recorder
}

// strangersSay lets two strangers say a text that nobody else could think of.
func strangersSay(t *testing.T, o peer.Options, secret func(string, []byte)) {
	t.Helper()
	first := search(t.Context(), t, someone(t), o)
	first.waits(t)
	second := search(t.Context(), t, someone(t), o)
	says(t, first.finds(t), second.finds(t), secret)
}

func says(t *testing.T, a, b *peer.Conn, secret func(string, []byte)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	text := "my name is " + rand.Text()
	secret("a text", []byte(text))
	if err := a.Send(ctx, text); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Receive(ctx); err != nil || got != text {
		t.Fatalf("received %q, %v", got, err)
	}
	for _, c := range []*peer.Conn{a, b} {
		identity := c.Safety().Identity
		secret("an identity", identity[:])
	}
	talk(t, a, b)
}

// lateCandidates lets a caller find its only candidate after it has written its offer.
func lateCandidates(t *testing.T, recorder *dump.Recorder, secret func(string, []byte)) {
	t.Helper()
	first := search(t.Context(), t, someone(t), peer.Options{})
	first.waits(t)
	caller := someone(t)
	given, err := caller.Services().API.ICEServers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	turn, err := slowturn.New(stack.TURN().Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := turn.Close(); err != nil {
			t.Error(err)
		}
	})
	for i := range given.ICEServers {
		if given.ICEServers[i].Username != "" {
			given.ICEServers[i].URLs = []string{turn.URL()}
		}
	}
	const offer = "rooms/* offer"
	before := recorder.Count(offer)
	second := search(t.Context(), t, caller, peer.Options{RelayOnly: true, ICEServers: given.ICEServers})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := recorder.Await(ctx, offer, before+1); err != nil {
		t.Fatal(err)
	}
	const late = "rooms/*/callerCandidates/* batch"
	before = recorder.Count(late)
	turn.Answer()
	if err := recorder.Await(ctx, late, before+1); err != nil {
		t.Fatal(err)
	}
	turn.Open()
	says(t, first.finds(t), second.finds(t), secret)
}

// roomSays lets three meet in a room, by its link and by a code to read aloud.
func roomSays(t *testing.T, secret func(string, []byte)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	defer cancel()
	host, err := peer.Create(ctx, someone(t).Services(), nil)
	if err != nil {
		t.Fatal(err)
	}
	closeRoom(t, host)
	key := host.Secret()
	secret("a room's secret", key[:])
	secret("a room's code", []byte(key.Code()))
	guest, a, b := enters(ctx, t, host, key.Link("https://parley.example/"))
	says(t, a, b, secret)
	if err := guest.Close(); err != nil {
		t.Fatal(err)
	}
	awaitEnd(t, a)

	code, err := host.Code(ctx)
	if err != nil {
		t.Fatal(err)
	}
	secret("a code's words", []byte(code.Short().Words))
	again, err := peer.EnterCode(ctx, someone(t).Services(), code.Short(), nil)
	if err != nil {
		t.Fatal(err)
	}
	closeRoom(t, again)
	b, err = again.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if a, err = host.Next(ctx); err != nil {
		t.Fatal(err)
	}
	says(t, a, b, secret)
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if err := host.Close(); err != nil {
		t.Fatal(err)
	}
}
