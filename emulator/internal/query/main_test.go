package query_test

import (
	"os"
	"testing"

	"github.com/parley-chat/parley/internal/firestoretest"
)

func TestMain(m *testing.M) {
	os.Exit(firestoretest.Main(m))
}
