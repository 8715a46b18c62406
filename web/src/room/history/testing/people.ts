/** Members of a room with a history and a chain of their own, for tests. Nobody here checks signatures. */
import { expect } from 'vitest';
import { encodeBase64url } from '../../../protocol/base64url';
import { FaultError, signEvent, type Event, type EventDraft } from '../../../protocol/event';
import type { RoomSettings } from '../../../protocol/event-body';
import { eventKinds } from '../../../protocol/event-header';
import { encodeAdmission, encodeRemoval } from '../../../protocol/event-member';
import { encodeSaid } from '../../../protocol/event-text';
import { newChainId, type Digest, type EventId, type IdentityKey, type Signature } from '../../../protocol/ids';
import type { Signer } from '../../../protocol/signing';
import { encodeUtf8 } from '../../../protocol/utf8';
import { History, type Change } from '../history';
import { Writer } from '../writer';

export const start = 1_790_000_000_000;

export const settings: RoomSettings = {
  name: '', topic: '', invite: 'all', locked: false, history: 'all', keepSeconds: 0,
};

/** A generator with a seed: the same numbers each time, each from 0 to `below` − 1. */
export function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Bytes in a generator's order. */
export function bytesBy(seed: number): (count: number) => Uint8Array<ArrayBuffer> {
  const next = chance(seed);
  return (count) => Uint8Array.from({ length: count }, () => next(256));
}

/** Things in another order. */
export function shuffled<T>(items: readonly T[], next: (below: number) => number): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const other = next(i + 1);
    [out[i], out[other]] = [out[other] as T, out[i] as T];
  }
  return out;
}

export class Person {
  readonly signer: Signer;
  writer: Writer;
  /** What their clock says. */
  now = start;
  #history: History | null;

  constructor(readonly seed: number, history: History | null = null, random = bytesBy(1000 + seed)) {
    const identity = encodeBase64url(bytesBy(seed)(32)) as IdentityKey;
    const signature = encodeBase64url(new Uint8Array(64)) as Signature;
    this.signer = { identity, sign: () => Promise.resolve(signature) };
    this.writer = new Writer(this.signer, random);
    this.#history = history;
  }

  get id(): IdentityKey {
    return this.signer.identity;
  }

  get history(): History {
    if (this.#history === null) throw new Error('not in a room yet');
    return this.#history;
  }

  enter(history: History): void {
    this.#history = history;
  }

  async write(kind: number, body: Uint8Array): Promise<Event> {
    return (await this.writer.append(this.history, kind, body, this.now)).event;
  }

  say(text: string): Promise<Event> {
    return this.write(eventKinds.text, encodeSaid({ text, reply: null }));
  }

  admit(other: Person, name = ''): Promise<Event> {
    return this.write(eventKinds.admission, encodeAdmission({ member: other.id, name }));
  }

  remove(other: Person): Promise<Event> {
    const commitment = encodeBase64url(new Uint8Array(32)) as Digest;
    const last = this.history.chainEnds(other.id);
    return this.write(eventKinds.removal, encodeRemoval({ member: other.id, last, epoch: 1, commitment }));
  }

  /** The next honest event, not written. */
  draft(kind: number = eventKinds.text): EventDraft {
    const place = this.history.place(this.id, this.writer.kept, () => newChainId(bytesBy(7)));
    if (place === null) throw new Error('not let in');
    return { ...place, kind, time: this.now };
  }

  /** Signs whatever there is, without asking the rules of the room. */
  forge(draft: EventDraft, body = '{}'): Promise<Event> {
    return signEvent(draft, encodeUtf8(body), this.history.root, this.signer);
  }

  take(event: Event): Change {
    const change = this.history.add(event, this.now);
    if (change.refused !== null) throw change.refused;
    return change;
  }

  /** Wants a refusal by a rule that names the author. */
  refuses(event: Event, rule: string): void {
    const { refused } = this.history.add(event, this.now);
    expect(refused).toBeInstanceOf(FaultError);
    expect(refused).toMatchObject({ author: event.author, event: event.id, because: { rule } });
    expect(this.history.has(event.id)).toBe(false);
  }

  /** What counts, in the order of all. */
  order(): EventId[] {
    return this.history.events().filter((id) => this.history.says(id));
  }
}

/** The founder and `count` people who were let in, all with the same events. */
export async function newRoom(count: number, change: Partial<RoomSettings> = {}): Promise<[Person, ...Person[]]> {
  const founder = new Person(1);
  const { history, event } = await founder.writer.begin({ ...settings, ...change }, start);
  founder.enter(history);
  const others = Array.from({ length: count }, (_, i) => new Person(2 + i, new History(event, start)));
  for (const one of others) await founder.admit(one);
  meet(founder, ...others);
  return [founder, ...others];
}

/** A history with nothing but the first event of somebody else's. */
export function historyLike({ history }: Person): History {
  return new History(history.event(history.root) as Event, start);
}

/** Brings all to the same, by summaries. */
export function meet(...people: readonly Person[]): void {
  for (let round = 0; round < 10; round++) {
    for (const a of people) for (const b of people) if (a !== b) exchange(a, b);
    if (people.every((one) => one.history.digest() === people[0]?.history.digest())) return;
  }
  throw new Error('they do not come to the same');
}

function exchange(a: Person, b: Person): void {
  for (const id of a.history.lacking(b.history.summary())) {
    const event = a.history.give(id, b.id);
    if (event !== null) b.history.add(event, b.now);
  }
}
