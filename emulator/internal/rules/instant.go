package rules

import "time"

const (
	nanosPerSecond = 1_000_000_000
	secondsPerDay  = 86_400

	maxDurationSeconds = 315_576_000_000 // ten thousand years, as google.protobuf.Duration
	minInstantSeconds  = -62_135_596_800 // 0001-01-01T00:00:00Z
	maxInstantSeconds  = 253_402_300_799 // 9999-12-31T23:59:59Z
)

// Timestamp is an instant between the years 1 and 9999, to the nanosecond.
type Timestamp struct {
	seconds int64 // since 1970, rounded down
	nanos   int64 // 0 to 999 999 999
}

// Duration is a span of time of at most ten thousand years, to the nanosecond. Both fields have one sign.
type Duration struct {
	seconds, nanos int64
}

func (Timestamp) typeName() string { return "timestamp" }
func (Duration) typeName() string  { return "duration" }

// NewTimestamp is the instant t. Years outside 1 to 9999 are moved to the nearest end.
func NewTimestamp(t time.Time) Timestamp {
	s := min(max(t.Unix(), minInstantSeconds), maxInstantSeconds)
	return Timestamp{seconds: s, nanos: int64(t.Nanosecond())}
}

func (t Timestamp) utc() time.Time { return time.Unix(t.seconds, t.nanos).UTC() }

// midnight is the start of t's day.
func (t Timestamp) midnight() Timestamp {
	return Timestamp{seconds: t.seconds - floorMod(t.seconds, secondsPerDay)}
}

// millis is the whole milliseconds since 1970, rounded down.
func (t Timestamp) millis() int64 { return t.seconds*1000 + t.nanos/1_000_000 }

// makeTimestamp brings nanos into a second. The sums of two instants or spans cannot overflow.
func makeTimestamp(seconds, nanos int64) (Value, error) {
	seconds += floorDiv(nanos, nanosPerSecond)
	nanos = floorMod(nanos, nanosPerSecond)
	if seconds < minInstantSeconds || seconds > maxInstantSeconds {
		return nil, fault("a timestamp lies between the years 1 and 9999")
	}
	return Timestamp{seconds: seconds, nanos: nanos}, nil
}

// makeDuration brings nanos into a second and gives both the same sign.
func makeDuration(seconds, nanos int64) (Value, error) {
	seconds += nanos / nanosPerSecond
	nanos %= nanosPerSecond
	if seconds > 0 && nanos < 0 {
		seconds, nanos = seconds-1, nanos+nanosPerSecond
	}
	if seconds < 0 && nanos > 0 {
		seconds, nanos = seconds+1, nanos-nanosPerSecond
	}
	if seconds < -maxDurationSeconds || seconds > maxDurationSeconds {
		return nil, fault("a duration is at most 315,576,000,000 seconds long")
	}
	return Duration{seconds: seconds, nanos: nanos}, nil
}

// scaleDuration is n units of so many seconds, where the product may not fit 64 bits.
func scaleDuration(n, unit int64) (Value, error) {
	if n > maxDurationSeconds || n < -maxDurationSeconds {
		return nil, fault("a duration is at most 315,576,000,000 seconds long")
	}
	return makeDuration(n*unit, 0)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return ((a % b) + b) % b }
