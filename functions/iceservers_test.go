package functions

import (
	"testing"

	"github.com/parley-chat/parley/protocol"
)

func TestICEServersHandler(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/ice-servers", "/api/ice-servers"} {
		w := newTestAPI().do(call{path: path, body: `{"later":1}`})
		got, err := protocol.ParseICEServers(w.Body.Bytes())
		if err != nil || w.Code != 200 || len(got.ICEServers) != 1 {
			t.Errorf("[A8] %d %s: %v", w.Code, w.Body, err)
		}
	}
}
