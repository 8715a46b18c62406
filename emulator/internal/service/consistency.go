package service

import (
	"cloud.google.com/go/firestore/apiv1/firestorepb"
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
	case len(c.transaction) > 0:
		v.Snapshot, err = db.Look(c.transaction, reads)
	case c.begin != nil:
		if v.begun, err = begin(db, c.begin); err == nil {
			v.Snapshot, err = db.Look(v.begun, reads)
		}
	case c.at != nil:
		v.Snapshot, err = db.AsOf(store.At(c.at.AsTime()))
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
			at = store.At(t.AsTime())
		}
		return db.BeginReadOnly(at)
	}
	if former := o.GetReadWrite().GetRetryTransaction(); len(former) > 0 {
		_ = db.Rollback(former) // mostly it has ended already
	}
	return db.Begin()
}
