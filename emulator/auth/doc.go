// Package auth is a small Firebase Authentication emulator: anonymous and Google accounts, linking, profiles, and
// the administrator's side of them, served over real HTTP to the unmodified web SDK (connectAuthEmulator) and to
// the unmodified Admin SDK (FIREBASE_AUTH_EMULATOR_HOST).
//
//	web SDK   ── accounts:signInWithIdp ──────────►┐
//	          ── securetoken /v1/token ───────────►│ Emulator ─ one call at a time ─► directory ─► Keep
//	Admin SDK ── projects/P/accounts:update ──────►│ unsigned tokens                  (memory)    (optional)
//	             Bearer owner                      ┘
//
// # Calls
//
//	accounts:signUp          client  a new anonymous account
//	accounts:signInWithIdp   client  sign in with an identity provider's ID token; with idToken: link
//	accounts:lookup          both    the client's own account; the administrator's by uid, email, identity
//	accounts:update          both    name, photo, email, unlink; administrator: claims, disable, revoke, link
//	accounts:delete          both
//	accounts                 admin   create
//	accounts:batchDelete     admin
//	accounts:batchGet        admin   all accounts, by pages (GET)
//	accounts:query           admin   by email or uid, sorted, or only how many
//	securetoken /v1/token    client  a new ID token for a refresh token
//	DELETE /emulator/v1/projects/P/accounts  this machine: all accounts of the project are gone
//
// What the API has besides is answered OPERATION_NOT_ALLOWED with its name, be it a call (accounts:signInWithPassword)
// or a field (phoneNumber): passwords, email links, phones, custom tokens, second factors, tenants, session
// cookies, and import. Blocking functions are not called.
//
// # Google credentials
//
// An id_token is a JWT whose signature nobody checks, or the bare JSON of its claims, as in the official emulator:
//
//	const claims = '{"sub":"ann","email":"ann@example.com","email_verified":true}'
//	signInWithCredential(auth, GoogleAuthProvider.credential(claims))
//
// Any other provider that has ID tokens works so, too. signInWithPopup and signInWithRedirect do not: the web SDK
// loads a script of Google's to talk to their page. The page at /emulator/auth/handler says what to do instead.
//
// # Trust
//
// It must never face the internet. Its tokens are unsigned (alg "none"): whoever can reach it, or reach anything
// that believes it, can be anybody. "Bearer owner" is the administrator, as in every Firebase emulator, but for
// pages of other sites, and other machines that a proxy names. Serve it on loopback only, and for no other host: a page
// of another site can have a name for it.
//
// # Where it differs
//
// From production: tokens are not signed, and believed as they stand; any API key is taken, but one must be there;
// the project of a client call is that of the token in it, or [Options.Project], where production knows it by the
// API key; no more than [Options.MaxUsers] are kept; there are no rate limits; an email changes without a letter.
//
// From the official emulator: ID tokens end after an hour; revocation and deletion hold for refresh tokens, too,
// and a refresh keeps auth_time; autoCreate false makes no account; a provider's verified email takes an unverified
// account from its other identities, which the official one means to do; an identity is of one account. All this is
// as in production. There are limits on what a field may hold, a number is no string, and who has never signed in
// has no lastLoginAt.
//
// The package imports nothing of Parley.
package auth
