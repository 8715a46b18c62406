/**
 * What two say to each other, over one connection after another (SPEC section 11): ours are kept until the other has
 * acknowledged them, theirs are taken once and in order, and acknowledged.
 */
import type { Hello } from '../protocol/hello';
import type { StreamId } from '../protocol/ids';
import { ackMs } from '../protocol/limits';
import type { RoomCode } from '../protocol/room-code';
import { HeardStream, Outbox, type NumberedText } from '../protocol/stream';
import type { Said } from '../peer/connection';
import type { Timers } from '../signaling/timers';
import type { PeerPort } from './ports';

/** What the words of a conversation need from around them. */
export type TextsPlan = {
  readonly timers: Timers;
  readonly stream: StreamId;
  /** A text of the other, the next one. */
  readonly heard: (text: string) => void;
  /** What the other's hello makes of this connection: true if both had heard of each other before it (H7). */
  readonly begun: (again: boolean) => void;
  /** Texts of ours have arrived: their ids. */
  readonly arrived: (ids: readonly string[]) => void;
};

/** Who has not said hello after so long is of before there were hellos (M5). */
const helloMs = 5000;

/** What is known of the other over the present connection. `before`: of a version that does not count (M5). */
type Manner = 'unknown' | 'counts' | 'before';

/** The words of one conversation. Owned by it. */
export class Texts {
  readonly #plan: TextsPlan;
  readonly #out: Outbox;
  readonly #heard = new HeardStream();
  /** By number, of what is kept. */
  readonly #ids = new Map<number, string>();
  #reunion: RoomCode | null = null;
  #peer: PeerPort | null = null;
  #manner: Manner = 'unknown';
  /** Our hello is out. */
  #greeted = false;
  /** What is kept was sent over this connection, and what comes follows it. */
  #resumed = false;
  /** The greatest number that this connection's channel has. */
  #handed = 0;
  #cancelHello: () => void = () => undefined;
  /** Null while no acknowledgement is due. */
  #cancelAck: (() => void) | null = null;

  constructor(plan: TextsPlan) {
    this.#plan = plan;
    this.#out = new Outbox(plan.stream);
  }

  /** The ids of what is not acknowledged. */
  get kept(): readonly string[] {
    return [...this.#ids.values()];
  }

  /** Goes on over this connection, silently before {@link greet}. What comes over it goes to {@link take}. */
  attach(peer: PeerPort): void {
    this.detach();
    this.#peer = peer;
    this.#manner = 'unknown';
    this.#greeted = false;
    this.#resumed = false;
    this.#handed = 0;
  }

  /** Says hello, and what is kept once the other has. @param reunion - see M8. */
  greet(reunion: RoomCode | null): void {
    const { stream, from } = this.#out;
    this.#peer?.send({ t: 'hello', stream, from, heard: this.#heard.heard, reunion, restart: true });
    this.#greeted = true;
    if (this.#manner !== 'unknown' || this.#out.kept.length === 0) this.#resume();
    if (this.#manner === 'unknown') this.#cancelHello = this.#plan.timers.after(helloMs, () => this.#ofBefore());
  }

  /** The connection is over, or about to be: what is due is said, what is kept stays. */
  detach(): void {
    if (this.#cancelAck !== null) {
      this.#cancelAck();
      this.#ack();
      this.#cancelAck?.();
      this.#cancelAck = null;
    }
    this.#cancelHello();
    this.#peer = null;
  }

  /** Where the other said that we find each other again (M8); null: nowhere. */
  get reunion(): RoomCode | null {
    return this.#reunion;
  }

  /** Says a text, now or over the next connection. @returns what became of it; `full`: nothing (M6). */
  say(id: string, text: string): 'sent' | 'sending' | 'full' {
    const one = this.#out.put(text);
    if (one === null) return 'full';
    this.#ids.set(one.n, id);
    if (this.#resumed) this.#send(one);
    return this.#ids.has(one.n) ? 'sending' : 'sent';
  }

  /** Something came from the other. */
  take(said: Said): void {
    if (said.t === 'hello') return this.#hello(said);
    if (said.t === 'ack') return this.#settle(this.#out.ack(said.n));
    if (this.#manner === 'unknown') this.#ofBefore();
    const counted = this.#manner === 'counts' && said.n !== null;
    if (!counted || this.#heard.take(said.n)) this.#plan.heard(said.text);
    if (counted) this.#cancelAck ??= this.#plan.timers.after(ackMs, () => this.#ack());
  }

  /** The channel has taken texts that had to wait. */
  sent(numbers: readonly number[]): void {
    this.#handed = numbers.at(-1) ?? this.#handed;
    if (this.#manner === 'before') this.#settle(this.#out.ack(this.#handed));
  }

  /** The first counts: a second one over the same connection would be of nobody's use (M1). */
  #hello(hello: Hello): void {
    if (this.#manner === 'counts') return;
    this.#manner = 'counts';
    this.#cancelHello();
    this.#reunion ??= hello.reunion;
    const again = this.#heard.heard?.stream === hello.stream && hello.heard?.stream === this.#out.stream;
    this.#heard.hello(hello);
    this.#plan.begun(again);
    this.#settle(this.#out.resume(hello.heard));
    if (this.#greeted) this.#resume();
  }

  #ofBefore(): void {
    this.#manner = 'before';
    this.#cancelHello();
    this.#plan.begun(false);
    this.#settle(this.#out.ack(this.#handed));
    if (this.#greeted) this.#resume();
  }

  #resume(): void {
    if (this.#resumed) return;
    this.#resumed = true;
    for (const one of this.#out.kept) this.#send(one);
  }

  #send({ n, text }: NumberedText): void {
    if (this.#peer?.send({ t: 'chat', text, n }) === 'sent') this.sent([n]);
  }

  #ack(): void {
    this.#cancelAck = null;
    const { last } = this.#heard;
    // What came before our hello, that says.
    if (last === 0 || !this.#greeted) return;
    // When the line is full: a later one says as much.
    if (this.#peer?.send({ t: 'ack', n: last }) === 'full') this.#cancelAck = this.#plan.timers.after(ackMs, () => this.#ack());
  }

  #settle(numbers: readonly number[]): void {
    const ids: string[] = [];
    for (const n of numbers) {
      const id = this.#ids.get(n);
      if (id !== undefined) ids.push(id);
      this.#ids.delete(n);
    }
    if (ids.length > 0) this.#plan.arrived(ids);
  }
}
