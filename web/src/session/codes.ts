/** Short codes that are read aloud (SPEC section 10): made, and entered. A chunk of its own, loaded when either is asked for. */
import type { RandomBytes } from '../protocol/ids';
import type { CodeStore } from '../signaling/code-store';
import type { Timers } from '../signaling/timers';
import { parseShortCode, type CodeParts } from '../code/short-code';
import { Failure } from '../protocol/failures';
import { enterCode } from './code-enter';
import { offerCode } from './code-offer';
import type { Codes } from './ports';

/** What they are made of. */
export type CodeTools = {
  readonly store: CodeStore;
  readonly subtle: SubtleCrypto;
  readonly random: RandomBytes;
  readonly timers: Timers;
};

/** One for a page. */
export function createCodes(tools: CodeTools): Codes {
  return {
    offer: (scope, plan) => void offerCode(tools, scope, plan),
    enter: async (scope, typed, uid) => enterCode(tools, scope, parsed(typed), uid),
  };
}

/** @throws Failure `link_broken`. */
function parsed(typed: string): CodeParts {
  try {
    return parseShortCode(typed);
  } catch (error) {
    throw new Failure('link_broken', { cause: error });
  }
}
