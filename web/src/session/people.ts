/** Whom this device has met in rooms, and who of them was verified (SPEC H9). */
import type { IdentityKey, RoomId } from '../protocol/ids';
import type { DeviceStore } from './device-store';
import type { EpochMs } from './model';

/** What is known of somebody who comes to a room. */
export type Acquaintance = {
  /** This very device was verified before. */
  readonly verified: boolean;
  /** Another one was here before, and that one was not verified. */
  readonly newDevice: boolean;
  /** When the other one that was here before was verified; null if it was not, or is the same. */
  readonly changedFrom: EpochMs | null;
};

/** One for a page. What the device cannot keep is forgotten, and nothing fails for it. */
export class People {
  readonly #store: DeviceStore;
  readonly #now: () => EpochMs;

  constructor(store: DeviceStore, now: () => EpochMs) {
    this.#store = store;
    this.#now = now;
  }

  /** Somebody has come to a room, and proved who they are. They are remembered, unless they need {@link accept}. */
  async meet(room: RoomId, identity: IdentityKey): Promise<Acquaintance> {
    const [before, verifiedAt] = await Promise.all([this.#store.roomOf(room), this.#store.verifiedAt(identity)]);
    const other = before !== null && before.identity !== identity ? before : null;
    const changedFrom = other?.verifiedAt ?? null;
    const verified = verifiedAt !== null;
    if (changedFrom === null) await this.#store.keepRoom(room, { identity, verifiedAt, metAt: this.#now() });
    return { verified, newDevice: other !== null && changedFrom === null && !verified, changedFrom };
  }

  /** The person takes them for who should be there, although another one was verified. */
  async accept(room: RoomId, identity: IdentityKey): Promise<void> {
    const verifiedAt = await this.#store.verifiedAt(identity);
    await this.#store.keepRoom(room, { identity, verifiedAt, metAt: this.#now() });
  }

  /** The person has compared, and they are who they should be; or takes that back. */
  async verify(room: RoomId, identity: IdentityKey, same: boolean): Promise<void> {
    const verifiedAt = same ? this.#now() : null;
    await this.#store.keepVerified(identity, verifiedAt);
    await this.#store.keepRoom(room, { identity, verifiedAt, metAt: this.#now() });
  }

  /** A member of a room of many was compared with before. */
  async isVerified(identity: IdentityKey): Promise<boolean> {
    return (await this.#store.verifiedAt(identity)) !== null;
  }

  /** The same as {@link verify}, of a member of a room of many, where nobody is expected more than others. */
  verifyMember(identity: IdentityKey, same: boolean): Promise<void> {
    return this.#store.keepVerified(identity, same ? this.#now() : null);
  }
}
