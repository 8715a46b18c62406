/** Whom of those that this device has met in rooms the person has compared with (SPEC H9). */
import type { IdentityKey } from '../protocol/ids';
import type { DeviceStore } from './device-store';
import type { EpochMs } from './model';

/** One for a page. What the device cannot keep is forgotten, and nothing fails for it. */
export class People {
  readonly #store: DeviceStore;
  readonly #now: () => EpochMs;

  constructor(store: DeviceStore, now: () => EpochMs) {
    this.#store = store;
    this.#now = now;
  }

  /** Somebody was compared with before, in whatever room. */
  async isVerified(identity: IdentityKey): Promise<boolean> {
    return (await this.#store.verifiedAt(identity)) !== null;
  }

  /** The person has compared, and they are who they should be; or takes that back. */
  verify(identity: IdentityKey, same: boolean): Promise<void> {
    return this.#store.keepVerified(identity, same ? this.#now() : null);
  }
}
