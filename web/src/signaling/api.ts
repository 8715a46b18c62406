/** Client of the HTTP API (SPEC section 2): bounded retries, one request id over all of them. */
import { encodeQuickMatchRequest, parseIceServersAnswer, parseQuickMatchAnswer } from '../protocol/api';
import type { IceServersAnswer, QuickMatchAnswer, QuickMatchRequest } from '../protocol/api';
import { apiCodes, parseProblem, type ApiCode } from '../protocol/codes';
import { Failure, type FailureName } from '../protocol/failures';
import type { Pool, RequestId } from '../protocol/ids';
import { ParseError } from '../protocol/parse-error';
import type { Identity } from './identity';
import { pause, within, type Timers } from './timers';

/** The function, as the session uses it. All calls may overlap. */
export type Api = {
  /** @throws Failure; AbortError. Retried with the same request id, so never two tickets (A5). */
  quickMatch(request: QuickMatchRequest, signal: AbortSignal): Promise<QuickMatchAnswer>;
  /** Ends a ticket (A7). @throws Failure; AbortError. */
  endTicket(pool: Pool, requestId: RequestId, signal: AbortSignal): Promise<void>;
  /** Ends a ticket while the page goes away: sent once, no answer is waited for. Needs a token from before. */
  endTicketAtPageEnd(pool: Pool, requestId: RequestId): void;
  /** @throws Failure; AbortError. */
  iceServers(signal: AbortSignal): Promise<IceServersAnswer>;
};

/** What the client needs from its surroundings. */
export type ApiOptions = {
  /** Where the API is; `/api` in production. */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly identity: Identity;
  readonly timers: Timers;
  /** A number from 0 to 1, for the jitter between tries. */
  readonly jitter: () => number;
};

const tries = 6;
const tryMs = 8000;
/** No try begins later than this after the first: a person is waiting. */
const callMs = 20_000;
const firstPauseMs = 250;
const longestPauseMs = 4000;
const maxRetryAfterMs = 10_000;
/** The longest answer that is read, in characters. */
const maxAnswer = 65_536;

/** The request id is used up: the ticket has ended (SPEC A7). Whoever still looks takes a new one. */
export class RequestUsedUp extends Error {
  override readonly name = 'RequestUsedUp';
}

type Call = { readonly method: 'POST' | 'DELETE'; readonly path: string; readonly body?: string };

/** One try's outcome: an answer, or why not and whether to try again. */
type Outcome =
  | { readonly ok: true; readonly body: string }
  | { readonly ok: false; readonly failure: Failure | RequestUsedUp; readonly again: 'no' | 'fresh-token' | { readonly afterMs: number } };

/** A client of the API. */
export function createApi(options: ApiOptions): Api {
  // Owned by this closure: the last token used, for the page's end, when nothing can be waited for.
  let lastToken: string | null = null;

  async function send(one: Call, fresh: boolean, signal: AbortSignal): Promise<Outcome> {
    const token = await options.identity.token(fresh, signal);
    lastToken = token;
    try {
      const run = (until: AbortSignal) => fetchOnce(options, one, token, until);
      return await within(options.timers, tryMs, signal, run, timedOut);
    } catch (error) {
      signal.throwIfAborted();
      return { ok: false, failure: new Failure('function_unavailable', { cause: error }), again: { afterMs: 0 } };
    }
  }

  async function call(one: Call, signal: AbortSignal): Promise<string> {
    let fresh = false;
    const until = options.timers.now() + callMs;
    for (let attempt = 1; ; attempt++) {
      const outcome = await send(one, fresh, signal);
      if (outcome.ok) return outcome.body;
      if (outcome.again === 'no' || attempt === tries) throw outcome.failure;
      if (options.timers.now() >= until) throw outcome.failure;
      if (outcome.again === 'fresh-token') {
        if (fresh) throw outcome.failure;
        fresh = true;
        continue;
      }
      const backoff = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs) * (0.5 + options.jitter());
      await pause(options.timers, Math.max(backoff, outcome.again.afterMs), signal);
    }
  }

  return {
    async quickMatch(request, signal) {
      const body = await call({ method: 'POST', path: '/quick-match', body: encodeQuickMatchRequest(request) }, signal);
      return understood(() => parseQuickMatchAnswer(body));
    },
    async endTicket(pool, requestId, signal) {
      await call({ method: 'DELETE', path: ticketPath(pool, requestId) }, signal);
    },
    endTicketAtPageEnd(pool, requestId) {
      if (lastToken === null) return;
      const headers = { Authorization: `Bearer ${lastToken}` };
      const sent = options.fetch(options.baseUrl + ticketPath(pool, requestId), {
        method: 'DELETE',
        headers,
        keepalive: true,
      });
      // Nobody is left to be told; the ticket's lease ends by itself.
      sent.catch(() => undefined);
    },
    async iceServers(signal) {
      const body = await call({ method: 'POST', path: '/ice-servers', body: '{}' }, signal);
      return understood(() => parseIceServersAnswer(body));
    },
  };
}

function ticketPath(pool: Pool, requestId: RequestId): string {
  return `/quick-match?${new URLSearchParams({ pool, requestId }).toString()}`;
}

async function fetchOnce(options: ApiOptions, call: Call, token: string, signal: AbortSignal): Promise<Outcome> {
  const answer = await options.fetch(options.baseUrl + call.path, {
    method: call.method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: call.body }),
    signal,
    cache: 'no-store',
    credentials: 'omit',
  });
  const body = (await answer.text()).slice(0, maxAnswer);
  if (answer.ok) return { ok: true, body };
  const { code, field } = parseProblem(answer.status, body);
  if (code === 'invalid_argument' && field === 'requestId') {
    return { ok: false, failure: new RequestUsedUp('api: the request id is used up'), again: 'no' };
  }
  const failure = new Failure(failureOfCode(code), { cause: new Error(`api: ${code}`) });
  if (code === 'unauthenticated') return { ok: false, failure, again: 'fresh-token' };
  // One that is not told to be final may be the accident of a start: `internal` is tried again too.
  if (!apiCodes[code].retryable && code !== 'internal') return { ok: false, failure, again: 'no' };
  return { ok: false, failure, again: { afterMs: retryAfterMs(answer.headers.get('Retry-After')) } };
}

/** `Retry-After` in seconds, bounded; its date form is not used by the API and counts as absent. */
function retryAfterMs(header: string | null): number {
  const seconds = header === null || !/^\d{1,4}$/u.test(header) ? 0 : Number(header);
  return Math.min(seconds * 1000, maxRetryAfterMs);
}

function failureOfCode(code: ApiCode): FailureName {
  switch (code) {
    case 'unauthenticated':
    case 'permission_denied':
      return 'sign_in_failed';
    case 'internal':
    case 'unavailable':
    case 'aborted':
    case 'resource_exhausted':
    case 'not_found':
      return 'function_unavailable';
    default:
      return 'internal';
  }
}

/** An answer of 200 that is none of ours comes from something else in the function's place. */
function understood<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ParseError) throw new Failure('function_unavailable', { cause: error });
    throw error;
  }
}

function timedOut(): Error {
  return new Error(`api: no answer in ${tryMs} ms`);
}
