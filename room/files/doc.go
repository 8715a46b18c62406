// Package files knows what files are made of when a room sends them: manifests, names, keys, and which block holds
// which bytes of which file (SPEC F2 to F5). It reads no disk and speaks to nobody; what brings blocks is another
// package's matter, and knows nothing of files.
//
//	                    NewSet                      Blocks: digests in the order of the set
//	Manifest, key ─────────────────────► ┌─────┐ ──► Piece: index → file, offset, length
//	said root, key, blocks ─► Opening ─► │ Set │ ──► Seal: bytes → block
//	                                     └─────┘ ──► Open: block → bytes
//
// Manifests come from other members, who may be hostile: whatever is not exactly what F3 to F5 ask for is refused with
// a [protocol.ParseError], and what is refused has not taken more memory than a few times its own size.
package files
