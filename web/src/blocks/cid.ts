/** What people and other systems know a block by: a CIDv1, raw, sha2-256, in base32 (SPEC B1). */
import { CID } from 'multiformats/cid';
import { create } from 'multiformats/hashes/digest';
import { decodeBase64url, encodeBase64url } from '../protocol/base64url';
import type { BlockId } from '../protocol/ids';
import { ParseError } from '../protocol/parse-error';

const raw = 0x55;
const sha2_256 = 0x12;

export function cidOf(block: BlockId): string {
  return CID.createV1(raw, create(sha2_256, decodeBase64url(block))).toString();
}

/** Reads what {@link cidOf} gives, and nothing else that is a CID. @throws ParseError (B1). */
export function parseCid(text: string): BlockId {
  let cid: CID;
  try {
    cid = CID.parse(text);
  } catch {
    throw new ParseError('B1', 'cid', 'not in base32');
  }
  if (cid.version !== 1 || cid.code !== raw || cid.multihash.code !== sha2_256 || cid.multihash.digest.length !== 32) {
    throw new ParseError('B1', 'cid', 'not of a raw block by sha2-256');
  }
  const block = encodeBase64url(cid.multihash.digest) as BlockId;
  if (cidOf(block) !== text) throw new ParseError('B1', 'cid', 'not in base32');
  return block;
}
