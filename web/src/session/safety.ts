/** What a screen shows of how sure it is who is at the other end. */
import type { Proved } from '../peer/proving';
import type { Safety } from './model';

/** Of a stranger: keys that are used once have no number, and nobody was met before. */
export function safetyOfStranger({ signs }: Proved): Safety {
  return { signs, number: null, verified: 'no', newDevice: false };
}
