/** One link between two members: reliable and in order, as a data channel is, with a delay of its own. */
import { encodeRoomFrame, parseRoomFrame, type ParsedRoomFrame, type RoomFrame } from '../../../protocol/room-frame';
import type { World } from './world';

/** One end of a link. `take`: what comes there, one after the other. */
export type WireEnd = { take(frame: ParsedRoomFrame): Promise<void> };

export class Wire {
  readonly #world: World;
  readonly #delayMs: number;
  readonly #last: [number, number] = [0, 0];
  #ends: [WireEnd, WireEnd] | null = null;
  /** Frames and their characters that went over it. */
  frames = 0;
  characters = 0;

  constructor(world: World, delayMs: number) {
    this.#world = world;
    this.#delayMs = delayMs;
  }

  get isCut(): boolean {
    return this.#ends === null;
  }

  join(ends: [WireEnd, WireEnd]): void {
    this.#ends = ends;
  }

  /** What is under way is lost. */
  cut(): void {
    this.#ends = null;
  }

  /** @param to - which end. @param gone - when the frame has left the sender's buffer. */
  send(to: 0 | 1, frame: RoomFrame, gone: () => Promise<void> | void = () => undefined): void {
    const text = encodeRoomFrame(frame);
    this.frames++;
    this.characters += text.length;
    const at = Math.max(this.#world.now + this.#delayMs + this.#world.chance(10), this.#last[to]);
    this.#last[to] = at;
    this.#world.after(at - this.#world.now, async () => {
      await this.#ends?.[to].take(parseRoomFrame(text));
      await gone();
    });
  }
}
