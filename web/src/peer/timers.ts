/** Time, passed in so that tests own it. */
export type Timers = {
  /** Calls `run` once after `ms` milliseconds; returns what cancels it (harmless afterwards). */
  after(ms: number, run: () => void): () => void;
};
