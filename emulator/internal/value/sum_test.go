package value_test

import (
	"math"
	"math/rand/v2"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/value"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

func TestSum(t *testing.T) {
	most := int64(math.MaxInt64)
	for name, c := range map[string]struct {
		values       []*pb.Value
		sum, average *pb.Value
	}{
		"none":                  {nil, Int(0), Null()},
		"no numbers":            {[]*pb.Value{String("a"), Null(), nil}, Int(0), Null()},
		"integers":              {[]*pb.Value{Int(1), Int(2), Int(6)}, Int(9), Double(3)},
		"doubles stay doubles":  {[]*pb.Value{Double(1), Double(2)}, Double(3), Double(1.5)},
		"overflow on the way":   {[]*pb.Value{Int(most), Int(most), Int(-most)}, Int(most), Double(float64(most) / 3)},
		"overflow":              {[]*pb.Value{Int(-most), Int(-2)}, Double(-1 << 63), Double(-1 << 62)},
		"what rounding takes":   {[]*pb.Value{Double(1), Double(1e100), Double(-1e100)}, Double(1), Double(1.0 / 3)},
		"NaN":                   {[]*pb.Value{Int(1), NaN()}, NaN(), NaN()},
		"infinity":              {[]*pb.Value{Int(1), Double(math.Inf(-1))}, Double(math.Inf(-1)), Double(math.Inf(-1))},
		"infinities":            {[]*pb.Value{Double(math.Inf(1)), Double(math.Inf(-1))}, NaN(), NaN()},
		"greater than a double": {[]*pb.Value{Double(1e308), Double(1e308)}, Double(math.Inf(1)), Double(math.Inf(1))},
	} {
		r := rand.New(rand.NewPCG(1, 1))
		for range 10 {
			var sum value.Sum
			for _, i := range r.Perm(len(c.values)) {
				sum.Add(c.values[i])
			}
			if got := sum.Value(); !proto.Equal(got, c.sum) {
				t.Errorf("%s: sum %v, want %v", name, got, c.sum)
			}
			if got := sum.Average(); !proto.Equal(got, c.average) {
				t.Errorf("%s: average %v, want %v", name, got, c.average)
			}
		}
	}
}
