import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIceServersAnswer, parseQuickMatchAnswer, parseQuickMatchRequest } from './api';
import { compareBase64url, decodeBase64url, encodeBase64url } from './base64url';
import { parseProblem } from './codes';
import { fingerprintOf } from './fingerprint';
import {
  countCharacters, keyFromBytes, keyToBytes, newLinkId, newRequestId, newStreamId, parseDigest, parseIdentityKey, parseLinkId,
  parseNonce, parseRequestId, parseSignature,
} from './ids';

import { encodeFrame, parseFrame, textFault } from './message';
import { newNegotiation, step, type NegotiationEvent } from './negotiation';
import { ParseError } from './parse-error';
import { encodeAnswer, encodeBatch, encodeOffer, parseAnswer, parseBatch, parseOffer } from './payload';
import { newRoomCode, parseRoomCode, roomLink } from './room-code';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const wellFormed = (maxLength: number) => fc.string({ unit: 'binary', minLength: 1, maxLength });
const candidate = fc.record({
  candidate: wellFormed(60),
  sdpMid: fc.option(wellFormed(20)),
  sdpMLineIndex: fc.option(fc.integer({ min: 0, max: 65_535 })),
  usernameFragment: fc.option(wellFormed(20)),
});

/** Nothing but the parser's own errors may come out of a parser. */
function onlyOwnErrors(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}

describe('decode(encode(x)) is x', () => {
  it('[V1] base64url', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (value) => {
        expect(encodeBase64url(value)).toBe(Buffer.from(value).toString('base64url'));
        expect(Buffer.from(decodeBase64url(encodeBase64url(value)))).toEqual(Buffer.from(value));
      }),
    );
  });

  it('[V1] what is read has just one form', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AQgwBZ_-9=+ '), maxLength: 12 }), (text) => {
        let value: Uint8Array;
        try {
          value = decodeBase64url(text);
        } catch {
          return;
        }
        expect(encodeBase64url(value)).toBe(text);
      }),
    );
  });

  it('[V2] [V3] [V4] ids and keys', () => {
    fc.assert(
      fc.property(bytes(20), bytes(16), bytes(32), (id, request, key) => {
        expect(parseLinkId(newLinkId(() => new Uint8Array(id)))).toBe(encodeBase64url(id));
        expect(parseRequestId(newRequestId(() => new Uint8Array(request)))).toBe(encodeBase64url(request));
        expect(Buffer.from(keyToBytes(keyFromBytes(key)))).toEqual(Buffer.from(key));
      }),
    );
  });

  it('[P2] descriptions', () => {
    fc.assert(
      fc.property(fc.record({ sdp: wellFormed(400), end: fc.boolean() }), bytes(32), bytes(32), (said, one, other) => {
        const offer = { ...said, commitment: parseDigest(encodeBase64url(one)) };
        expect(parseOffer(encodeOffer(offer))).toEqual(offer);
        const answer = {
          ...said, identity: parseIdentityKey(encodeBase64url(one)), nonce: parseNonce(encodeBase64url(other)),
        };
        expect(parseAnswer(encodeAnswer(answer))).toEqual(answer);
      }),
    );
  });

  it('[P3] batches', () => {
    const batch = fc.record({ candidates: fc.array(candidate, { minLength: 1, maxLength: 8 }), end: fc.boolean() });
    fc.assert(fc.property(batch, (value) => {
      expect(parseBatch(encodeBatch(value))).toEqual(value);
    }));
  });

  it('[K1] codes and links', () => {
    fc.assert(
      fc.property(bytes(16), fc.webUrl({ withFragments: true }), (secret, app) => {
        const code = newRoomCode(() => new Uint8Array(secret));
        expect(code).toHaveLength(23);
        expect(parseRoomCode(code)).toBe(code);
        expect(parseRoomCode(roomLink(app, code))).toBe(code);
      }),
    );
  });

  it('[H5] proofs', () => {
    fc.assert(
      fc.property(bytes(32), bytes(32), bytes(64), fc.boolean(), (one, other, signed, reveals) => {
        const [identity, nonce] = [parseIdentityKey(encodeBase64url(one)), parseNonce(encodeBase64url(other))];
        const revealed = reveals ? { identity, nonce } : null;
        const proof = { t: 'proof' as const, revealed, signature: parseSignature(encodeBase64url(signed)) };
        expect(parseFrame(encodeFrame(proof))).toEqual(proof);
      }),
    );
  });

  const number = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

  it('[C3] [M2] messages', () => {
    fc.assert(
      fc.property(wellFormed(300), fc.option(number), (text, n) => {
        const chat = { t: 'chat' as const, text, n };
        expect(parseFrame(encodeFrame(chat))).toEqual(chat);
      }),
    );
  });

  it('[M1] [M8] hellos', () => {
    fc.assert(
      fc.property(bytes(16), bytes(16), number, fc.boolean(), fc.boolean(), (one, other, n, again, stranger) => {
        const heard = again ? { stream: newStreamId(() => new Uint8Array(other)), n: n - 1 } : null;
        const reunion = stranger ? newRoomCode(() => new Uint8Array(other)) : null;
        const stream = newStreamId(() => new Uint8Array(one));
        const hello = { t: 'hello' as const, stream, from: n, heard, reunion, restart: again };
        expect(parseFrame(encodeFrame(hello))).toEqual(hello);
      }),
    );
  });
});

describe('parsers throw nothing but their own errors', () => {
  const jsonParsers = { parseFrame, parseQuickMatchAnswer, parseQuickMatchRequest, parseIceServersAnswer };
  for (const [name, parse] of Object.entries(jsonParsers)) {
    it(name, () => {
      fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), likely), (text) => onlyOwnErrors(() => parse(text))));
    });
  }

  it('parseOffer, parseAnswer and parseBatch', () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.oneof(fc.json(), likely).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(content, (value) => {
        for (const parse of [parseOffer, parseAnswer, parseBatch]) onlyOwnErrors(() => parse(value));
      }),
    );
  });

  it('[H2] fingerprintOf', () => {
    const line = fc.constantFrom('a=fingerprint:', 'sha-256 ', 'sha-1 ', ':AB'.repeat(31), 'AB', '\r\n', '\n', ' ', 'v=0');
    const sdp = fc.array(line, { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(fc.property(sdp, (value) => onlyOwnErrors(() => fingerprintOf(value))));
  });

  it('parseRoomCode', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => onlyOwnErrors(() => parseRoomCode(text))));
  });

  it('[A11] parseProblem never throws', () => {
    fc.assert(fc.property(fc.integer(), fc.oneof(fc.string(), fc.json()), (status, body) => {
        parseProblem(status, body);
      }));
  });
});

/** JSON objects with the members that the parsers look for, of any type. */
const likely = fc
  .dictionary(
    fc.constantFrom('t', 'text', 'n', 'stream', 'from', 'heard', 'reunion', 'restart', 'sdp', 'end', 'commitment', 'signature', 'identity', 'candidates', 'status', 'roomId', 'role', 'iceServers', '__proto__'),
    fc.jsonValue(),
  )
  .map((value) => JSON.stringify(value));

it('[E6] base64url is compared as the bytes that it stands for', () => {
  fc.assert(
    fc.property(bytes(3), bytes(3), (a, b) => {
      expect(Math.sign(compareBase64url(encodeBase64url(a), encodeBase64url(b)))).toBe(Buffer.compare(a, b));
    }),
  );
});

it('[V7] a character is a code point', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(countCharacters(text)).toBe([...text].length);
    }),
  );
  expect(textFault('\ud800')).toBe('not_well_formed');
  expect(textFault('😀'.repeat(10_000))).toBeNull();
  expect(textFault('😀'.repeat(10_001))).toBe('too_long');
});

it('[S1] no order of events opens an attempt without both descriptions, or leaves closed', () => {
  const event: fc.Arbitrary<NegotiationEvent> = fc.oneof(
    fc.record({ do: fc.constant('start' as const), role: fc.constantFrom('caller' as const, 'callee' as const) }),
    fc.constantFrom({ do: 'local' as const }, { do: 'remote' as const }, { do: 'open' as const }),
    fc.record({
      do: fc.constant('candidates' as const),
      number: fc.integer({ min: -1, max: 33 }),
      candidates: fc.array(candidate, { maxLength: 3 }),
    }),
    fc.constant({ do: 'close' as const }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      let state = newNegotiation;
      for (const one of events) {
        const taken = step(state, one);
        if (taken.release.length > 0) expect(taken.state.remote).toBe(true);
        if (taken.state.phase === 'connected') expect(taken.state.local && taken.state.remote).toBe(true);
        if (state.phase === 'closed') expect(taken.state.phase).toBe('closed');
        state = taken.state;
      }
    }),
  );
});
