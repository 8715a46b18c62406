/**
 * Input that is against a rule of SPEC.md. It says which rule and which member, and never repeats the
 * input, so that it can be logged and shown.
 */
export class ParseError extends Error {
  override readonly name = 'ParseError';

  /**
   * @param rule - the rule's id, such as `V2`.
   * @param field - the member at fault; empty if the whole input is.
   * @param reason - what is wrong, in a few words.
   */
  constructor(
    readonly rule: string,
    readonly field: string,
    readonly reason: string,
  ) {
    super(field === '' ? `protocol: [${rule}] ${reason}` : `protocol: [${rule}] ${field}: ${reason}`);
  }
}

/**
 * The reason where an event or a presence is of a version that this code does not speak: who brings it need not be at fault.
 */
export const laterVersion = 'unsupported version';

/** A payload of a version that this code does not speak (SPEC P1). Refused by name. */
export class UnsupportedVersion extends Error {
  override readonly name = 'UnsupportedVersion';

  constructor() {
    super('protocol: [P1] unsupported version');
  }
}

/** A payload of another suite than its place takes (L4). Refused by name. */
export class UnsupportedSuite extends Error {
  override readonly name = 'UnsupportedSuite';

  constructor() {
    super('protocol: [L4] unsupported suite');
  }
}

/** A payload that was sealed for another key or place, or was changed (L5). Refused by name. */
export class NotOpened extends Error {
  override readonly name = 'NotOpened';

  constructor() {
    super('protocol: [L5] sealed for another key or place, or changed');
  }
}
