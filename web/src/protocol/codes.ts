/** The errors of the HTTP API (SPEC section 2): a closed list of codes, and the problem body that carries one. */
import { member, parseJsonObject } from './json-object';

/** Every code, with its HTTP status and whether the same call may succeed later unchanged. */
export const apiCodes = {
  invalid_argument: { status: 400, retryable: false },
  unknown_pool: { status: 400, retryable: false },
  unauthenticated: { status: 401, retryable: false },
  permission_denied: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  aborted: { status: 409, retryable: true },
  too_large: { status: 413, retryable: false },
  unsupported_media_type: { status: 415, retryable: false },
  resource_exhausted: { status: 429, retryable: true },
  internal: { status: 500, retryable: false },
  unavailable: { status: 503, retryable: true },
} as const;

/** The name of an API error. */
export type ApiCode = keyof typeof apiCodes;

/** Reads a code; one outside the list is `internal` (A11). Never throws. */
export function parseApiCode(text: unknown): ApiCode {
  return typeof text === 'string' && Object.hasOwn(apiCodes, text) ? (text as ApiCode) : 'internal';
}

/** What an API error says (A10). */
export type Problem = {
  readonly code: ApiCode;
  /** For developers; empty if it says nothing. */
  readonly detail: string;
  /** With `invalid_argument`: the member at fault. Else empty. */
  readonly field: string;
};

/**
 * Reads the body of an answer that is not a success. Never throws: what is not a problem body, such as the
 * page of a proxy on the way, is judged by its status, 502 to 504 as `unavailable`, else `internal`.
 */
export function parseProblem(status: number, body: string): Problem {
  try {
    const object = parseJsonObject('A10', body);
    const code = member(object, 'code');
    if (typeof code === 'string') {
      return {
        code: parseApiCode(code),
        detail: textOrEmpty(member(object, 'detail')),
        field: textOrEmpty(member(object, 'field')),
      };
    }
  } catch {
    // Not a problem body: the status is all there is.
  }
  return { code: codeOfStatus(status), detail: '', field: '' };
}

function textOrEmpty(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function codeOfStatus(status: number): ApiCode {
  if (status === 401) return 'unauthenticated';
  if (status === 429) return 'resource_exhausted';
  return status >= 502 && status <= 504 ? 'unavailable' : 'internal';
}
