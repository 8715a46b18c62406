/** Runs the exchange of blocks of one room: gives it what happens, one after the other, and does what it asks for. */
import type { Action } from '../../../blocks/action';
import { createExchange, type Exchange } from '../../../blocks/exchange';
import type { Progress } from '../../../blocks/progress';
import type { BlockLine } from '../../../peer/block-line';
import { encodeBase64url, type Bytes } from '../../../protocol/base64url';
import { encodeBlockFrame, parseBlockFrame, type BlockFrame } from '../../../protocol/block-frame';
import type { BlockId, IdentityKey } from '../../../protocol/ids';
import { ParseError } from '../../../protocol/parse-error';
import type { Timers } from '../../../signaling/timers';

/** Who has the sets. */
export type DriverOwner = {
  /** A block for somebody; null: it is not to be had. Never rejects. */
  read(set: BlockId, index: number): Promise<Bytes | null>;
  /** Writes a block that was checked. False: it could not, and the set is paused. Never rejects. */
  keep(set: BlockId, index: number, block: Bytes): Promise<boolean>;
  /** @param set - null: whatever the set. */
  blame(peer: IdentityKey, set: BlockId | null): void;
  changed(set: BlockId): void;
  /** Some time has gone by. */
  ticked(): void;
};

/** Owned by a room's files. */
export class Driver {
  readonly #exchange: Exchange;
  readonly #timers: Timers;
  readonly #subtle: SubtleCrypto;
  readonly #owner: DriverOwner;
  readonly #lines = new Map<IdentityKey, BlockLine>();
  #cancelTick: () => void = () => undefined;
  #over = false;

  constructor(self: IdentityKey, timers: Timers, subtle: SubtleCrypto, owner: DriverOwner) {
    this.#timers = timers;
    this.#subtle = subtle;
    this.#owner = owner;
    this.#exchange = createExchange({ self, now: timers.now() });
  }

  /** Blocks for a member go over this from now on; null: over nothing. */
  link(peer: IdentityKey, line: BlockLine | null): void {
    const former = this.#lines.get(peer);
    if (former === (line ?? undefined) || this.#over) return;
    former?.listen(null);
    this.#lines.delete(peer);
    if (line === null) return this.give((exchange) => exchange.unlinked(peer));
    this.#lines.set(peer, line);
    this.give((exchange) => exchange.linked(peer, line.room));
    line.listen({
      frame: (raw) => {
        const frame = readFrame(raw);
        if (frame !== null) this.give((exchange) => exchange.received(peer, frame));
      },
      drained: (room) => this.give((exchange) => exchange.drained(peer, room)),
    });
    return undefined;
  }

  /** Gives the exchange an input, and does what comes of it. */
  give(input: (exchange: Exchange) => readonly Action[]): void {
    if (this.#over) return;
    this.#perform(this.#exchange.tick(this.#timers.now()));
    this.#perform(input(this.#exchange));
    this.#schedule();
  }

  progress(set: BlockId): Progress {
    return this.#exchange.progress(set);
  }

  /** Nothing is done any more. */
  close(): void {
    this.#over = true;
    this.#cancelTick();
    for (const line of this.#lines.values()) line.listen(null);
    this.#lines.clear();
  }

  #schedule(): void {
    this.#cancelTick();
    const next = this.#exchange.next();
    this.#cancelTick = () => undefined;
    if (next === Infinity || this.#over) return;
    this.#cancelTick = this.#timers.after(Math.max(0, next - this.#timers.now()), () => {
      this.give(() => []);
      this.#owner.ticked();
    });
  }

  #perform(actions: readonly Action[]): void {
    for (const action of actions) this.#do(action);
  }

  #do(action: Action): void {
    switch (action.do) {
      case 'send':
        return this.#lines.get(action.peer)?.send(encodeBlockFrame(action.frame));
      case 'read':
        return void this.#owner.read(action.set, action.index).then((block) => this.give((one) => one.read(action.task, block)));
      case 'check':
        return void this.#check(action.id, action.bytes).then((ok) => this.give((one) => one.checked(action.task, ok)));
      case 'keep': {
        const kept = this.#owner.keep(action.set, action.index, action.bytes);
        return void kept.then((ok) => this.give((one) => one.kept(action.task, ok)));
      }
      case 'blame':
        return this.#owner.blame(action.peer, action.set);
      case 'changed':
        return this.#owner.changed(action.set);
    }
  }

  async #check(id: BlockId, block: Bytes): Promise<boolean> {
    return encodeBase64url(new Uint8Array(await this.#subtle.digest('SHA-256', block))) === id;
  }
}

/** Null for what is none: it is dropped (B3). */
function readFrame(raw: Bytes): BlockFrame | null {
  try {
    return parseBlockFrame(raw);
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}
