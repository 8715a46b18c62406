// Package diagnosis decides why connections fail here: findings in, one cause out (SPEC section 12).
//
//	probes (of a browser, of `parley doctor`) ──► Findings ──► Cause ──► one sentence, one cure
//
// It is pure, and the web app has the same rules: protocol/vectors/diagnosis.json holds both to them. Findings and
// causes are words of closed lists, so a report that is made of them holds no address, no id and no secret.
//
// # Limits
//
// It sees one end. A connection has two, and a cause that is named here may not be why a certain one failed.
package diagnosis
