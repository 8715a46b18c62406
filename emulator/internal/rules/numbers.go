package rules

import (
	"math"
	"strconv"
	"strings"
)

// mathFunction computes with float64, and abs of an int with int64.
func mathFunction(in *invocation) (Value, error) {
	if in.name == "abs" && len(in.args) == 1 {
		if n, ok := in.args[0].(Int); ok {
			return max(n, -n), nil // the smallest number stays itself
		}
	}
	arity := 1
	if in.name == "pow" {
		arity = 2
	}
	x, err := argument[Float](in, 0, arity)
	if err != nil {
		return nil, err
	}
	f := float64(x)
	switch in.name {
	case "abs":
		return Float(math.Abs(f)), nil
	case "ceil":
		return Float(math.Ceil(f)), nil
	case "floor":
		return Float(math.Floor(f)), nil
	case "round": // half is rounded up, also below zero
		return rounded(f), nil
	case "sqrt":
		return Float(math.Sqrt(f)), nil
	case "isNaN":
		return Bool(math.IsNaN(f)), nil
	case "isInfinite":
		return Bool(math.IsInf(f, 0)), nil
	case "pow":
		y, err := argument[Float](in, 1, arity)
		return Float(math.Pow(f, float64(y))), err
	default:
		return nil, in.unknown("math.")
	}
}

func rounded(f float64) Int {
	whole := math.Floor(f)
	if f-whole >= 0.5 {
		whole++
	}
	return truncated(whole)
}

// truncated drops the fraction; what does not fit becomes the nearest number that does, and NaN 0.
func truncated(f float64) Int {
	switch {
	case math.IsNaN(f):
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	default:
		return Int(f)
	}
}

// toString is string(v), and what a segment of a path and join make of a value.
func toString(v Value) (String, error) {
	switch v := v.(type) {
	case String:
		return v, nil
	case Null:
		return "null", nil
	case Bool:
		return String(strconv.FormatBool(bool(v))), nil
	case Int:
		return String(strconv.FormatInt(int64(v), 10)), nil
	case Float:
		return String(formatFloat(float64(v))), nil
	case Path:
		return String("/" + strings.Join(v, "/")), nil
	default:
		return "", fault("there is no string of %s", v.typeName())
	}
}

// formatFloat writes a float as the JVM does: 1.0, 1.0E8, 1.0E-4.
func formatFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	if size := math.Abs(f); size != 0 && (size < 1e-3 || size >= 1e7) {
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
		if !strings.Contains(mantissa, ".") {
			mantissa += ".0"
		}
		n, _ := strconv.Atoi(exponent) // it was just formatted
		return mantissa + "E" + strconv.Itoa(n)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// toInt is int(v).
func toInt(v Value) (Value, error) {
	switch v := v.(type) {
	case Int:
		return v, nil
	case Float:
		return truncated(float64(v)), nil
	case String:
		n, err := strconv.ParseInt(string(v), 10, 64)
		if err != nil {
			return nil, fault("this string is no int")
		}
		return Int(n), nil
	default:
		return nil, fault("there is no int of %s", v.typeName())
	}
}

// toFloat is float(v). Strings are read as the JVM reads them: white space around, a suffix f or d, NaN and
// Infinity are fine.
func toFloat(v Value) (Value, error) {
	switch v := v.(type) {
	case Int:
		return Float(v), nil
	case Float:
		return v, nil
	case String:
		s := strings.TrimFunc(string(v), func(r rune) bool { return r <= ' ' })
		switch s {
		case "NaN", "+NaN", "-NaN":
			return Float(math.NaN()), nil
		case "Infinity", "+Infinity":
			return Float(math.Inf(1)), nil
		case "-Infinity":
			return Float(math.Inf(-1)), nil
		}
		if i := len(s) - 1; i > 0 && strings.IndexByte("fFdD", s[i]) >= 0 {
			s = s[:i]
		}
		if strings.ContainsAny(s, "_nN") { // what only Go reads
			return nil, fault("this string is no float")
		}
		f, err := strconv.ParseFloat(s, 64)
		if err != nil && !math.IsInf(f, 0) {
			return nil, fault("this string is no float")
		}
		return Float(f), nil
	default:
		return nil, fault("there is no float of %s", v.typeName())
	}
}
