package webchannel_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf16"

	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

func TestStreaming(t *testing.T) {
	p := serve(t, nil, nil).handshake()
	back := p.get("AID=0&CI=0") // returns when the headers came: they are flushed at once
	if kind := back.response.Header.Get("Content-Type"); kind != "text/plain; charset=utf-8" {
		t.Errorf("Content-Type %q", kind)
	}
	if back.response.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Error("browsers would wait to guess the type")
	}
	for i := range 3 { // chunk after chunk, each as soon as it is sent
		p.send(strconv.Itoa(i))
		back.want("[" + strconv.Itoa(i+1) + ",[" + strconv.Itoa(i) + "]]")
	}
}

func TestLongPolling(t *testing.T) {
	p := serve(t, nil, nil).handshake()
	p.send(`"a"`, `"b"`)
	first := p.get("AID=0&CI=1")
	first.want(`[1,["a"]]`, `[2,["b"]]`)
	first.wantEnd() // one chunk, and the response ends

	second := p.get("AID=2&CI=1")
	p.send(`"c"`)
	second.want(`[3,["c"]]`)
	second.wantEnd()
}

func TestArraysAreSentAgain(t *testing.T) {
	t.Run("on a new GET the arrays up to AID are dropped and those beyond sent again", func(t *testing.T) {
		p := serve(t, nil, nil).handshake()
		p.send("1", "2", "3")
		first := p.get("AID=0&CI=0")
		first.want("[1,[1]]", "[2,[2]]", "[3,[3]]")
		first.cut()
		second := p.get("AID=1&CI=0")
		second.want("[2,[2]]", "[3,[3]]")
		p.send("4")
		second.want("[4,[4]]")
	})
	t.Run("a stream that is cut in the middle of a chunk", func(t *testing.T) {
		p := serve(t, nil, nil).handshake()
		whole, torn := `"whole"`, `"`+strings.Repeat("x", 1<<20)+`"`
		p.send(whole)
		first := p.get("AID=0&CI=0")
		first.want(`[1,["whole"]]`)
		p.send(torn)
		if _, err := first.body.ReadString('x'); err != nil { // the length, and the beginning of the array
			t.Fatal(err)
		}
		first.cut()
		p.get("AID=1&CI=0").want(`[2,[` + torn + `]]`)
	})
	t.Run("a newer GET replaces an older one, which ends", func(t *testing.T) {
		p := serve(t, nil, nil).handshake()
		older := p.get("AID=0&CI=0")
		newer := p.get("AID=0&CI=0")
		older.wantEnd()
		p.send("1")
		newer.want("[1,[1]]")
	})
	t.Run("a GET that was overtaken does not replace its successor", func(t *testing.T) {
		p := serve(t, nil, nil).handshake()
		p.send("1")
		p.get("AID=0&CI=1").want("[1,[1]]")
		newer := p.get("AID=1&CI=0")
		late := p.get("AID=0&CI=0")
		if late.response.StatusCode != http.StatusBadRequest {
			t.Errorf("answered %d", late.response.StatusCode)
		}
		p.send("2")
		newer.want("[2,[2]]")
	})
}

// «Length is in UTF-16 code units, not bytes.»
func TestChunkLengthIsInCodeUnits(t *testing.T) {
	p := serve(t, nil, nil).handshake()
	back := p.get("AID=0&CI=0")
	for _, c := range []struct{ message, want string }{
		{`"plain"`, `"plain"`},
		{`{"n": [1,  2],` + "\n" + `"<&>": "</script>"}`, `{"n":[1,2],"<&>":"</script>"}`},
		{`"Zürich"`, `"Z\u00fcrich"`},
		{`"日本"`, `"\u65e5\u672c"`},
		{`"👋🏽"`, `"\ud83d\udc4b\ud83c\udffd"`},
		{`"\u00fc\ud83d"`, `"\u00fc\ud83d"`}, // escapes stay, a lone surrogate too
		{"\"\u2028\u007f\ufffd\"", `"\u2028` + "\u007f" + `\ufffd"`},
		{"\"\xff\"", `"\ufffd"`},
	} {
		p.send(c.message)
		var arrays [][2]json.RawMessage
		got := back.chunk() // readChunk refuses what is not ASCII
		if err := json.Unmarshal([]byte(got), &arrays); err != nil {
			t.Fatalf("%s: %v", got, err)
		}
		if payload := string(arrays[0][1]); payload != "["+c.want+"]" {
			t.Errorf("%s was sent as %s, want %s", c.message, payload, c.want)
		}
		if len(got) != len(utf16.Encode([]rune(got))) {
			t.Errorf("%s: bytes and code units differ", got)
		}
	}
}

func TestSendRefuses(t *testing.T) {
	p := serve(t, &webchannel.Options{QueueBytes: 1000}, nil).handshake()
	s := p.session()
	for _, message := range []string{``, `{`, `1 2`, `nope`, "\"\n\""} {
		if err := s.Send(t.Context(), []byte(message)); !errors.Is(err, webchannel.ErrNotJSON) {
			t.Errorf("Send %q: %v", message, err)
		}
		if err := s.CloseWith([]byte(message)); !errors.Is(err, webchannel.ErrNotJSON) {
			t.Errorf("CloseWith %q: %v", message, err)
		}
	}
	large := []byte(`"` + strings.Repeat("ü", 170) + `"`)
	if err := s.Send(t.Context(), large); !errors.Is(err, webchannel.ErrMessageTooLarge) {
		t.Errorf("a message that is too large when escaped: %v", err)
	}
	p.send("1") // the session goes on
	p.get("AID=0&CI=1").want("[1,[1]]")
}

func TestManyArraysAreSplitIntoChunks(t *testing.T) {
	p := serve(t, nil, nil).handshake()
	message := `"` + strings.Repeat("x", 100<<10) + `"`
	var want []string
	for i := range 10 {
		p.send(message)
		want = append(want, "["+strconv.Itoa(i+1)+",["+message+"]]")
	}
	back := p.get("AID=0&CI=0")
	first := back.chunk()
	if len(first) < 256<<10 || len(first) > 400<<10 {
		t.Errorf("the first chunk has %d bytes", len(first))
	}
	p.get("AID=0&CI=0").want(want...)
}

// A client says what it has only when it comes again. So it has to, from time to time, also when
// nothing is wrong: otherwise everything ever sent would have to be kept.
func TestStreamEndsSoThatTheClientConfirms(t *testing.T) {
	const n, size = 100, 64 << 10
	h := serve(t, &webchannel.Options{QueueBytes: 1 << 20}, nil)
	p := h.handshake()
	message := `"` + strings.Repeat("x", size) + `"`
	sent := make(chan error, 1)
	go func() {
		for range n { // six times what the queue holds
			if err := p.session().Send(t.Context(), []byte(message)); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	gets, ids := 0, []int(nil)
	for len(ids) < n {
		back := p.get("CI=0&AID=" + strconv.Itoa(len(ids)))
		for gets++; len(ids) < n; {
			chunk := back.chunk()
			if chunk == "" {
				break
			}
			var arrays []([2]json.RawMessage)
			if err := json.Unmarshal([]byte(chunk), &arrays); err != nil {
				t.Fatal(err)
			}
			for _, a := range arrays {
				id, _ := strconv.Atoi(string(a[0]))
				ids = append(ids, id)
			}
		}
		if held := h.server.Buffered(); held > 1<<20+1<<10 {
			t.Fatalf("%d bytes are held", held)
		}
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
	if !slices.IsSorted(ids) || ids[n-1] != n || gets < n*size/(2<<20) {
		t.Errorf("by %d requests came %v", gets, ids)
	}
}

// Deadlines are for one chunk and for one body. One that stayed would end a stream that is only quiet,
// at the latest with HTTP/2.
func TestQuietStreamOutlivesTheTimeouts(t *testing.T) {
	opts := &webchannel.Options{
		WriteTimeout: 40 * time.Millisecond, ReadTimeout: 40 * time.Millisecond, Keepalive: 100 * time.Millisecond,
	}
	for name, serve := range map[string]func(testing.TB, *webchannel.Options, acceptFunc) *harness{
		"HTTP/1.1": serve, "HTTP/2.0": serveHTTP2,
	} {
		t.Run(name, func(t *testing.T) {
			p := serve(t, opts, nil).handshake(`"hello"`)
			back := p.get("AID=0&CI=0")
			if back.response.Proto != name {
				t.Errorf("this is %s", back.response.Proto)
			}
			back.want(`[1,["noop"]]`)
			back.want(`[2,["noop"]]`)
			if got := p.post(1, `"world"`); got.status != http.StatusOK || p.received(2)[1] != `"world"` {
				t.Errorf("posting beside it: %d %s", got.status, got.body)
			}
			back.want(`[3,["noop"]]`)
		})
	}
}

// A client that asks again and again and never says what it has gets the same again, and costs no more.
func TestClientThatNeverConfirms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := servePipe(t, &webchannel.Options{QueueBytes: 1000}, nil)
		p := h.handshake()
		for range 100 {
			back := p.get("AID=0&CI=0")
			for back.chunk() != "" {
			}
		}
		if held := h.server.Buffered(); held > 1100 {
			t.Errorf("%d bytes are held", held)
		}
	})
}
