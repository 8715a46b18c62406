import { abortable } from './abortable';

/** Time, passed in so that tests own it. */
export type Timers = {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once after `ms` milliseconds; returns what cancels it (harmless afterwards). */
  after(ms: number, run: () => void): () => void;
};

/** Waits. @throws the signal's reason when it ends the wait. */
export function pause(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = timers.after(ms, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}

/**
 * Runs something that obeys a signal for at most `ms` milliseconds.
 * @throws what `late` makes when time is up; `signal`'s reason; what `run` throws.
 */
export async function within<T>(
  timers: Timers,
  ms: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
  late: () => Error,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const cancel = timers.after(ms, () => controller.abort(late()));
  try {
    return await abortable(run(controller.signal), controller.signal);
  } finally {
    cancel();
    signal.removeEventListener('abort', abort);
  }
}
