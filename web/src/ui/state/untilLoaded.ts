/** How often a part is asked for before it counts as gone. */
export const LOAD_TRIES = 6;

/** The pause before the second try, in milliseconds; each next one is twice as long. */
export const LOAD_PAUSE_MS = 500;

/**
 * Loads a part of the app and tries again when that fails: a phone that is offline for a moment must
 * not lose the conversation that it is about to show.
 *
 * @param load - asks for it.
 * @param wait - settles after so many milliseconds, or earlier when the network is back.
 * @throws what the last try threw, after about 15 seconds: the part is gone, as after a new deploy.
 */
export async function untilLoaded<T>(load: () => Promise<T>, wait: (ms: number) => Promise<void>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      // One after the other is the point.
      // eslint-disable-next-line no-await-in-loop
      return await load();
    } catch (error) {
      if (tries === LOAD_TRIES) throw error;
      // eslint-disable-next-line no-await-in-loop
      await wait(LOAD_PAUSE_MS * 2 ** (tries - 1));
    }
  }
}

/** Waits in the browser: for the time, or for the network. */
export function pauseOrOnline(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener('online', done);
  });
}
