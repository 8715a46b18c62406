package service

import (
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parley-chat/parley/emulator/internal/store"
)

// consistency is what every read request can say about the moment that it wants to see.
type consistency struct {
	transaction []byte
	begin       *firestorepb.TransactionOptions // a transaction that is to begin with this read
	at          *timestamppb.Timestamp
}

// view is what a read request sees.
type view struct {
	store.Snapshot
	begun []byte // the id of the transaction that began with it
}

// look gives what the request sees, and holds what it is about to read if it is part of a transaction.
func (c consistency) look(db *store.Store, reads store.Reads) (view, error) {
	var v view
	var err error
	switch {
	case c.transaction != nil: // empty is said, too, and is none of ours
		v.Snapshot, err = db.Look(c.transaction, reads)
	case c.begin != nil:
		if v.begun, err = begin(db, c.begin); err == nil {
			v.Snapshot, err = db.Look(v.begun, reads)
		}
	case c.at != nil:
		var at store.Time
		if at, err = moment(c.at); err == nil {
			v.Snapshot, err = db.AsOf(at)
		}
	default:
		v.Snapshot = db.Snapshot()
	}
	return v, err
}

// begin starts a transaction as its options say. One that is tried again takes the place of the former one.
func begin(db *store.Store, o *firestorepb.TransactionOptions) ([]byte, error) {
	if only := o.GetReadOnly(); only != nil {
		var at store.Time
		if t := only.GetReadTime(); t != nil {
			var err error
			if at, err = moment(t); err != nil {
				return nil, err
			}
		}
		return db.BeginReadOnly(at)
	}
	if former := o.GetReadWrite().GetRetryTransaction(); len(former) > 0 {
		if err := db.Rollback(former); err != nil {
			return nil, err
		}
	}
	return db.Begin()
}

// moment reads a time as clients send it: what they were told, which has microseconds and nothing finer.
func moment(t *timestamppb.Timestamp) (store.Time, error) {
	if err := t.CheckValid(); err != nil {
		return 0, status.Errorf(codes.InvalidArgument, "Invalid timestamp: %v", err)
	}
	if t.GetNanos()%int32(time.Microsecond) != 0 {
		return 0, status.Error(codes.InvalidArgument, "timestamp cannot have more than microseconds precision")
	}
	return store.At(t.AsTime()), nil
}
