/**
 * A room's surroundings in memory and in virtual time: links with delays, a store with the documents of doors, and what is
 * left to chance, which a seed decides. One thing happens after the other, each to its end, also where it signs.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { encodeBase64url } from '../../../protocol/base64url';
import type { IdentityKey, Key } from '../../../protocol/ids';
import type { RoomCode } from '../../../protocol/room-code';
import type { RoomFrame } from '../../../protocol/room-frame';
import { webSignatures, type Signatures, type Signer } from '../../../protocol/signing';
import { seeded } from '../../../session/testing/clock';
import type { Resident } from './resident';

type Event = { readonly at: number; readonly order: number; readonly run: () => Promise<void> | void };

/** The document of a door (SPEC D4). */
export type DoorDocument = { readonly peer: IdentityKey; readonly key: Key; readonly at: number };

/** When a test begins, in milliseconds since 1970. */
export const start = 1_800_000_000_000;

export class World {
  readonly random: () => number;
  readonly signatures: Signatures = rememberingSignatures();
  /** All who ever were there; of one who came back the last is the one who is. */
  readonly residents: Resident[] = [];
  /** Reads and writes of documents, roughly. */
  operations = 0;
  /** What somebody says in the place of what their member says; for those who are hostile. */
  meddle: (from: Resident, to: IdentityKey, frame: RoomFrame) => RoomFrame = (_from, _to, frame) => frame;
  /** Whether nothing of somebody goes out but hellos. */
  isMute: (from: Resident) => boolean = () => false;
  /** Whether two cannot reach each other. */
  isParted: (one: Resident, other: Resident) => boolean = () => false;
  /** Those that entered last at the end. */
  readonly #doors = new Map<RoomCode, DoorDocument[]>();
  #now = start;
  #order = 0;
  #events: Event[] = [];

  constructor(seed: number) {
    this.random = seeded(seed);
  }

  get now(): number {
    return this.#now;
  }

  /** A whole number from 0 to below the bound. */
  chance(below: number): number {
    return Math.floor(this.random() * below);
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.chance(256));
  }

  resident(id: IdentityKey): Resident | null {
    return this.residents.findLast((one) => one.id === id) ?? null;
  }

  /** How long a frame takes to somebody. */
  delayTo(_other: Resident): number {
    return 10 + this.chance(80);
  }

  doorsAt(code: RoomCode): readonly DoorDocument[] {
    return this.#doors.get(code) ?? [];
  }

  addDoor(code: RoomCode, door: DoorDocument): void {
    this.removeDoor(code, door.peer);
    this.#doors.set(code, [...this.doorsAt(code), door]);
  }

  removeDoor(code: RoomCode, peer: IdentityKey): void {
    this.#doors.set(code, this.doorsAt(code).filter((one) => one.peer !== peer));
  }

  after(ms: number, run: () => Promise<void> | void): void {
    this.#events.push({ at: this.#now + ms, order: this.#order++, run });
  }

  /** Lets time go by until something is so; false: it was not, in `limitMs`. */
  async until(done: () => boolean, limitMs = 60_000): Promise<boolean> {
    const end = this.#now + limitMs;
    while (!done()) {
      const next = this.#take(end);
      if (next === null) {
        this.#now = end;
        return done();
      }
      this.#now = Math.max(this.#now, next.at);
      await next.run();
    }
    return true;
  }

  async pass(ms: number): Promise<void> {
    await this.until(() => false, ms);
  }

  /** The soonest event that is not after `end`. */
  #take(end: number): Event | null {
    let soonest = -1;
    for (const [i, { at, order }] of this.#events.entries()) {
      const best = this.#events[soonest];
      if (at <= end && (best === undefined || at < best.at || (at === best.at && order < best.order))) soonest = i;
    }
    return soonest < 0 ? null : (this.#events.splice(soonest, 1)[0] ?? null);
  }
}

/** WebCrypto's, each signature checked once, though a dozen members check it. */
function rememberingSignatures(): Signatures {
  const signatures = webSignatures(crypto.subtle);
  const checked = new Map<string, Promise<boolean>>();
  return {
    ...signatures,
    verify(identity, message, signature) {
      const what = `${identity} ${signature} ${encodeBase64url(message)}`;
      const known = checked.get(what) ?? signatures.verify(identity, message, signature);
      checked.set(what, known);
      return known;
    },
  };
}

const pkcs8Head = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32]);

/** Somebody new, by what the seed says, with WebCrypto's signatures. */
export async function newSigner(world: World): Promise<Signer> {
  const seed = world.bytes(32);
  const identity = encodeBase64url(ed25519.getPublicKey(seed)) as IdentityKey;
  const pkcs8 = Uint8Array.from([...pkcs8Head, ...seed]);
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  return world.signatures.signer({ kind: 'native', identity, privateKey });
}
