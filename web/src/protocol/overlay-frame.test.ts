import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeOverlayFrame, parseOverlayFrame } from './overlay-frame';
import { ParseError } from './parse-error';
import { casesOf } from './testing/vectors';

describe('overlay.json', () => {
  const members = ['kind', 'input', 'expect', 'canonical', 'value'];
  for (const one of casesOf('overlay.json', members).filter(({ kind }) => kind !== 'presence')) {
    it(`[${one.rule}] ${one.name}`, () => {
      if (one['expect'] === 'error') {
        expect(() => parseOverlayFrame(one['input'])).toThrow(ParseError);
        return;
      }
      const got = parseOverlayFrame(one['input']);
      expect(got.t).toBe(one['expect'] === 'ok' ? one['kind'] : one['expect']);
      if (got.t === 'unknown') return;
      const encoded = encodeOverlayFrame(got);
      expect(parseOverlayFrame(encoded)).toEqual(got);
      if (one['canonical'] === true) expect(encoded).toBe(one['input']);
    });
  }
});

it('[C4] binary frames, and whatever else there may be, are refused by a ParseError', () => {
  expect(() => parseOverlayFrame(new ArrayBuffer(3))).toThrow(ParseError);
  const kinds = ['gossip', 'ihave', 'graft', 'prune', 'join', 'forwardjoin', 'introduce', 'part', 'x'];
  const frames = fc.record(
    { t: fc.constantFrom(...kinds), hops: fc.jsonValue(), ids: fc.jsonValue(), from: fc.jsonValue(), to: fc.jsonValue() },
    { requiredKeys: ['t'] },
  );
  fc.assert(
    fc.property(frames, (frame) => {
      try {
        parseOverlayFrame(JSON.stringify(frame));
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
      }
    }),
  );
});
