package webchannel_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

// Clients shake hands, post, listen, hang up and terminate, all at once and on one another's sessions;
// sessions end by themselves; and in the middle of it the server closes. Nothing is left.
func TestCloseInTheMiddleOfEverything(t *testing.T) {
	for seed := range uint64(5) {
		quick := &webchannel.Options{Keepalive: 5 * time.Millisecond} // nobody waits long for some bytes
		h := serve(t, quick, func(ctx context.Context, s *webchannel.Session) {
			for i := 0; ; i++ {
				m, err := s.Receive(ctx)
				if err != nil || s.Send(ctx, m) != nil {
					return
				}
				switch string(m) {
				case `"close"`:
					return
				case `"stop"`:
					s.Stop()
				}
			}
		})
		var sids []string
		for range 20 {
			sids = append(sids, h.handshake(`"first"`).sid)
		}
		var clients sync.WaitGroup
		requests := make(chan struct{}, 8*60)
		for client := range uint64(8) {
			clients.Go(func() {
				random := rand.New(rand.NewPCG(seed, client))
				for range 60 {
					h.anything(random, sids[random.IntN(len(sids))])
					requests <- struct{}{}
				}
			})
		}
		for range 200 {
			<-requests
		}
		if err := h.server.Close(t.Context()); err != nil {
			t.Error(err)
		}
		clients.Wait()
		if h.server.Sessions() != 0 || h.server.Buffered() != 0 {
			t.Fatalf("seed %d: %d sessions and %d bytes are left", seed, h.server.Sessions(), h.server.Buffered())
		}
	}
}

// anything is one random request, of which only the status is looked at.
func (h *harness) anything(random *rand.Rand, sid string) {
	messages := []string{`"a"`, `"b"`, `"close"`, `"stop"`}
	form := formOf(random.IntN(4), messages[random.IntN(4)])
	method, query, body := http.MethodPost, "SID="+sid+"&RID=2", form
	switch random.IntN(8) {
	case 0:
		query = "RID=1"
	case 1:
		query, body = "TYPE=terminate&RID=3&SID="+sid, ""
	case 2, 3, 4:
		method, body = http.MethodGet, ""
		query = fmt.Sprintf("SID=%s&RID=rpc&AID=%d&CI=%d", sid, random.IntN(3), random.IntN(2))
	}
	ctx, cut := context.WithCancel(context.Background())
	defer cut()
	r, _ := http.NewRequestWithContext(ctx, method, h.base+"?VER=8&database="+url.QueryEscape(database)+"&"+query,
		strings.NewReader(body))
	response, err := h.client.Do(r)
	if err != nil {
		h.t.Error(err)
		return
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK, http.StatusBadRequest, http.StatusServiceUnavailable:
	default:
		h.t.Errorf("%s %s: %d", method, query, response.StatusCode)
	}
	_, _ = io.CopyN(io.Discard, response.Body, int64(random.IntN(40)))
}
