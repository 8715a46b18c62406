package page

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator/internal/rest"
	"github.com/parley-chat/parley/emulator/internal/value"
)

// How long a text is at most.
const (
	maxText   = 500 // characters of a value
	maxBytes  = 32  // bytes of a value
	maxShort  = 200 // characters of a name
	maxListed = 8   // values of a vector, or of a condition
)

// text is a value in short. Of maps and arrays it is how much is in them.
func text(v *firestorepb.Value) string {
	switch value.TypeOf(v) {
	case value.TypeNull:
		return "null"
	case value.TypeBoolean:
		return strconv.FormatBool(v.GetBooleanValue())
	case value.TypeNumber:
		if n, whole := v.GetValueType().(*firestorepb.Value_IntegerValue); whole {
			return strconv.FormatInt(n.IntegerValue, 10)
		}
		return double(v.GetDoubleValue())
	case value.TypeTimestamp:
		return v.GetTimestampValue().AsTime().Format(time.RFC3339Nano)
	case value.TypeString:
		return cut(v.GetStringValue(), maxText)
	case value.TypeBytes:
		raw := v.GetBytesValue()
		shown := hex.EncodeToString(raw[:min(len(raw), maxBytes)])
		if len(raw) > maxBytes {
			shown += "…"
		}
		return shown
	case value.TypeReference:
		return short(v.GetReferenceValue())
	case value.TypeGeoPoint:
		return double(v.GetGeoPointValue().GetLatitude()) + "°, " + double(v.GetGeoPointValue().GetLongitude()) + "°"
	case value.TypeArray:
		return counted(len(v.GetArrayValue().GetValues()), "element")
	case value.TypeVector:
		return vector(v.GetMapValue().GetFields()["value"].GetArrayValue().GetValues())
	case value.TypeMap:
		return counted(len(v.GetMapValue().GetFields()), "field")
	default:
		return ""
	}
}

// cutSize is the size of a value of which text shows only the beginning.
func cutSize(v *firestorepb.Value) (bytes int, cut bool) {
	switch kind := v.GetValueType().(type) {
	case *firestorepb.Value_StringValue:
		return len(kind.StringValue), utf8.RuneCountInString(kind.StringValue) > maxText
	case *firestorepb.Value_BytesValue:
		return len(kind.BytesValue), len(kind.BytesValue) > maxBytes
	}
	return 0, false
}

func double(f float64) string {
	if math.Trunc(f) == f && math.Abs(f) < 1e15 {
		return strconv.FormatFloat(f, 'f', 1, 64) // no integer
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

func vector(elements []*firestorepb.Value) string {
	return counted(len(elements), "dimension") + ": " + strings.Join(listed(elements, text), ", ")
}

// listed are the first of some values.
func listed(all []*firestorepb.Value, text func(*firestorepb.Value) string) []string {
	var texts []string
	for _, one := range all[:min(len(all), maxListed)] {
		texts = append(texts, text(one))
	}
	if len(all) > maxListed {
		texts = append(texts, "…")
	}
	return texts
}

// cut leaves at most so many characters of a text.
func cut(s string, most int) string {
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// short is a name that is not too long to look at.
func short(name string) string { return cut(name, maxShort) }

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// size is how many bytes there are.
func size(bytes int) string {
	switch {
	case bytes < 1000:
		return counted(bytes, "byte")
	case bytes < 1000*1000:
		return fmt.Sprintf("%.1f\u00a0kB", float64(bytes)/1000)
	default:
		return fmt.Sprintf("%.1f\u00a0MB", float64(bytes)/1000/1000)
	}
}

// span is how long something took, to two places or so.
func span(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.2g\u00a0ms", max(0.01, d.Seconds()*1000))
	case d < time.Second:
		return fmt.Sprintf("%d\u00a0ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f\u00a0s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%d\u00a0s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	default:
		return fmt.Sprintf("%d days %d h", int(d.Hours())/24, int(d.Hours())%24)
	}
}

// codeText is the name of a code in words, which can be broken into lines.
func codeText(c codes.Code) string {
	if c == codes.OK {
		return "OK"
	}
	return strings.ToLower(strings.ReplaceAll(rest.CodeName(c), "_", " "))
}
