package signalingtest_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/parley-chat/parley/signaling"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMemory(t *testing.T) {
	signalingtest.Run(t, func(*testing.T) signaling.Store { return &signalingtest.Memory{} })
}
