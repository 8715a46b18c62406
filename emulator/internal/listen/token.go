package listen

import (
	"encoding/binary"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/store"
)

// tokenBytes are those of a resume token: the moment of its snapshot, and that at which the database was opened. The
// same moment of an earlier process may have been another one.
const tokenBytes = 8 + 8

// token is what a client goes on with from here.
func (s *stream) token() []byte {
	raw := binary.BigEndian.AppendUint64(nil, uint64(s.now.Time()))    //nolint:gosec // it comes back as it went
	return binary.BigEndian.AppendUint64(raw, uint64(s.db.OpenedAt())) //nolint:gosec // the same
}

// since is the snapshot that a resumed target has seen, if that is still known.
func (s *stream) since(asked *firestorepb.Target) (store.Snapshot, bool) {
	at, ok := ResumedAt(asked)
	if !ok || !s.ours(asked.GetResumeToken()) || at < s.db.OpenedAt() {
		return store.Snapshot{}, false
	}
	snapshot, err := s.db.AsOf(at)
	return snapshot, err == nil
}

// ours tells whether a token was not given by an earlier process. None at all was not.
func (s *stream) ours(token []byte) bool {
	if len(token) == 0 {
		return true
	}
	return binary.BigEndian.Uint64(token[8:]) == uint64(s.db.OpenedAt()) //nolint:gosec // it is compared only
}

// ResumedAt is the moment from which a client wants to go on with a target; false if it wants none, or none that can
// have been.
func ResumedAt(asked *firestorepb.Target) (store.Time, bool) {
	switch resume := asked.GetResumeType().(type) {
	case *firestorepb.Target_ResumeToken:
		if len(resume.ResumeToken) != tokenBytes {
			return 0, false
		}
		return store.Time(binary.BigEndian.Uint64(resume.ResumeToken)), true //nolint:gosec // only looked up
	case *firestorepb.Target_ReadTime:
		return store.At(resume.ReadTime.AsTime()), true
	}
	return 0, false
}

func hasToken(asked *firestorepb.Target) bool {
	return len(asked.GetResumeToken()) > 0 || asked.GetReadTime() != nil
}
