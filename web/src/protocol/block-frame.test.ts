import { assert, integer, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64url } from './base64url';
import { blockIdOf, encodeBlockFrame, maxPiece, parseBlockFrame, type BlockFrame } from './block-frame';
import type { BlockId } from './ids';
import { maxBlockBytes, maxBlockFrame, maxHaveBits, maxSetBlocks } from './limits';
import { ParseError } from './parse-error';
import { casesOf } from './testing/vectors';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const unhex = (text: unknown) => new Uint8Array(Buffer.from(String(text), 'hex'));
const digestHex = (id: BlockId) => Buffer.from(id, 'base64url').toString('hex');

describe('block-frame.json', () => {
  const members = ['hex', 'expect', 'field', 'kind', 'request', 'digest', 'flags', 'first', 'offset', 'size', 'bytes'] as const;
  for (const one of casesOf('block-frame.json', members)) {
    it(`[${one.rule}] ${one.name}`, () => {
      const read = () => parseBlockFrame(unhex(one['hex']));
      if (one['expect'] === 'error') {
        expect(read).toThrow(expect.objectContaining({ rule: one.rule, field: one['field'] ?? '' }));
        return;
      }
      const frame = read();
      const known = Number(one['flags'] ?? 0) & 7;
      expect({ first: 0, offset: 0, size: 0, bytes: '', digest: '', request: 0, ...shown(frame) }).toEqual({
        kind: one['kind'], first: 0, offset: 0, size: 0, bytes: '', digest: '', request: 0,
        ...Object.fromEntries(Object.entries(one).filter(([name]) => ['request', 'digest', 'first', 'offset', 'size', 'bytes'].includes(name))),
        flags: known,
      });
      if (known === (one['flags'] ?? 0)) expect(hex(encodeBlockFrame(frame))).toBe(one['hex']);
    });
  }
});

function shown(frame: BlockFrame): object {
  switch (frame.t) {
    case 'have': {
      const flags = (frame.wants ? 1 : 0) + (frame.all ? 2 : 0) + (frame.declined ? 4 : 0);
      return { kind: 'have', digest: digestHex(frame.set), flags, first: frame.first, bytes: hex(frame.bits) };
    }
    case 'want':
      return { kind: 'want', request: frame.request, digest: digestHex(frame.block), flags: 0 };
    case 'block':
      return { kind: 'block', request: frame.request, offset: frame.offset, size: frame.size, bytes: hex(frame.bytes), flags: 0 };
    case 'none':
    case 'cancel':
      return { kind: frame.t, request: frame.request, flags: 0 };
  }
}

it('[B3] [B4] what is just within the bounds is taken, what is beyond is not', () => {
  const most = encodeBlockFrame({ t: 'block', request: 1, offset: 0, size: maxBlockBytes, bytes: new Uint8Array(maxPiece) });
  expect(most).toHaveLength(maxBlockFrame);
  expect(parseBlockFrame(most)).toMatchObject({ t: 'block', size: maxBlockBytes });
  expect(() => parseBlockFrame(new Uint8Array([...most, 0]))).toThrow(ParseError);
  const have = (first: number, length: number) =>
    encodeBlockFrame({ t: 'have', set: blockIdOf(most), wants: true, all: false, declined: false, first, bits: new Uint8Array(length) });
  expect(parseBlockFrame(have(maxSetBlocks - 8 * maxHaveBits, maxHaveBits))).toMatchObject({ wants: true });
  expect(() => parseBlockFrame(have(0, maxHaveBits + 1))).toThrow(ParseError);
});

it('[B3] whatever comes is read or refused, and reads as it was written', () => {
  assert(
    property(uint8Array({ maxLength: 80 }), integer({ min: 0, max: 6 }), (rest, kind) => {
      const raw = Uint8Array.from([kind, ...rest]);
      try {
        const frame = parseBlockFrame(raw);
        if (frame.t !== 'have') expect(encodeBlockFrame(frame)).toEqual(raw);
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
      }
    }),
  );
});

it('[B1] a block is named by its SHA-256', async () => {
  const block = new TextEncoder().encode('hello world');
  expect(blockIdOf(block)).toBe(encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', block))));
});
