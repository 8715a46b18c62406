// Package firestoretest gives tests the official Firestore emulator: a real server on loopback, started
// at most once per test binary, and only if a test asks for it.
//
//	func TestMain(m *testing.M) { os.Exit(firestoretest.Main(m)) }
//
//	func TestRoom(t *testing.T) {
//		addr, project := firestoretest.Addr(t), firestoretest.Project(t)
//		…
//	}
//
// Where it looks, in this order: FIRESTORE_EMULATOR_HOST (an emulator that runs already), the jar named
// by FIRESTORE_EMULATOR_JAR, the jar where Debian's package google-cloud-cli-firestore-emulator puts it,
// the jar below the Google Cloud CLI that is on PATH. A test that asks for the emulator where there is
// none fails and says what to install; it is never skipped.
//
// Every test has a project of its own, so tests run in parallel and nothing has to be cleared. The
// emulator keeps all in memory, deletes nothing by TTL, and knows no composite indexes and no rate limits.
//
// # Trust
//
// For tests only. The emulator listens on loopback, and whoever says «Bearer owner» there is its
// administrator.
package firestoretest
