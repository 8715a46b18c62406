// Package ttl deletes documents whose time is over, as Firestore does by its time-to-live policies.
//
//	firestore.indexes.json ─ Parse ─► policies ─┐
//	                                            ├─► every minute: query what is over ─► delete, if still as found
//	databases of the service ───────────────────┘
//
// A policy names a field of the documents of a collection group. A document is over when the field is a timestamp that
// is not to come; another type, or no field, means never. It is deleted as by an administrator: listeners hear of it,
// and what is below it stays. A document that was changed since it was found is left for the next time, and so is one
// that a transaction holds. Deletions are billed, as in production.
//
// Production deletes within a day; here it is a minute, so code that relies on the delay is not tested.
package ttl
