/**
 * One link of a room of many once it is open (SPEC R4): hellos, then frames, each read in its turn. What comes is checked
 * down to the signatures before it is told, which takes a moment; so frames wait for the one before.
 */
import type { IdentityKey } from '../../protocol/ids';
import { ParseError } from '../../protocol/parse-error';
import { encodeRoomFrame, parseRoomFrame, type ByeReason, type RoomFrame, type RoomHello } from '../../protocol/room-frame';
import type { Told } from '../../room/member/check';
import type { LinkEnd } from '../../room/member/config';
import type { Role } from '../../protocol/api';
import type { BlockLine } from '../../peer/block-line';
import type { Line, Path } from '../../peer/path';
import type { Draft } from '../draft';
import { renewing, type RenewingPlan } from '../renewing';
import type { Scope } from '../scope';

/** Who owns a link. Nothing is told after `ended`, or {@link Neighbour.close}. */
export type NeighbourOwner = {
  /** Theirs has come, and ours is out. It is awaited before the first frame is told. */
  hello(hello: RoomHello): Promise<void>;
  /** Each is awaited before the next is told. */
  frame(frame: Told): Promise<void>;
  /** Nothing waits any more of what was sent. */
  drained(): void;
  steady(steady: boolean): void;
  path(path: Path): void;
  ended(end: LinkEnd): void;
};

/** What takes a relayed link beyond the end of its credentials (M11). */
export type Renewal = Pick<RenewingPlan, 'timers' | 'random' | 'fetch'>;

/** A hello is waited for so long. */
const helloMs = 10_000;
/** More frames than these, or characters of them, nobody leaves unread who keeps to O9. */
const mostWaiting = 4096;
const mostWaitingCharacters = 16 * 1024 * 1024;

/** Owned by a room's stay. */
export class Neighbour {
  readonly id: IdentityKey;
  readonly role: Role;
  readonly #draft: Draft;
  readonly #owner: NeighbourOwner;
  readonly #renewal: Renewal;
  #greeted = false;
  #over = false;
  #waiting = 0;
  #waitingCharacters = 0;
  #last: Promise<void> = Promise.resolve();
  #cancelLate: () => void = () => undefined;
  #endRenewing: () => void = () => undefined;

  /** Says our hello. @param draft - open. @param scope - bounds the wait for theirs. */
  constructor(
    scope: Scope, draft: Draft, id: IdentityKey, role: Role, ours: RoomHello, renewal: Renewal, owner: NeighbourOwner,
  ) {
    this.id = id;
    this.role = role;
    this.#draft = draft;
    this.#renewal = renewal;
    this.#owner = owner;
    draft.peer.push(encodeRoomFrame(ours));
    this.#cancelLate = scope.after(helloMs, () => this.#end({ how: 'protocol_error' }));
    draft.talk({
      frame: (frame) => this.#take(frame),
      drained: () => this.#tell(() => owner.drained()),
      steady: (steady) => this.#tell(() => owner.steady(steady)),
      path: (path) => this.#tell(() => owner.path(path)),
      // Behind what has come before.
      ended: () => this.#inTurn(0, async () => this.#end({ how: 'lost' })),
    });
  }

  /** Nothing goes over it any more. */
  get over(): boolean {
    return this.#over;
  }

  /** Hands a frame over. False: the link is of no use, because the other takes nothing. */
  send(frame: RoomFrame): boolean {
    if (this.#over) return true;
    const sent = this.#draft.peer.push(encodeRoomFrame(frame));
    if (sent === 'full') this.#end({ how: 'lost' });
    return sent !== 'full';
  }

  /** For blocks (B3); null: there is none. */
  get blocks(): BlockLine | null {
    return this.#draft.peer.blocks;
  }

  /** Little of what was sent is still here. */
  get low(): boolean {
    return this.#draft.peer.low;
  }

  /** The network is another one (M7). */
  networkChanged(): void {
    this.#draft.peer.restart();
  }

  line(): Promise<Line> {
    return this.#draft.peer.line();
  }

  /** Says why, and closes when that is out. */
  async close(reason: ByeReason | null): Promise<void> {
    if (this.#over) return;
    this.#finished();
    this.#draft.peer.push(encodeRoomFrame({ t: 'bye', reason }));
    await this.#draft.peer.finish();
  }

  /** For the end of the page: says bye without waiting. */
  sayBye(): void {
    if (!this.#over) this.#draft.peer.push(encodeRoomFrame({ t: 'bye', reason: null }));
  }

  #take(frame: string): void {
    this.#waiting++;
    this.#waitingCharacters += frame.length;
    if (this.#waiting > mostWaiting || this.#waitingCharacters > mostWaitingCharacters) {
      return this.#end({ how: 'protocol_error' });
    }
    return this.#inTurn(frame.length, async () => this.#read(frame));
  }

  #inTurn(characters: number, work: () => Promise<void>): void {
    this.#last = this.#last.then(async () => {
      if (characters > 0) {
        this.#waiting--;
        this.#waitingCharacters -= characters;
      }
      if (!this.#over) await work();
    });
  }

  async #read(text: string): Promise<void> {
    let frame: ReturnType<typeof parseRoomFrame>;
    try {
      frame = parseRoomFrame(text);
    } catch (error) {
      // A frame against the rules is dropped, the channel stays open (C4).
      if (error instanceof ParseError) return;
      throw error;
    }
    if (frame.t === 'unknown') return;
    if (frame.t === 'bye') return this.#end({ how: 'bye', reason: frame.reason });
    if (frame.t === 'hello') return this.#hello(frame);
    if (!this.#greeted) return this.#end({ how: 'protocol_error' });
    if (frame.t === 'restart') return void this.#draft.peer.takeRestart(frame);
    await this.#owner.frame(frame);
  }

  async #hello(hello: RoomHello): Promise<void> {
    if (this.#greeted) return;
    this.#greeted = true;
    this.#cancelLate();
    const { ice: list, peer } = this.#draft;
    peer.mayRestart(hello.restart);
    this.#endRenewing = renewing({ ...this.#renewal, peer, list, move: () => this.#makeAnew() });
    await this.#owner.hello(hello);
  }

  /** It cannot live on: it ends while there is time, and the member, who wants it, makes another one. */
  #makeAnew(): void {
    if (this.#over) return;
    void this.close('spare');
    this.#owner.ended({ how: 'lost' });
  }

  #finished(): void {
    this.#over = true;
    this.#cancelLate();
    this.#endRenewing();
  }

  #tell(tell: () => void): void {
    if (!this.#over) tell();
  }

  #end(end: LinkEnd): void {
    if (this.#over) return;
    this.#finished();
    this.#draft.peer.close();
    this.#owner.ended(end);
  }
}
