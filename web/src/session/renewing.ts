/** Takes a relayed connection beyond the end of its credentials (SPEC M11). */
import type { RandomBytes } from '../protocol/ids';
import { pause, type Timers } from '../signaling/timers';
import type { IceList } from './ice-cache';
import { pausesForTheLost } from './pauses';
import type { PeerPort } from './ports';

/** What it takes. */
export type RenewingPlan = {
  readonly timers: Timers;
  readonly random: RandomBytes;
  readonly peer: Pick<PeerPort, 'line' | 'renew' | 'renewed'>;
  /** What the connection was made with. */
  readonly list: Promise<IceList>;
  /** A list with a relay that is good for a while. @throws Failure when there is none; the signal's reason. */
  readonly fetch: (signal: AbortSignal) => Promise<IceList>;
  /** Looks for the other over another connection: this one cannot be renewed. */
  readonly move: () => void;
};

/** A restart, or a move, is given so long before it is tried again. */
const patienceMs = 10_000;

/** Begins to watch over a connection that is open. @returns what ends it. */
export function renewing(plan: RenewingPlan): () => void {
  const controller = new AbortController();
  // Its end, or that there are no servers, ends it.
  watch(plan, controller.signal).catch(() => undefined);
  return () => controller.abort();
}

async function watch({ timers, random, peer, fetch, move, list: first }: RenewingPlan, signal: AbortSignal): Promise<void> {
  let list = await first;
  while (list.ttlMs > 0) {
    const third = list.ttlMs / 3;
    const [chance = 0] = random(1);
    await pause(timers, Math.max(0, list.until - third * (1 + chance / 2560) - timers.now()), signal);
    // It may come to go over a relay later.
    while (!(await peer.line()).ownRelay) await pause(timers, third / 4, signal);
    for (const ms of pausesForTheLost(random)) {
      const next = await fetch(signal).catch(() => null);
      if (next !== null && !peer.renew(next.servers)) move();
      await pause(timers, next === null ? ms : patienceMs, signal);
      if (next === null || !peer.renewed) continue;
      list = next;
      break;
    }
  }
}
