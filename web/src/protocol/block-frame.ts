/** Frames about blocks, over the channel that is theirs (SPEC B3 to B6). */
import { sha256 } from '@noble/hashes/sha2.js';
import { decodeBase64url, encodeBase64url, type Bytes } from './base64url';
import type { BlockId } from './ids';
import { maxBlockBytes, maxBlockFrame, maxHaveBits, maxSetBlocks } from './limits';
import { ParseError } from './parse-error';

/**
 * What a side has of a set, beside what it said before (B4). `wants` what it lacks, has `all`, or `declined` it for ever.
 * The most significant bit of `bits[0]` is about the index `first`.
 */
export type BlockHave = {
  readonly t: 'have';
  readonly set: BlockId;
  readonly wants: boolean;
  readonly all: boolean;
  readonly declined: boolean;
  readonly first: number;
  readonly bits: Uint8Array;
};

/** A block is asked for; `request` numbers what one side wants over one channel: 32 bits (B5). */
export type BlockWant = { readonly t: 'want'; readonly request: number; readonly block: BlockId };

/** A part of a block that was asked for, from `offset` on; `size` is the block's (B6). */
export type BlockPiece = {
  readonly t: 'block';
  readonly request: number;
  readonly offset: number;
  readonly size: number;
  readonly bytes: Uint8Array;
};

/** What was asked for does not come (B6), or is not wanted any more (B5). */
export type BlockEnd = { readonly t: 'none' | 'cancel'; readonly request: number };

export type BlockFrame = BlockHave | BlockWant | BlockPiece | BlockEnd;

const kinds = ['', 'have', 'want', 'block', 'none', 'cancel'] as const;
const flags = { wants: 1, all: 2, declined: 4 } as const;
const haveHeader = 38;
const wantBytes = 37;
const endBytes = 5;

/** What a frame with a piece of a block has beside it. */
export const pieceHeader = 13;
/** How much of a block fits into a frame. */
export const maxPiece = maxBlockFrame - pieceHeader;

/** The name of a block (B1). Browsers hash large ones sooner by `crypto.subtle`. */
export function blockIdOf(block: Uint8Array): BlockId {
  return encodeBase64url(sha256(block)) as BlockId;
}

/** How many bytes a frame has. */
export function sizeOfBlockFrame(frame: BlockFrame): number {
  switch (frame.t) {
    case 'have':
      return haveHeader + frame.bits.length;
    case 'want':
      return wantBytes;
    case 'block':
      return pieceHeader + frame.bytes.length;
    case 'none':
    case 'cancel':
      return endBytes;
  }
}

export function encodeBlockFrame(frame: BlockFrame): Bytes {
  switch (frame.t) {
    case 'have':
      return encodeHave(frame);
    case 'want': {
      const out = numbered(frame);
      out.set(decodeBase64url(frame.block), endBytes);
      return out;
    }
    case 'block': {
      const out = numbered(frame);
      const view = new DataView(out.buffer);
      view.setUint32(5, frame.offset);
      view.setUint32(9, frame.size);
      out.set(frame.bytes, pieceHeader);
      return out;
    }
    case 'none':
    case 'cancel':
      return numbered(frame);
  }
}

function encodeHave(frame: BlockHave): Bytes {
  const out = new Uint8Array(sizeOfBlockFrame(frame));
  out[0] = kinds.indexOf('have');
  out.set(decodeBase64url(frame.set), 1);
  out[33] = (frame.wants ? flags.wants : 0) | (frame.all ? flags.all : 0) | (frame.declined ? flags.declined : 0);
  new DataView(out.buffer).setUint32(34, frame.first);
  out.set(frame.bits, haveHeader);
  return out;
}

function numbered(frame: Exclude<BlockFrame, BlockHave>): Bytes {
  const out = new Uint8Array(sizeOfBlockFrame(frame));
  out[0] = kinds.indexOf(frame.t);
  new DataView(out.buffer).setUint32(1, frame.request);
  return out;
}

/** Bytes in what is read are those of `raw`, not copies. @throws ParseError (B1, B3 to B6): such a frame is dropped. */
export function parseBlockFrame(raw: Uint8Array): BlockFrame {
  if (raw.length === 0 || raw.length > maxBlockFrame) throw new ParseError('B3', '', `want 1 to ${maxBlockFrame} bytes`);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const t = kinds[raw[0] as number];
  switch (t) {
    case 'have':
      return parseHave(raw, view);
    case 'want':
      if (raw.length !== wantBytes) throw new ParseError('B5', 'want', `want ${wantBytes} bytes`);
      return { t, request: view.getUint32(1), block: encodeBase64url(raw.subarray(endBytes)) as BlockId };
    case 'block':
      return parsePiece(raw, view);
    case 'none':
    case 'cancel':
      if (raw.length !== endBytes) throw new ParseError('B5', 'request', `want ${endBytes} bytes`);
      return { t, request: view.getUint32(1) };
    default:
      throw new ParseError('B3', '', 'unknown kind');
  }
}

function parseHave(raw: Uint8Array, view: DataView): BlockHave {
  if (raw.length < haveHeader) throw new ParseError('B4', 'have', `want at least ${haveHeader} bytes`);
  const first = view.getUint32(34);
  const bits = raw.subarray(haveHeader);
  if (bits.length > maxHaveBits) throw new ParseError('B4', 'bits', `over ${maxHaveBits} bytes`);
  if (first + 8 * bits.length > maxSetBlocks) throw new ParseError('B4', 'first', `beyond ${maxSetBlocks} blocks`);
  const flag = raw[33] as number;
  return {
    t: 'have',
    set: encodeBase64url(raw.subarray(1, 33)) as BlockId,
    wants: (flag & flags.wants) !== 0,
    all: (flag & flags.all) !== 0,
    declined: (flag & flags.declined) !== 0,
    first,
    bits,
  };
}

function parsePiece(raw: Uint8Array, view: DataView): BlockPiece {
  if (raw.length <= pieceHeader) throw new ParseError('B6', 'block', `want over ${pieceHeader} bytes`);
  const [request, offset, size] = [view.getUint32(1), view.getUint32(5), view.getUint32(9)];
  const bytes = raw.subarray(pieceHeader);
  if (size < 1 || size > maxBlockBytes) throw new ParseError('B1', 'size', `want 1 to ${maxBlockBytes} bytes`);
  if (offset + bytes.length > size) throw new ParseError('B6', 'offset', 'beyond the block');
  return { t: 'block', request, offset, size, bytes };
}
