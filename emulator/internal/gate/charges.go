package gate

import (
	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/metering"
)

// charged is what a request and one of its answers cost, apart from what rules looked up and aggregations went through.
func charged(request, answer any, err error) metering.Usage {
	if _, get := request.(*firestorepb.GetDocumentRequest); get && status.Code(err) == codes.NotFound {
		return metering.Usage{Reads: 1}
	}
	if err != nil {
		return metering.Usage{}
	}
	switch r := request.(type) {
	case *firestorepb.GetDocumentRequest, *firestorepb.ListCollectionIdsRequest, *firestorepb.PartitionQueryRequest:
		return metering.Usage{Reads: 1}
	case *firestorepb.CreateDocumentRequest, *firestorepb.UpdateDocumentRequest:
		return metering.Usage{Writes: 1}
	case *firestorepb.DeleteDocumentRequest:
		return metering.Usage{Deletes: 1}
	case *firestorepb.CommitRequest:
		return charge(r.GetWrites(), nil)
	}
	switch a := answer.(type) {
	case *firestorepb.ListDocumentsResponse:
		return metering.Usage{Reads: max(1, int64(len(a.GetDocuments())))}
	case *firestorepb.BatchWriteResponse:
		r, _ := request.(*firestorepb.BatchWriteRequest)
		return charge(r.GetWrites(), func(i int) bool { return a.GetStatus()[i].GetCode() != int32(codes.OK) })
	case *firestorepb.BatchGetDocumentsResponse:
		if a.GetResult() != nil {
			return metering.Usage{Reads: 1}
		}
	case *firestorepb.RunQueryResponse:
		reads := int64(a.GetSkippedResults())
		if a.GetDocument() != nil {
			reads++
		}
		return metering.Usage{Reads: reads}
	}
	return metering.Usage{}
}

// charge is the price of writes; a mere check has none. failed tells which were not done; nil: all were.
func charge(writes []*firestorepb.Write, failed func(i int) bool) metering.Usage {
	var u metering.Usage
	for i, w := range writes {
		if failed != nil && failed(i) {
			continue
		}
		switch w.GetOperation().(type) {
		case *firestorepb.Write_Update, *firestorepb.Write_Transform:
			u.Writes++
		case *firestorepb.Write_Delete:
			u.Deletes++
		}
	}
	return u
}

// leastReads is what a request costs that is answered with nothing.
func leastReads(request any) int64 {
	if _, query := request.(*firestorepb.RunQueryRequest); query {
		return 1
	}
	return 0
}
