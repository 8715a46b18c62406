/** {@link createCodes} in the real browser: a chunk of its own. */
import { Failure } from '../protocol/failures';
import type { RandomBytes } from '../protocol/ids';
import type { Access } from '../signaling/access';
import { createCodeStore } from '../signaling/code-store';
import { createCodes } from './codes';
import type { Codes } from './ports';

/** @throws Failure `browser_too_old`. */
export function codesInBrowser(access: Access, subtle: SubtleCrypto | null, random: RandomBytes): Codes {
  if (subtle === null) throw new Failure('browser_too_old');
  return createCodes({ store: createCodeStore(access), subtle, random, timers: access.timers });
}
