/** Subscribes a listener and returns the unsubscribe. */
export type Subscribe = (listener: () => void) => () => void;

/** The shortest time between two drawings that changes cause, in milliseconds. */
export const CALM_MS = 33;

/**
 * Passes changes on at most once in {@link CALM_MS}: the first at once, so that an answer to a key
 * is never late, and those of a burst together. 1 000 messages in a second are 30 drawings.
 * Timers, not animation frames: a page in the background must still count in its title.
 *
 * @param subscribe - the source.
 * @param now - milliseconds of a clock that only goes forward.
 */
export function calmed(subscribe: Subscribe, now: () => number = () => performance.now()): Subscribe {
  return (listener) => {
    let last = -Infinity;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const pass = () => {
      timer = null;
      last = now();
      listener();
    };
    const unsubscribe = subscribe(() => {
      if (timer !== null) return;
      const wait = last + CALM_MS - now();
      if (wait <= 0) pass();
      else timer = setTimeout(pass, wait);
    });
    return () => {
      unsubscribe();
      if (timer !== null) clearTimeout(timer);
    };
  };
}
