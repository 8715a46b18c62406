package query

import (
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// projection is the fields that a query asks for, sorted, none twice and none inside another. With none,
// only names.
type projection struct {
	paths []value.FieldPath
}

func compileProjection(selected *pb.StructuredQuery_Projection) (*projection, error) {
	if selected == nil {
		return nil, nil
	}
	var paths []value.FieldPath
	for _, field := range selected.GetFields() {
		path, err := value.ParseFieldPath(field.GetFieldPath())
		if err != nil {
			return nil, err
		}
		if !path.IsName() { // every document has it
			paths = append(paths, path)
		}
	}
	slices.SortFunc(paths, value.FieldPath.Compare)
	p := &projection{}
	for _, path := range paths {
		if !p.covers(path) {
			p.paths = append(p.paths, path)
		}
	}
	return p, nil
}

// covers tells whether the projection leaves all of a field.
func (p *projection) covers(path value.FieldPath) bool {
	return slices.ContainsFunc(p.paths, func(selected value.FieldPath) bool {
		return selected.Equal(path) || selected.Contains(path)
	})
}

// Project is the document with only the fields that the query asks for: doc itself if it asks for all, else a
// copy that shares values with doc, so neither must be changed.
func (q *Query) Project(doc *pb.Document) *pb.Document {
	if q.projection == nil {
		return doc
	}
	fields := make(map[string]*pb.Value)
	for _, path := range q.projection.paths {
		if v := path.Get(doc.GetFields()); v != nil {
			// Set makes maps of its own on the way, as no selected path is inside another.
			path.Set(fields, v)
		}
	}
	return &pb.Document{
		Name: doc.GetName(), Fields: fields, CreateTime: doc.GetCreateTime(), UpdateTime: doc.GetUpdateTime(),
	}
}
