import { describe, expect, it } from 'vitest';
import { blockIdOf } from '../protocol/block-frame';
import { casesOf } from '../protocol/testing/vectors';
import { encodeUtf8 } from '../protocol/utf8';
import { cidOf, parseCid } from './cid';

describe('cid.json', () => {
  for (const one of casesOf('cid.json', ['cid', 'expect', 'hex', 'block'])) {
    it(`[${one.rule}] ${one.name}`, () => {
      const text = String(one['cid']);
      if (one['expect'] === 'error') {
        expect(() => parseCid(text)).toThrow(expect.objectContaining({ rule: one.rule }));
        return;
      }
      const block = parseCid(text);
      expect(Buffer.from(block, 'base64url').toString('hex')).toBe(one['hex']);
      expect(cidOf(block)).toBe(text);
      if (one['block'] !== undefined) expect(blockIdOf(encodeUtf8(String(one['block'])))).toBe(block);
    });
  }
});
