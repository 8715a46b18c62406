/** Long work in pieces, so that the page is drawn in between. */
import { pause, type Timers } from '../../signaling/timers';

/** So long nothing else may happen, in milliseconds: shorter than what people see. */
const heldMs = 30;

/** What long work awaits now and then. It is asked often, and waits only when it is time: a timer costs four milliseconds. */
export function breathing(timers: Timers): () => Promise<void> {
  let since = timers.now();
  return async () => {
    if (timers.now() - since < heldMs) return;
    await pause(timers, 0, new AbortController().signal);
    since = timers.now();
  };
}
