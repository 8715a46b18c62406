import { describe, expect, it } from 'vitest';
import {
  encodeQuickMatchRequest, parseIceServersAnswer, parseQuickMatchAnswer, parseQuickMatchRequest, type Role,
} from './api';
import { diagnose, findingNames, findingStates, type Findings } from './diagnosis';
import { apiCodes, parseApiCode, parseProblem } from './codes';
import { decodeBase64url } from './base64url';
import { fingerprintOf } from './fingerprint';
import { parseKey, parsePool, parseRequestId, parseRoomId, parseUid } from './ids';
import { encodeFrame, parseFrame } from './message';
import { newNegotiation, step, type NegotiationEvent } from './negotiation';
import { ParseError } from './parse-error';
import {
  encodeAnswer, encodeBatch, encodeOffer, parseAnswer, parseBatch, parseOffer, type Candidate,
} from './payload';
import { parseRoomCode, roomIdOf } from './room-code';
import { casesOf, vectorFiles, type VectorCase } from './testing/vectors';
import { decodeUtf8, encodeUtf8 } from './utf8';

/** Parses as the case expects: what was parsed, or the error that it wants. */
function parsed<T>(one: VectorCase, parse: () => T): T | ParseError {
  if (one['expect'] === 'ok') return parse();
  if (one['expect'] !== 'error') throw new Error(`the test does not know expect «${String(one['expect'])}»`);
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(ParseError);
    return error as ParseError;
  }
  throw new Error('accepted, but the vector wants it refused');
}

function eachCase(file: string, members: readonly string[], check: (one: VectorCase) => void | Promise<void>): void {
  read.add(file);
  describe(file, () => {
    for (const one of casesOf(file, members)) it(`[${one.rule}] ${one.name}`, () => check(one));
  });
}

const read = new Set<string>();

eachCase('ids.json', ['kind', 'input', 'expect'], (one) => {
  const parsers: Record<string, (text: unknown) => string> = {
    roomId: parseRoomId,
    requestId: parseRequestId,
    key: parseKey,
    pool: parsePool,
    uid: parseUid,
  };
  const parse = parsers[String(one['kind'])];
  if (parse === undefined) throw new Error(`the test does not know kind «${String(one['kind'])}»`);
  const got = parsed(one, () => parse(one['input']));
  if (one['expect'] === 'ok') expect(got).toBe(one['input']);
});

eachCase('quick-match-request.json', ['input', 'expect', 'value', 'field'], (one) => {
  const got = parsed(one, () => parseQuickMatchRequest(String(one['input'])));
  if (got instanceof ParseError) return expect(got.field).toBe(one['field'] ?? '');
  expect(got).toEqual(one['value']);
  if (got instanceof Error) return;
  expect(parseQuickMatchRequest(encodeQuickMatchRequest(got))).toEqual(got);
});

eachCase('quick-match-answer.json', ['input', 'expect', 'value', 'field'], (one) => {
  const got = parsed(one, () => parseQuickMatchAnswer(String(one['input'])));
  if (got instanceof ParseError) expect(got.field).toBe(one['field'] ?? '');
  else expect(got).toEqual(one['value']);
});

eachCase('ice-servers.json', ['input', 'expect', 'value', 'field'], (one) => {
  const got = parsed(one, () => parseIceServersAnswer(String(one['input'])));
  if (got instanceof ParseError) expect(got.field).toBe(one['field'] ?? '');
  else expect(got).toEqual(one['value']);
});

eachCase('diagnosis.json', ['findings', 'cause', 'outlook'], (one) => {
  const findings = one['findings'] as Findings;
  for (const [name, state] of Object.entries(findings)) {
    expect(findingNames).toContain(name);
    expect(findingStates).toContain(state);
  }
  expect(diagnose(findings)).toEqual({ cause: one['cause'], outlook: one['outlook'] });
});

eachCase('codes.json', ['input', 'expect', 'code', 'status', 'retryable'], (one) => {
  const code = parseApiCode(one['input']);
  expect({ code, ...apiCodes[code] }).toEqual({
    code: one['code'],
    status: one['status'],
    retryable: one['retryable'],
  });
  const body = JSON.stringify({ code: one['input'], detail: 'd', field: 'f' });
  expect(parseProblem(Number(one['status']), body)).toEqual({ code, detail: 'd', field: 'f' });
});

const contentMembers = ['kind', 'json', 'expect', 'value', 'canonical'];
const contentOf = (one: VectorCase) => encodeUtf8(String(one['json']));

eachCase('description.json', contentMembers, (one) => {
  const isOffer = one['kind'] === 'offer';
  expect(isOffer || one['kind'] === 'answer').toBe(true);
  const got = parsed(one, () => (isOffer ? parseOffer(contentOf(one)) : parseAnswer(contentOf(one))));
  if (got instanceof Error) return;
  expect(got).toEqual(one['value']);
  checkCanonical(one, 'commitment' in got ? encodeOffer(got) : encodeAnswer(got));
});

eachCase('batch.json', contentMembers, (one) => {
  const got = parsed(one, () => parseBatch(contentOf(one)));
  if (got instanceof Error) return;
  expect(got).toEqual(one['value']);
  checkCanonical(one, encodeBatch(got));
});

function checkCanonical(one: VectorCase, encoded: Uint8Array): void {
  if (one['canonical'] === true) expect(decodeUtf8(encoded)).toEqual(one['json']);
}

eachCase('fingerprint.json', ['input', 'expect', 'hex'], (one) => {
  const got = parsed(one, () => fingerprintOf(String(one['input'])));
  if (!(got instanceof Error)) expect(Buffer.from(decodeBase64url(got)).toString('hex')).toBe(one['hex']);
});

eachCase('room-code.json', ['input', 'expect', 'secretHex', 'code', 'roomId'], async (one) => {
  const got = parsed(one, () => parseRoomCode(String(one['input'])));
  if (got instanceof Error) return;
  expect(got).toBe(one['code']);
  expect(Buffer.from(decodeBase64url(got).slice(1)).toString('hex')).toBe(one['secretHex']);
  expect(await roomIdOf(got, crypto.subtle)).toBe(one['roomId']);
});

eachCase('message.json', ['input', 'expect', 'text', 'canonical'], (one) => {
  const kind = String(one['expect']);
  if (kind === 'error') {
    parsed(one, () => parseFrame(one['input']));
    return;
  }
  const got = parseFrame(one['input']);
  if (kind === 'chat') expect(got).toMatchObject({ t: kind, text: one['text'] });
  else expect(got.t).toBe(kind);
  if (one['canonical'] === true && got.t !== 'unknown') expect(encodeFrame(got)).toBe(one['input']);
});

type VectorStep = {
  do: NegotiationEvent['do'];
  role?: Role;
  batch?: number;
  candidates?: string[];
  ok: boolean;
  phase: string;
  release?: string[];
};

eachCase('negotiation.json', ['steps'], (one) => {
  let state = newNegotiation;
  for (const [i, { do: what, role, batch, candidates, ok, phase, release, ...rest }] of (
    one['steps'] as VectorStep[]
  ).entries()) {
    expect(rest, `step ${i} has members that the test does not know`).toEqual({});
    const event = {
      do: what,
      role,
      number: batch,
      candidates: candidates?.map((text): Candidate => ({ ...noIds, candidate: text })),
    } as NegotiationEvent;
    const before = structuredClone(state);
    const taken = step(state, event);
    expect(state, 'the state passed in has changed').toEqual(before);
    expect({ ok: taken.ok, phase: taken.state.phase, release: taken.release.map((c) => c.candidate) }).toEqual({
      ok,
      phase,
      release: release ?? [],
    });
    if (!taken.ok) expect(taken.state).toBe(state);
    state = taken.state;
  }
});

const noIds = { sdpMid: null, sdpMLineIndex: null, usernameFragment: null };

it('[vectors] every file has a test', () => {
  const sealed = ['hpke.json', 'sealed-go.json', 'sealed-web.json']; // hpke.test.ts, seal.test.ts
  const proved = ['handshake-go.json', 'handshake-web.json', 'signature.json']; // handshake.test.ts, signing.test.ts
  const streams = ['stream.json']; // stream.test.ts
  const codes = ['short-code.json', 'cpace.json', 'exchange-go.json', 'exchange-web.json']; // code/code.test.ts
  const events = ['event.json', 'event-body.json', 'history.json']; // event.test.ts, room/history/vectors.test.ts
  const runs = ['room-run.json']; // room/timeline/run.test.ts
  const frames = ['overlay.json', 'room-frame.json']; // overlay-frame.test.ts, presence.test.ts, room-frame.test.ts
  const overlay = ['overlay-trace.json']; // room/overlay/trace.test.ts
  const blocks = ['block-frame.json', 'cid.json', 'blocks-trace.json']; // block-frame.test.ts, blocks/cid.test.ts, blocks/trace.test.ts
  const files = ['manifest.json', 'file-seal.json', 'file-name.json']; // files/vectors.test.ts
  const elsewhere = [blocks, files, sealed, proved, streams, codes, events, runs, frames, overlay].flat();
  expect(vectorFiles()).toEqual([...read, ...elsewhere].toSorted());
});
