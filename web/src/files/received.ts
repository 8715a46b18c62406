/** A set that comes from others: its blocks are opened, written, and made again for others (SPEC F7). */
import type { Bytes } from '../protocol/base64url';
import type { Bits } from './bits';
import type { FileSet } from './set';
import type { Sink } from './storage';

/** Blocks may be read and kept at the same time. */
export class Received {
  readonly set: FileSet;
  readonly sink: Sink;

  constructor(set: FileSet, sink: Sink) {
    this.set = set;
    this.sink = sink;
  }

  /** Which blocks can be had here. */
  get has(): Bits {
    return this.sink.written;
  }

  /**
   * Keeps a block whose digest the caller has checked.
   * @throws SealedWrong: the set is broken; FileFailure: no_space, storage.
   */
  async keep(index: number, block: Bytes): Promise<void> {
    if (this.has.has(index)) return;
    await this.sink.write(index, await this.set.open(index, block));
  }

  /** A block for somebody; null if it is not there, or not what it was. @throws FileFailure. */
  async readBlock(index: number): Promise<Bytes | null> {
    const head = this.set.head[index];
    if (head !== undefined) return head;
    const content = await this.sink.read(index);
    return content === null ? null : this.set.seal(index, content);
  }
}
