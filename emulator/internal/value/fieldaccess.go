package value

import (
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// Get is the value that p leads to in a document's fields, nil if there is none. Nothing is inside a vector.
func (p FieldPath) Get(fields map[string]*pb.Value) *pb.Value {
	for i, name := range p {
		v := fields[name]
		if i == len(p)-1 {
			return v
		}
		if TypeOf(v) != TypeMap {
			return nil
		}
		fields = v.GetMapValue().GetFields()
	}
	return nil
}

// Set puts v where p leads in fields, which must not be nil. Maps on the way are made where there is none,
// also in place of other values. It changes fields and the maps inside, so they must be the caller's own.
func (p FieldPath) Set(fields map[string]*pb.Value, v *pb.Value) {
	for _, name := range p[:len(p)-1] {
		inner := fields[name]
		if TypeOf(inner) != TypeMap || inner.GetMapValue() == nil {
			inner = &pb.Value{ValueType: &pb.Value_MapValue{MapValue: &pb.MapValue{}}}
			fields[name] = inner
		}
		if inner.GetMapValue().Fields == nil {
			inner.GetMapValue().Fields = make(map[string]*pb.Value)
		}
		fields = inner.GetMapValue().Fields
	}
	fields[p[len(p)-1]] = v
}

// Delete takes away what p leads to; without effect where there is nothing. A map that becomes empty stays.
// It changes fields and the maps inside, so they must be the caller's own.
func (p FieldPath) Delete(fields map[string]*pb.Value) {
	last := len(p) - 1
	if last > 0 {
		parent := p[:last].Get(fields)
		if TypeOf(parent) != TypeMap {
			return
		}
		fields = parent.GetMapValue().GetFields()
	}
	delete(fields, p[last])
}
