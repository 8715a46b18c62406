/** The failures that a person can meet (SPEC section 8): a closed list. */
export const failureNames = [
  'offline',
  'sign_in_failed',
  'function_unavailable',
  'store_unavailable',
  'relay_unavailable',
  'link_broken',
  'room_not_found',
  'room_over',
  'room_full',
  'room_locked',
  'removed',
  'open_elsewhere',
  'connection_failed',
  'protocol_error',
  'tampered',
  'code_wrong',
  'code_over',
  'browser_too_old',
  'peer_lost',
  'internal',
] as const;

/** A failure with a name. */
export type FailureName = (typeof failureNames)[number];

/** An error that knows its name. What is thrown without one is `internal`. */
export class Failure extends Error {
  override readonly name = 'Failure';

  /**
   * @param failure - which of the closed list.
   * @param options - `cause`: what led to it, for developers.
   */
  constructor(
    readonly failure: FailureName,
    options?: ErrorOptions,
  ) {
    super(`parley: ${failure}`, options);
  }
}

/** The name of whatever was thrown; `internal` for what has none. */
export function failureOf(error: unknown): FailureName {
  return error instanceof Failure ? error.failure : 'internal';
}
