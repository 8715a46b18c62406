package value_test

import (
	"math"
	"testing"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/value"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// Every row was seen at the official emulator.
func TestTransform(t *testing.T) {
	requestTime := time.Unix(1_700_000_000, 123_456_789)
	now := ServerTime(pb.DocumentTransform_FieldTransform_REQUEST_TIME)
	negativeZero := Double(math.Copysign(0, -1))
	for name, c := range map[string]struct {
		before    *pb.Value
		transform *FieldTransform
		after     *pb.Value
	}{
		"time is cut to milliseconds":        {nil, now, Time(1_700_000_000, 123_000_000)},
		"increment what is missing":          {nil, Increment(Int(5)), Int(5)},
		"increment what is no number":        {String("a"), Increment(Int(5)), Int(5)},
		"increment null":                     {Null(), Increment(Int(5)), Int(5)},
		"increment an integer":               {Int(5), Increment(Int(-6)), Int(-1)},
		"increment an integer by a double":   {Int(5), Increment(Double(0.5)), Double(5.5)},
		"increment a double by an integer":   {Double(0.5), Increment(Int(1)), Double(1.5)},
		"increment stops at the greatest":    {Int(math.MaxInt64), Increment(Int(1)), Int(math.MaxInt64)},
		"increment stops at the least":       {Int(math.MinInt64), Increment(Int(-1)), Int(math.MinInt64)},
		"increment by NaN":                   {Int(1), Increment(NaN()), NaN()},
		"maximum of what is missing":         {nil, Maximum(Int(5)), Int(5)},
		"maximum of what is no number":       {String("a"), Maximum(Int(5)), Int(5)},
		"maximum that is there":              {Int(5), Maximum(Int(3)), Int(5)},
		"maximum that is given":              {Int(5), Maximum(Double(7.5)), Double(7.5)},
		"maximum of equals is what is there": {Int(3), Maximum(Double(3)), Int(3)},
		"maximum of equal doubles":           {Double(3), Maximum(Int(3)), Double(3)},
		"maximum of zeros":                   {Int(0), Maximum(negativeZero), Int(0)},
		"maximum beyond 2^53":                {Double(1 << 53), Maximum(Int(1<<53 + 1)), Int(1<<53 + 1)},
		"maximum with NaN":                   {Int(1), Maximum(NaN()), NaN()},
		"maximum of NaN":                     {NaN(), Maximum(Int(1)), NaN()},
		"minimum of what is missing":         {nil, Minimum(Int(5)), Int(5)},
		"minimum that is given":              {Int(5), Minimum(Int(3)), Int(3)},
		"minimum that is there":              {Int(5), Minimum(Double(7.5)), Int(5)},
		"minimum of equals is what is there": {Int(3), Minimum(Double(3)), Int(3)},
		"minimum with NaN":                   {Int(1), Minimum(NaN()), NaN()},
		"minimum of NaN":                     {NaN(), Minimum(Int(1)), NaN()},
		"append to what is missing": {
			nil, AppendMissing(Int(1), Int(1), Double(1), String("a")), Array(Int(1), String("a")),
		},
		"append to what is no array":        {String("a"), AppendMissing(Int(1)), Array(Int(1))},
		"append nothing to what is missing": {nil, AppendMissing(), Array()},
		"append what equals": {
			Array(Int(1)), AppendMissing(Double(1), Null(), Null(), NaN(), NaN()), Array(Int(1), Null(), NaN()),
		},
		"remove from what is missing":  {nil, RemoveAll(Int(1)), Array()},
		"remove from what is no array": {String("a"), RemoveAll(Int(1)), Array()},
		"remove what equals": {
			Array(Int(1), Double(1), Int(2), NaN(), Null()), RemoveAll(Double(1), NaN(), Null()), Array(Int(2)),
		},
		"remove an array": {Array(Int(1)), RemoveAll(Array(Int(1))), Array(Int(1))},
	} {
		for _, path := range []string{"f", "m.`f g`"} {
			c.transform.FieldPath = path
			fields := make(map[string]*pb.Value)
			parsed, err := value.ParseFieldPath(path)
			if err != nil {
				t.Fatal(err)
			}
			if c.before != nil {
				parsed.Set(fields, c.before)
			}
			results, err := value.Transform(fields, []*FieldTransform{c.transform}, requestTime)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if got := parsed.Get(fields); !proto.Equal(got, c.after) {
				t.Errorf("%s: %v, want %v", name, got, c.after)
			}
			want := c.after
			if c.after.GetArrayValue() != nil {
				want = Null()
			}
			if len(results) != 1 || !proto.Equal(results[0], want) {
				t.Errorf("%s: result %v, want %v", name, results, want)
			}
		}
	}
}

func TestTransformsInOrder(t *testing.T) {
	one, two := Increment(Int(1)), Increment(Int(2))
	one.FieldPath, two.FieldPath = "a", "a"
	fields := make(map[string]*pb.Value)
	results, err := value.Transform(fields, []*FieldTransform{one, two}, time.Time{})
	if err != nil || results[0].GetIntegerValue() != 1 || results[1].GetIntegerValue() != 3 {
		t.Errorf("results %v, %v", results, err)
	}
	if got := fields["a"].GetIntegerValue(); got != 3 {
		t.Errorf("a is %d", got)
	}
}

func TestTransformRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		path      string
		transform *FieldTransform
		rule      value.Rule
		refused   string
	}{
		"no operation":       {"a", &FieldTransform{}, value.RuleTransform, "Operation type"},
		"no server value":    {"a", ServerTime(0), value.RuleTransform, "ServerValue type"},
		"increment a string": {"a", Increment(String("x")), value.RuleTransform, "int64 or double"},
		"maximum of nothing": {"a", Maximum(nil), value.RuleValue, "unset"},
		"minimum of null":    {"a", Minimum(Null()), value.RuleTransform, "int64 or double"},
		"append an array":    {"a", AppendMissing(Array()), value.RuleArray, "an array value in an array value"},
		"remove nothing":     {"a", RemoveAll(nil), value.RuleValue, "unset"},
		"bad path":           {"a.", Increment(Int(1)), value.RuleFieldPath, "Invalid property path"},
		"name":               {"__name__", Increment(Int(1)), value.RuleTransform, "name of a document"},
		"inside another":     {"x.y", Increment(Int(1)), value.RuleFieldPath, "Field paths x and x.y conflict"},
	} {
		first := Increment(Int(1))
		first.FieldPath, c.transform.FieldPath = "x", c.path
		fields := make(map[string]*pb.Value)
		_, err := value.Transform(fields, []*FieldTransform{first, c.transform}, time.Time{})
		checkRefused(t, name, err, c.rule, c.refused)
		if len(fields) != 0 {
			t.Errorf("%s: refused, but something was applied: %v", name, fields)
		}
	}
}
