// Package rest puts package service on HTTP and JSON, as the browser's SDK, Firestore's REST clients and curl speak
// it: the paths of Firestore's google.api.http rules below /v1/, bodies as protojson has them, streams as one JSON
// array.
//
//	GET    /v1/{document}             GetDocument        POST /v1/{parent}:runQuery
//	GET    /v1/{parent}/{collection}  ListDocuments      POST /v1/{parent}:runAggregationQuery
//	POST   /v1/{parent}/{collection}  CreateDocument     POST /v1/{parent}:listCollectionIds
//	PATCH  /v1/{document}             UpdateDocument     POST /v1/{database}/documents:commit, batchGet, …
//	DELETE /v1/{document}             DeleteDocument
//
// # Trust
//
// A request is a stranger's word: its body is bounded, its JSON checked by protojson, everything else by the service.
package rest
