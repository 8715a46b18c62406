import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParseError } from './parse-error';
import { encodeRoomFrame, parseRoomFrame } from './room-frame';
import { casesOf } from './testing/vectors';

describe.each(['room-frame.json', 'overlay.json'])('%s', (file) => {
  const members = ['kind', 'input', 'expect', 'canonical', 'value'];
  for (const one of casesOf(file, members).filter(({ kind }) => kind !== 'presence')) {
    it(`[${one.rule}] ${one.name}`, () => {
      if (one['expect'] === 'error') {
        expect(() => parseRoomFrame(one['input'])).toThrow(ParseError);
        return;
      }
      const got = parseRoomFrame(one['input']);
      expect(got.t).toBe(one['expect'] === 'ok' ? one['kind'] : one['expect']);
      if (got.t === 'unknown') return;
      if (got.t === 'bye') expect(got.reason ?? '').toBe(one['value'] ?? '');
      const encoded = encodeRoomFrame(got);
      expect(parseRoomFrame(encoded)).toEqual(got);
      if (one['canonical'] === true) expect(encoded).toBe(one['input']);
    });
  }
});

it('[C4] whatever there may be in a frame is refused by a ParseError', () => {
  const kinds = ['hello', 'bye', 'have', 'summary', 'events', 'want', 'typing', 'got', 'epoch', 'restart'];
  const any = fc.jsonValue();
  const frames = fc.record(
    {
      t: fc.constantFrom(...kinds), room: any, reason: any, digest: any, chains: any, events: any, ids: any, chain: any,
      n: any, read: any, epoch: any, code: any, more: any, sdp: any, restart: any,
    },
    { requiredKeys: ['t'] },
  );
  fc.assert(
    fc.property(frames, (frame) => {
      try {
        parseRoomFrame(JSON.stringify(frame));
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
      }
    }),
  );
});
