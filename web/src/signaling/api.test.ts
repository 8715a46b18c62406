/** The client against a real HTTP server in this process. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../protocol/failures';
import { defaultPool, parseKey, parseRequestId } from '../protocol/ids';
import { createApi, RequestUsedUp, type Api } from './api';
import type { Timers } from './timers';

type Served = { readonly method: string; readonly path: string; readonly token: string; readonly body: string };
type Answer = { readonly status: number; readonly body: string; readonly headers?: Record<string, string> };

const request = {
  pool: defaultPool,
  requestId: parseRequestId('AAECAwQFBgcICQoLDA0ODw'),
  key: parseKey('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'),
};
const waiting = { status: 'waiting', roomId: 'AAECAwQFBgcICQoLDA0ODxAREhM', role: 'callee', leaseSeconds: 30 };
const ok: Answer = { status: 200, body: JSON.stringify(waiting) };
const never = new AbortController().signal;

const problem = (status: number, code: string, headers = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'application/problem+json', ...headers },
  body: JSON.stringify({ type: `urn:parley:problem:${code}`, status, code }),
});

let served: Served[];
let answers: (Answer | 'hang up' | 'silence')[];
let pauses: number[];
let close: () => Promise<void>;
let api: Api;
let now: number;
let limits: Set<() => void>;

/** Pauses pass at once and are noted; the time limit of a try (8 s) passes when the test says so. */
const timers: Timers = {
  now: () => now,
  after(ms, run) {
    if (ms === 8000) {
      limits.add(run);
      return () => limits.delete(run);
    }
    pauses.push(ms);
    now += ms;
    const id = setImmediate(run);
    return () => clearImmediate(id);
  },
};

beforeEach(async () => {
  [served, answers, pauses, now, limits] = [[], [], [], 0, new Set()];
  const server = createServer((message, response) => void serve(message, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  api = createApi({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    fetch: (input, init) => fetch(input, init),
    identity: { signIn: () => Promise.reject(new Error('unused')), token: async (fresh) => (fresh ? 'new' : 'old') },
    timers,
    jitter: () => 0.5,
  });
});
afterEach(() => close());

async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of message) body += String(chunk);
  const { method = '', url = '', headers } = message;
  served.push({ method, path: url, token: headers.authorization ?? '', body });
  const answer = answers.shift() ?? ok;
  if (answer === 'silence') return;
  if (answer === 'hang up') {
    response.socket?.destroy();
    return;
  }
  response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
  response.end(answer.body);
}

async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Failure) return error.failure;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('the API client', () => {
  it('[A1] [A3] asks with the token and the body of the rules', async () => {
    expect(await api.quickMatch(request, never)).toEqual(waiting);
    expect(served).toEqual([
      { method: 'POST', path: '/api/quick-match', token: 'Bearer old', body: JSON.stringify(request) },
    ]);
  });

  it('[A5] tries again with the same request id, later and later, at least as late as it is told', async () => {
    answers = ['hang up', problem(409, 'aborted'), problem(503, 'unavailable', { 'Retry-After': '3' }), ok];
    expect(await api.quickMatch(request, never)).toEqual(waiting);
    expect(new Set(served.map((one) => one.body)).size).toBe(1);
    expect(pauses).toEqual([250, 500, 3000]);
  });

  it('gives up after some tries, with a name', async () => {
    answers = Array.from({ length: 9 }, () => problem(503, 'unavailable'));
    expect(await failureOf(api.quickMatch(request, never))).toBe('function_unavailable');
    expect(served).toHaveLength(6);
  });

  it('gives up a try that is not answered', async () => {
    answers = ['silence', ok];
    const call = api.quickMatch(request, never);
    while (served.length === 0) await new Promise((resolve) => setImmediate(resolve));
    for (const passes of limits) passes();
    expect(await call).toEqual(waiting);
    expect(served).toHaveLength(2);
  });

  it('[A1] asks for another token once, and fails as sign_in_failed when that is refused too', async () => {
    answers = [problem(401, 'unauthenticated'), ok];
    await api.quickMatch(request, never);
    expect(served.map((one) => one.token)).toEqual(['Bearer old', 'Bearer new']);
    answers = [problem(401, 'unauthenticated'), problem(401, 'unauthenticated'), ok];
    expect(await failureOf(api.quickMatch(request, never))).toBe('sign_in_failed');
  });

  it.each([
    ['unknown_pool', 400, 'internal'],
    ['invalid_argument', 400, 'internal'],
    ['permission_denied', 403, 'sign_in_failed'],
    ['not_found', 404, 'function_unavailable'],
  ])('does not try %s again', async (code, status, failure) => {
    answers = [problem(status, code)];
    expect(await failureOf(api.quickMatch(request, never))).toBe(failure);
    expect(served).toHaveLength(1);
  });

  it('takes what is none of ours, such as a page in the function’s place, for no function', async () => {
    answers = [{ status: 200, body: '<!doctype html>' }];
    expect(await failureOf(api.quickMatch(request, never))).toBe('function_unavailable');
  });

  it('[A7] ends a ticket, also while the page goes away', async () => {
    answers = [{ status: 204, body: '' }];
    await api.endTicket(request.pool, request.requestId, never);
    api.endTicketAtPageEnd(request.pool, request.requestId);
    while (served.length < 2) await new Promise((resolve) => setImmediate(resolve));
    const path = `/api/quick-match?pool=default&requestId=${request.requestId}`;
    expect(served).toEqual([
      { method: 'DELETE', path, token: 'Bearer old', body: '' },
      { method: 'DELETE', path, token: 'Bearer old', body: '' },
    ]);
  });

  it('[A7] tells a request id that is used up from other faults', async () => {
    answers = ['requestId', 'key'].map((field) => ({
      status: 400,
      body: JSON.stringify({ status: 400, code: 'invalid_argument', field }),
    }));
    await expect(api.quickMatch(request, never)).rejects.toBeInstanceOf(RequestUsedUp);
    expect(await failureOf(api.quickMatch(request, never))).toBe('internal');
    expect(served).toHaveLength(2);
  });

  it('[A8] reads ICE servers', async () => {
    const iceServers = [{ urls: ['stun:s:1'] }, { urls: ['turn:t:1'], username: 'u', credential: 'c' }];
    answers = [{ status: 200, body: JSON.stringify({ iceServers, ttlSeconds: 60 }) }];
    expect(await api.iceServers(never)).toEqual({ iceServers, ttlSeconds: 60 });
  });

  it('stops at once when it is told to', async () => {
    answers = ['silence'];
    const controller = new AbortController();
    const call = api.quickMatch(request, controller.signal);
    while (served.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(served).toHaveLength(1);
  });
});
