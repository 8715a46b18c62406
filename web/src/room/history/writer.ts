/** Makes the events of one author (SPEC E12). */
import { signEvent, type Event } from '../../protocol/event';
import { encodeRoomSettings, type RoomSettings } from '../../protocol/event-body';
import { eventKinds } from '../../protocol/event-header';
import type { ChainEnd } from '../../protocol/event-member';
import { newChainId, type IdentityKey, type RandomBytes } from '../../protocol/ids';
import type { Signer } from '../../protocol/signing';
import { History, type Change } from './history';

/** Nothing is known here by which an author may say something: nobody has let them in, or they were removed since. */
export class NotLetIn extends Error {
  override readonly name = 'NotLetIn';

  constructor() {
    super('history: [E5] not let in');
  }
}

/** An own event, and what came of adding it. */
export type Written = { readonly event: Event; readonly change: Change };

/**
 * Keeps one chain as long as it may, and begins another when its history does not have the chain's end: what was said
 * there is lost, or still on its way. There must be one for an author and a room: two would fork the chain.
 */
export class Writer {
  readonly #signer: Signer;
  readonly #random: RandomBytes;
  #kept: ChainEnd | null;
  /** The last event that is being made: one after the other, or two would have the same place. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param random - a cryptographic source.
   * @param kept - where to go on, as {@link kept} said it the last time; null if that is not known.
   */
  constructor(signer: Signer, random: RandomBytes, kept: ChainEnd | null = null) {
    this.#signer = signer;
    this.#random = random;
    this.#kept = kept;
  }

  get identity(): IdentityKey {
    return this.#signer.identity;
  }

  /** The chain that it writes, to be kept where the key is; null before the first event. */
  get kept(): ChainEnd | null {
    return this.#kept;
  }

  /** Writes the first event of a room. @throws ParseError (E8) for settings that are none. */
  async begin(settings: RoomSettings, now: number): Promise<{ readonly history: History; readonly event: Event }> {
    const draft = { kind: eventKinds.room, n: 1, lamport: 1, time: timeOf(now), previous: null, seen: [] };
    const body = encodeRoomSettings(settings);
    const event = await signEvent({ ...draft, chain: newChainId(this.#random) }, body, null, this.#signer);
    this.#kept = { chain: event.chain, n: event.n };
    return { history: new History(event, now), event };
  }

  /**
   * Writes an event behind all that is known here, and adds it, one after the other in the order in which this is called.
   * @throws NotLetIn; ParseError (E1) for a body beyond its bounds. Then nothing was written.
   */
  append(history: History, kind: number, body: Uint8Array, now: number): Promise<Written> {
    const written = this.#last.then(() => this.#append(history, kind, body, now));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async #append(history: History, kind: number, body: Uint8Array, now: number): Promise<Written> {
    const place = history.place(this.identity, this.#kept, () => newChainId(this.#random));
    if (place === null) throw new NotLetIn();
    const event = await signEvent({ ...place, kind, time: timeOf(now) }, body, history.root, this.#signer);
    const change = history.add(event, now);
    if (change.refused !== null) throw change.refused;
    this.#kept = { chain: event.chain, n: event.n };
    return { event, change };
  }
}

/** As events have it. */
function timeOf(now: number): number {
  return Math.max(0, Math.trunc(now));
}
