package service

import (
	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// mask is which fields of a document are told: nil is all of them, empty is none.
type mask []value.FieldPath

// parseMask reads a mask, before anything is done for the request that has it.
func parseMask(m *firestorepb.DocumentMask) (mask, error) {
	if m == nil {
		return nil, nil
	}
	paths := make(mask, len(m.GetFieldPaths()))
	for i, path := range m.GetFieldPaths() {
		var err error
		if paths[i], err = value.ParseFieldPath(path); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// of is the document with the fields of the mask alone.
func (m mask) of(d *firestorepb.Document) *firestorepb.Document {
	if m == nil {
		return d
	}
	fields := map[string]*firestorepb.Value{}
	for _, path := range m {
		if v := path.Get(d.GetFields()); v != nil {
			path.Set(fields, proto.CloneOf(v)) // a later path may lead into it
		}
	}
	return &firestorepb.Document{
		Name: d.GetName(), Fields: fields, CreateTime: d.GetCreateTime(), UpdateTime: d.GetUpdateTime(),
	}
}
