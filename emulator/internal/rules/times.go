package rules

import "time"

func timestampMethod(t Timestamp, in *invocation) (Value, error) {
	utc := t.utc()
	var v Value
	switch in.name {
	case "date":
		v = t.midnight()
	case "time":
		v = Duration{seconds: floorMod(t.seconds, secondsPerDay), nanos: t.nanos}
	case "toMillis":
		v = Int(t.millis())
	case "year":
		v = Int(utc.Year())
	case "month":
		v = Int(utc.Month())
	case "day":
		v = Int(utc.Day())
	case "dayOfWeek": // Monday is 1
		v = Int((utc.Weekday()+6)%7 + 1)
	case "dayOfYear":
		v = Int(utc.YearDay())
	case "hours":
		v = Int(utc.Hour())
	case "minutes":
		v = Int(utc.Minute())
	case "seconds":
		v = Int(utc.Second())
	case "nanos":
		v = Int(t.nanos)
	default:
		return nil, in.unknown("timestamp.")
	}
	return v, in.takes(0)
}

func durationMethod(d Duration, in *invocation) (Value, error) {
	switch in.name {
	case "seconds":
		return Int(d.seconds), in.takes(0)
	case "nanos":
		return Int(d.nanos), in.takes(0)
	default:
		return nil, in.unknown("duration.")
	}
}

// timestampFunction is timestamp.date(year, month, day), and timestamp.value of milliseconds since 1970 or
// of an RFC 3339 string.
func timestampFunction(in *invocation) (Value, error) {
	switch in.name {
	case "value":
		if err := in.takes(1); err != nil {
			return nil, err
		}
		if s, ok := in.args[0].(String); ok {
			t, err := time.Parse(time.RFC3339Nano, string(s))
			if err != nil {
				return nil, fault("this is no time as in RFC 3339")
			}
			return makeTimestamp(t.Unix(), int64(t.Nanosecond()))
		}
		millis, err := argument[Int](in, 0, 1)
		if err != nil {
			return nil, err
		}
		return makeTimestamp(floorDiv(int64(millis), 1000), floorMod(int64(millis), 1000)*1_000_000)
	case "date":
		n, err := in.ints(3)
		if err != nil {
			return nil, err
		}
		if n[0] < 1 || n[0] > 9999 || n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 31 {
			return nil, fault("there is no day %d-%d-%d", n[0], n[1], n[2])
		}
		t := time.Date(int(n[0]), time.Month(n[1]), int(n[2]), 0, 0, 0, 0, time.UTC)
		if t.Day() != int(n[2]) {
			return nil, fault("there is no day %d-%d-%d", n[0], n[1], n[2])
		}
		return NewTimestamp(t), nil
	default:
		return nil, in.unknown("timestamp.")
	}
}

// durationFunction is duration.abs(d), duration.time(hours, minutes, seconds, nanos), and
// duration.value(n, unit).
func durationFunction(in *invocation) (Value, error) {
	switch in.name {
	case "abs":
		d, err := argument[Duration](in, 0, 1)
		return Duration{seconds: max(d.seconds, -d.seconds), nanos: max(d.nanos, -d.nanos)}, err
	case "time":
		n, err := in.ints(4)
		if err != nil {
			return nil, err
		}
		for _, part := range n[:3] {
			if max(part, -part) > maxDurationSeconds || part < -maxDurationSeconds {
				return nil, fault("a duration is at most 315,576,000,000 seconds long")
			}
		}
		return makeDuration(n[0]*3600+n[1]*60+n[2], n[3])
	case "value":
		n, err := argument[Int](in, 0, 2)
		if err != nil {
			return nil, err
		}
		unit, err := argument[String](in, 1, 2)
		if err != nil {
			return nil, err
		}
		return durationValue(int64(n), string(unit))
	default:
		return nil, in.unknown("duration.")
	}
}

func durationValue(n int64, unit string) (Value, error) {
	switch unit {
	case "w":
		return scaleDuration(n, 7*secondsPerDay)
	case "d":
		return scaleDuration(n, secondsPerDay)
	case "h":
		return scaleDuration(n, 3600)
	case "m":
		return scaleDuration(n, 60)
	case "s":
		return scaleDuration(n, 1)
	case "ms":
		return makeDuration(n/1000, n%1000*1_000_000)
	case "ns":
		return makeDuration(0, n)
	default:
		return nil, fault("the units of a duration are w, d, h, m, s, ms and ns")
	}
}

// ints are n arguments, all of them int.
func (in *invocation) ints(n int) ([]int64, error) {
	out := make([]int64, n)
	for i := range n {
		v, err := argument[Int](in, i, n)
		if err != nil {
			return nil, err
		}
		out[i] = int64(v)
	}
	return out, nil
}
