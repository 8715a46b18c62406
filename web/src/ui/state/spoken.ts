import type { SessionState } from '../../session/model';
import type { Words } from '../words/english';

/** Which screen a state is drawn on; a change of it moves the focus. */
export function screenOf(state: SessionState): string {
  return state.at === 'failed' ? `failed-${state.failure}` : state.at;
}

/**
 * What a screen reader says about a change of state, or null. A new screen's heading takes the focus
 * and is read by that; only what the heading does not say is said here, so that nothing is read twice.
 */
export function spokenChange(before: SessionState, after: SessionState, words: Words): string | null {
  if (after.at === 'connecting') {
    if (before.at !== 'connecting' || before.step !== after.step) return words.connecting.steps[after.step];
    return after.slow && !before.slow ? words.connecting.slow : null;
  }
  if (after.at !== 'talking') return null;
  if (before.at !== 'talking') return words.status.connected;
  const { talk, status } = words;
  if (before.safety.verified !== after.safety.verified)
    return after.safety.verified === 'no' ? status.notVerified : status.verified;
  if (before.peer === after.peer) return null;
  return after.peer === 'here' ? status.connected : talk[after.peer];
}
