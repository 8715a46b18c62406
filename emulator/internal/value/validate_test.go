package value_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/value"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

func TestValidateValue(t *testing.T) {
	for name, c := range map[string]struct {
		v       *pb.Value
		rule    value.Rule
		refused string
	}{
		"null":                   {Null(), "", ""},
		"NaN":                    {NaN(), "", ""},
		"first time":             {Time(-62135596800, 0), "", ""},
		"last time":              {Time(253402300799, 999_999_999), "", ""},
		"map in array":           {Array(In("a", Array())), "", ""},
		"vector":                 {Vector(make([]float64, value.MaxDimension)...), "", ""},
		"deep":                   {Nested(value.MaxDepth), "", ""},
		"reference":              {Ref(documents + "c/d"), "", ""},
		"other database":         {Ref("projects/p/databases/d/documents/c/d"), "", ""},
		"long string":            {String(strings.Repeat("a", value.MaxValueBytes)), "", ""},
		"nil":                    {nil, value.RuleValue, "type unset"},
		"no type":                {&pb.Value{}, value.RuleValue, "type unset"},
		"no type in array":       {Array(nil), value.RuleValue, "type unset"},
		"pipeline":               {&pb.Value{ValueType: &pb.Value_PipelineValue{}}, value.RuleValue, "pipeline"},
		"before year 1":          {Time(-62135596801, 0), value.RuleValue, "years 1 to 9999"},
		"after year 9999":        {Time(253402300800, 0), value.RuleValue, "years 1 to 9999"},
		"negative nanos":         {Time(0, -1), value.RuleValue, "years 1 to 9999"},
		"latitude":               {Geo(90.5, 0), value.RuleValue, "latitude '90.5'"},
		"longitude":              {Geo(0, -181), value.RuleValue, "longitude '-181'"},
		"latitude NaN":           {Geo(math.NaN(), 0), value.RuleValue, "latitude 'NaN'"},
		"reference to nothing":   {Ref("c/d"), value.RuleName, "does not begin"},
		"reference to the root":  {Ref(Database + "/documents"), value.RuleName, "lacks a collection"},
		"not UTF-8":              {String("\xff"), value.RuleValue, "UTF-8"},
		"too long string":        {String(strings.Repeat("a", value.MaxValueBytes+1)), value.RuleSize, "1048487 bytes"},
		"too long bytes":         {Bytes(strings.Repeat("a", value.MaxValueBytes+1)), value.RuleSize, "1048487 bytes"},
		"array in array":         {Array(Array()), value.RuleArray, "an array value in an array value"},
		"vector in array":        {Array(Vector(1)), value.RuleArray, "a vector value in an array value"},
		"too deep":               {Nested(value.MaxDepth + 1), value.RuleDepth, "20 levels"},
		"too deep array":         {Array(Nested(value.MaxDepth)), value.RuleDepth, "20 levels"},
		"empty name":             {In("", Int(1)), value.RuleFieldName, "empty"},
		"reserved name":          {In("__a__", Int(1)), value.RuleFieldName, "__a__ is reserved"},
		"long name":              {In(strings.Repeat("a", 1501), Int(1)), value.RuleFieldName, "1500"},
		"name not UTF-8":         {In("\xff", Int(1)), value.RuleFieldName, "UTF-8"},
		"type no string":         {In("__type__", Int(1)), value.RuleVector, "not a string"},
		"unknown type":           {In("__type__", String("x")), value.RuleVector, "unknown"},
		"vector without value":   {Typed(map[string]*pb.Value{}), value.RuleVector, "missing key"},
		"vector of another kind": {Typed(map[string]*pb.Value{"value": Int(1)}), value.RuleVector, "not an array"},
		"vector with more":       {Typed(map[string]*pb.Value{"value": Array(), "z": nil}), value.RuleVector, "extraneous"},
		"vector of dimension 0":  {Vector(), value.RuleVector, "zero length"},
		"vector of integers":     {Typed(map[string]*pb.Value{"value": Array(Int(1))}), value.RuleVector, "'double'"},
		"vector too large":       {Vector(make([]float64, value.MaxDimension+1)...), value.RuleVector, "2048 dimensions"},
	} {
		checkRefused(t, name, value.ValidateValue(c.v), c.rule, c.refused)
	}
}

func TestValidateOperand(t *testing.T) {
	for name, c := range map[string]struct {
		v       *pb.Value
		rule    value.Rule
		refused string
	}{
		"array in array":  {Array(Array(Array(Int(1)))), "", ""},
		"in a map too":    {Array(In("a", Array(Array()))), "", ""},
		"vector in array": {Array(Vector(1)), "", ""},
		"no type":         {Array(Array(nil)), value.RuleValue, "unset"},
		"reserved name":   {In("__a__", Int(1)), value.RuleFieldName, "reserved"},
	} {
		checkRefused(t, name, value.ValidateOperand(c.v), c.rule, c.refused)
	}
}

func TestValidateDocument(t *testing.T) {
	name := documents + "o/big"
	// The name is 22 bytes, the fields' names and ends 6, the overhead 32.
	named := func(v *pb.Value) *pb.Document {
		return &pb.Document{Name: name, Fields: v.GetMapValue().GetFields()}
	}
	full := func(missing int) *pb.Document {
		return &pb.Document{Name: name, Fields: map[string]*pb.Value{
			"f": String(strings.Repeat("a", 1_000_000)),
			"z": String(strings.Repeat("a", value.MaxDocumentBytes-1_000_000-22-6-32-missing)),
		}}
	}
	for what, c := range map[string]struct {
		doc     *pb.Document
		rule    value.Rule
		refused string
	}{
		"empty":         {&pb.Document{Name: name}, "", ""},
		"full":          {full(0), "", ""},
		"too large":     {full(-1), value.RuleSize, "1048576 bytes"},
		"no name":       {&pb.Document{}, value.RuleName, "does not begin"},
		"reserved name": {named(In("__a__", Int(1))), value.RuleFieldName, "reserved"},
		"type":          {named(Vector(1)), value.RuleFieldName, "reserved"},
		"value":         {named(In("a", nil)), value.RuleValue, "unset"},
	} {
		checkRefused(t, what, value.ValidateDocument(c.doc), c.rule, c.refused)
	}
}

func TestLongPaths(t *testing.T) {
	long := strings.Repeat("a", 750)
	for name, c := range map[string]struct {
		fields map[string]*pb.Value
		ok     bool
	}{
		"names and a dot":       {map[string]*pb.Value{long: In(long[1:], Int(1))}, true},
		"one byte more":         {map[string]*pb.Value{long: In(long, Int(1))}, false},
		"inside an array":       {map[string]*pb.Value{long: Array(In(long, Int(1)))}, true},
		"a map without fields":  {map[string]*pb.Value{long: Map(nil)}, true},
		"three, of 1,499 bytes": {map[string]*pb.Value{long: In(long[3:], In("a", Int(1)))}, true},
		"three, of 1,502 bytes": {map[string]*pb.Value{long: In(long[1:], In("a", Int(1)))}, false},
	} {
		err := value.ValidateDocument(&pb.Document{Name: documents + "c/d", Fields: c.fields})
		checkTooLong(t, name, err, c.ok, value.RuleFieldPath, "1500 bytes")
	}
	for path, ok := range map[string]bool{
		long + "." + long[1:]: true, long + "." + long: false, "`" + long + "`.`" + long[1:] + "`": true,
	} {
		_, err := value.ParseFieldPath(path)
		checkTooLong(t, path[:4], err, ok, value.RuleFieldPath, "1500 bytes")
	}
}

func TestIndexEntries(t *testing.T) {
	scalars := func(n int) map[string]*pb.Value {
		fields := make(map[string]*pb.Value)
		for i := range n {
			fields["f"+strconv.Itoa(i)] = Int(1)
		}
		return fields
	}
	elements := func(n, different int) map[string]*pb.Value {
		values := make([]*pb.Value, n)
		for i := range values {
			values[i] = Int(int64(i % different))
		}
		return map[string]*pb.Value{"a": Array(values...)}
	}
	for name, c := range map[string]struct {
		fields map[string]*pb.Value
		ok     bool
	}{
		"two for each field":         {scalars(20_000), true},
		"one field more":             {scalars(20_001), false},
		"fields in a map":            {map[string]*pb.Value{"m": Map(scalars(20_001))}, false},
		"one for each element":       {elements(40_000, 40_000), true},
		"one element more":           {elements(40_001, 40_001), false},
		"one for the same elements":  {elements(50_000, 40_000), true},
		"elements that are the same": {elements(60_000, 3), true},
	} {
		err := value.ValidateDocument(&pb.Document{Name: documents + "c/d", Fields: c.fields})
		checkTooLong(t, name, err, c.ok, value.RuleSize, "40000 index entries")
	}
}

func checkTooLong(t *testing.T, what string, err error, ok bool, rule value.Rule, refused string) {
	t.Helper()
	if ok {
		rule, refused = "", ""
	}
	checkRefused(t, what, err, rule, refused)
}
