// Package functions is the HTTP side of Parley: one functions-framework function, Api, with a mux inside.
// It decodes, authenticates, calls, and encodes. What it decides is decided in package matchmaker; where TURN
// credentials come from, in package iceservers.
//
//	POST   /quick-match   SPEC A3 to A6   find a stranger, or keep waiting for one
//	DELETE /quick-match   SPEC A7         stop waiting
//	POST   /ice-servers   SPEC A8         STUN, and TURN with credentials that end
//	GET    /health        SPEC A9
//
// Each is also served below /api, where Firebase Hosting passes it on. Errors are problems of the closed
// list (SPEC A10).
//
// Importing the package registers Api and does no I/O: Firestore and Firebase Authentication are reached
// with the first request that needs them. register.go alone has side effects; everything else is a handler
// made by [NewHandler] of what it is given.
//
// # Trust
//
// Whoever can reach the function may send it anything. The ID token says who somebody is; nothing else in a
// request is believed. Bodies are bounded before they are read, time is bounded, and the log holds the code
// and the route of a request, and never a token, an id, an address or a body.
package functions
