/** The short code that a room can be entered with, from the press that asks for it to its end. */
import type { Uid } from '../../protocol/ids';
import type { RoomCode } from '../../protocol/room-code';
import type { Journey } from '../journey';
import type { ShortCode } from '../model';
import type { Scope } from '../scope';

/** Owned by a room. */
export class OfferedCode {
  readonly #journey: Journey;
  readonly #changed: () => void;
  #shown: ShortCode = { is: 'none' };
  #scope: Scope | null = null;

  /** @param changed - told when another one is to be shown. */
  constructor(journey: Journey, changed: () => void) {
    this.#journey = journey;
    this.#changed = changed;
  }

  get shown(): ShortCode {
    return this.#shown;
  }

  /** Makes one; does nothing while there is one. */
  make(room: RoomCode, uid: Uid): void {
    if (this.#scope?.ended === false) return;
    const { scope, deps } = this.#journey;
    const own = scope.child();
    const show = (code: ShortCode) => {
      this.#shown = code;
      this.#changed();
    };
    this.#scope = own;
    show({ is: 'making' });
    own.wait(deps.codes()).then(
      (codes) => codes.offer(own, { room, uid, show }),
      () => {
        if (!own.ended) void own.end().then(() => show({ is: 'failed' }));
      },
    );
  }

  /** It leads to where the room was. */
  end(): void {
    void this.#scope?.end();
    this.#shown = { is: 'none' };
    this.#changed();
  }
}
