// Package auth is a small Firebase Authentication emulator: the calls of the Identity Toolkit and of
// Secure Token that anonymous sign-in needs, served over real HTTP to the unmodified web SDK
// (connectAuthEmulator) and to the unmodified Admin SDK (FIREBASE_AUTH_EMULATOR_HOST).
//
//	web SDK     ── accounts:signUp ───────────────►┐
//	            ── accounts:lookup {idToken} ─────►│ Emulator: users in memory,
//	            ── securetoken /v1/token ─────────►│ unsigned ID tokens
//	Admin SDK   ── projects/P/accounts:lookup ────►│
//	               {localId}, Bearer owner         ┘
//
// # Trust
//
// It must never face the internet. Its ID tokens are unsigned (alg "none"): whoever can reach it, or
// reach anything that believes it, can be anybody. "Bearer owner" is the administrator, as in every
// Firebase emulator. Serve it on loopback only.
//
// # Where it differs from production
//
//   - Anonymous sign-up is the only way in; other ways are answered OPERATION_NOT_ALLOWED.
//   - Tokens are not signed, and their claims are believed as they stand.
//   - Any API key is taken, but one must be there, as in production.
//   - The project of a client call is that of the token in it, or [Options.Project]; production
//     knows it by the API key.
//   - A refresh token lives as long as its user; there is no revocation, no disabling, no update.
//   - Users are lost when the process ends, and no more than [Options.MaxUsers] are kept.
//   - No rate limits.
//
// The package imports nothing of Parley.
package auth
