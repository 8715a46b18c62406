package store

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"
)

// Time is a moment of the database in microseconds since 1970: Firestore's times have no finer part. Zero is before
// the first commit.
type Time int64

// At is the moment t, cut to microseconds.
func At(t time.Time) Time { return Time(t.UnixMicro()) }

// Std is the same moment as the standard library has it, in UTC.
func (t Time) Std() time.Time { return time.UnixMicro(int64(t)).UTC() }

// Proto is the same moment as it travels.
func (t Time) Proto() *timestamppb.Timestamp { return timestamppb.New(t.Std()) }
