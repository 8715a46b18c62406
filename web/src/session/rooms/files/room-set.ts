/**
 * The files that one event, or several, speak of, in one room: their manifest comes by itself (SPEC F6), the rest when it is
 * wanted.
 *
 *     nothing ─► some of the manifest ─► all of it ─► opened to be written ─► here
 */
import { FileFailure } from '../../../files/failure';
import { digestBytes, sizeOf } from '../../../files/manifest';
import { Received } from '../../../files/received';
import type { ToSave } from '../../../files/saving';
import { SealedWrong } from '../../../files/seal';
import { Sent } from '../../../files/sent';
import type { FileSet } from '../../../files/set';
import type { Bytes } from '../../../protocol/base64url';
import type { BlockId, FileKey, IdentityKey } from '../../../protocol/ids';
import { ParseError } from '../../../protocol/parse-error';
import type { FileTrouble } from '../../file-model';
import type { Driver } from './driver';
import { Head } from './head';
import { shownAs, sortOf } from './sorts';
import type { FilesTools } from './tools';
import type { Wish } from './wishes';

/** Blocks of a manifest that come by themselves: the root, and 1 MiB (F6). */
const mostByItself = 5;
/** A picture that is not larger may come by itself. */
const mostPicture = 2 ** 20;

/** What a set needs of its room. */
export type SetPlan = {
  readonly driver: Driver;
  readonly tools: FilesTools;
  readonly subtle: SubtleCrypto;
  /** Pictures may come by themselves. */
  pictures(): boolean;
  /** What the person wants of it is another thing now: to be kept. */
  wished(root: BlockId): void;
  changed(root: BlockId): void;
};

/** Owned by a room's files. */
export class RoomSet {
  readonly root: BlockId;
  readonly mine: boolean;
  readonly faulty = new Set<IdentityKey>();
  wish: Wish;
  trouble: FileTrouble | null = null;
  /** Null while not all of the manifest is here. */
  set: FileSet | null = null;
  /** All was checked and written. */
  here = false;
  /** An address to show it by; null: none. */
  preview: string | null = null;
  readonly #plan: SetPlan;
  readonly #head: Head;
  #held: Sent | Received | null = null;
  /** One after the other: of the manifest's blocks, and of what is opened and let go. */
  #last: Promise<unknown> = Promise.resolve();
  #over = false;

  constructor(root: BlockId, key: FileKey, mine: boolean, wish: Wish, plan: SetPlan) {
    this.root = root;
    this.mine = mine;
    this.wish = wish;
    this.#plan = plan;
    this.#head = new Head(root, key, plan.subtle);
  }

  /** Own files that were just read: all is here. @param first - of them. */
  serve(sent: Sent, first: Blob | undefined): void {
    this.set = sent.set;
    this.#held = sent;
    this.here = true;
    this.#head.fill(sent.set.head);
    this.#plan.driver.give((exchange) => exchange.serve(this.root, sent.set.digests.subarray(digestBytes)));
    if (first !== undefined) this.#show(first);
  }

  /** Begins with what is kept of it here, or asks for its manifest. */
  async begin(): Promise<void> {
    const kept = await this.#plan.tools.storage.head(this.root).catch(() => null);
    for (const [index, block] of (kept ?? []).entries()) {
      if (this.#over || !(await this.#head.isNamed(index, block)) || !(await this.keep(index, block))) break;
    }
    if (this.set === null && this.trouble === null) this.#plan.driver.give((exchange) => exchange.want(this.root));
  }

  /** Another event says it, with this key. */
  also(key: FileKey): void {
    if (!this.#head.also(key) || this.set !== null || this.trouble?.is !== 'broken') return;
    this.trouble = null;
    this.#plan.driver.give((exchange) => exchange.drop(this.root));
    this.#plan.driver.give((exchange) => exchange.want(this.root));
    this.#plan.changed(this.root);
  }

  /** A block for somebody; null: it is not to be had. */
  async read(index: number): Promise<Bytes | null> {
    const head = this.#head.block(index);
    if (head !== null || this.#held === null) return head;
    try {
      const block = await this.#held.readBlock(index);
      if (block === null && this.here) throw new FileFailure({ is: 'changed' });
      return block;
    } catch (error) {
      this.#fail(error);
      await this.#lose();
      return null;
    }
  }

  /** What was here is not any more, or not what it was: nobody is to be told again that it is. */
  async #lose(): Promise<void> {
    if (!this.here) return;
    this.here = false;
    if (!(this.#held instanceof Sent)) await this.#discard();
    this.#held = null;
    this.#reopen();
  }

  /** Keeps a block that was checked. */
  async keep(index: number, block: Bytes): Promise<boolean> {
    try {
      if (this.set === null) await this.#inTurn(() => this.#take(index, block));
      else if (this.#held instanceof Received) await this.#held.keep(index, block);
      else return this.#head.block(index) !== null;
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /** Something of it is another now. */
  changed(): void {
    const { complete } = this.#plan.driver.progress(this.root);
    if (complete && !this.here && this.#held instanceof Received) void this.#inTurn(() => this.#finish());
  }

  /** It is wanted, by the person or by itself. */
  async get(asked: boolean): Promise<void> {
    if (this.here) return;
    this.#wish('wanted', asked);
    this.trouble = null;
    if (this.set === null) this.#plan.driver.give((exchange) => exchange.want(this.root));
    else await this.#inTurn(() => this.#fetch(asked));
  }

  pause(): void {
    if (this.here || this.wish.is !== 'wanted') return;
    this.#wish('paused');
    this.#plan.driver.give((exchange) => exchange.pause(this.root));
  }

  /** It is not wanted; what has come of it is forgotten. */
  async decline(): Promise<void> {
    if (this.#held instanceof Sent) return;
    this.#wish('declined');
    this.#plan.driver.give((exchange) => exchange.decline(this.root));
    await this.forget();
  }

  /** What has come of it is forgotten; it can be had again. */
  async forget(): Promise<void> {
    if (this.#held instanceof Sent) return;
    if (this.wish.is !== 'declined') this.#wish(null);
    this.wish = { ...this.wish, saved: false };
    this.trouble = null;
    await this.#inTurn(async () => {
      if (this.wish.is === 'wanted') return;
      await this.#discard();
      this.#reopen();
    });
  }

  /** Pictures may come by themselves now. */
  showPicture(): Promise<void> {
    return this.#inTurn(() => this.#byItself());
  }

  /** It was put where the person wants it. */
  saved(): void {
    this.wish = { ...this.wish, saved: true };
    this.#plan.wished(this.root);
  }

  /** Its files, to be put somewhere; null: they are not here, or the person's own. */
  get toSave(): ToSave | null {
    const held = this.#held;
    if (!(held instanceof Received) || !this.here) return null;
    return { entries: held.set.manifest.entries, file: (entry) => held.sink.file(entry) };
  }

  /** Nothing speaks of it any more: it is forgotten. */
  async drop(): Promise<void> {
    this.#over = true;
    this.#plan.driver.give((exchange) => exchange.drop(this.root));
    await this.#inTurn(() => this.#discard());
  }

  /** The room is left; what is here stays on the device. */
  async close(): Promise<void> {
    this.#over = true;
    this.#forgetPreview();
    await this.#inTurn(async () => {
      if (this.#held instanceof Received) await this.#held.sink.close();
    });
  }

  /** Takes a block of the manifest. */
  async #take(index: number, block: Bytes): Promise<void> {
    const set = await this.#head.take(index, block);
    if (this.#over) return;
    const { driver } = this.#plan;
    const { bits, length, parts } = this.#head;
    if (set !== null) {
      // What the manifest says is not asked for before somebody wants it.
      driver.give((exchange) => exchange.pause(this.root));
      await this.#opened(set);
    } else if (index === 0) {
      if (length > mostByItself && this.wish.is !== 'wanted') driver.give((exchange) => exchange.pause(this.root));
      driver.give((exchange) => exchange.extend(this.root, parts, false).actions);
    }
    driver.give((exchange) => exchange.have(this.root, bits));
  }

  /** All of the manifest is here. */
  async #opened(set: FileSet): Promise<void> {
    this.set = set;
    const { driver } = this.#plan;
    const { bits, length } = this.#head;
    driver.give((exchange) => exchange.extend(this.root, set.digests.subarray(length * digestBytes), true).actions);
    driver.give((exchange) => exchange.have(this.root, bits));
    if (this.wish.is === 'declined') driver.give((exchange) => exchange.decline(this.root));
    else if (this.wish.is === 'wanted' || this.wish.is === 'paused') await this.#fetch(false);
    else await this.#byItself();
    this.#plan.changed(this.root);
  }

  /** A picture comes by itself, where that is chosen and nothing else was said of it. */
  async #byItself(): Promise<void> {
    const { set } = this;
    if (set === null || this.mine || this.wish.is !== null || !this.#plan.pictures() || !this.#isPicture(set)) return;
    this.#wish('wanted');
    await this.#fetch(false);
  }

  /** Asks for what is missing, if there is room for it. */
  async #fetch(asked: boolean): Promise<void> {
    const { driver, tools } = this.#plan;
    if (this.set === null || this.#over || this.#held instanceof Sent) return;
    try {
      if (this.#held === null) {
        const kept = await tools.storage.head(this.root);
        if (kept === null) await tools.space(sizeOf(this.set.manifest), asked);
        this.#held = new Received(this.set, await tools.storage.open(this.set));
      }
    } catch (error) {
      return this.#fail(error);
    }
    const { has } = this.#held;
    // Empty files have nothing to wait for.
    if (has.full) await this.#finish();
    driver.give((exchange) => exchange.have(this.root, has.bytes));
    if (this.wish.is === 'wanted') driver.give((exchange) => exchange.want(this.root));
    return this.#plan.changed(this.root);
  }

  async #finish(): Promise<void> {
    if (this.here || this.#over || !(this.#held instanceof Received)) return;
    try {
      const { sink } = this.#held;
      await sink.finish();
      this.here = true;
      this.#show(await sink.file(0));
    } catch (error) {
      this.#fail(error);
    }
    this.#plan.changed(this.root);
  }

  /** An address for a file that can be shown, if it is the only one. */
  #show(file: Blob): void {
    const [entry, ...others] = this.set?.manifest.entries ?? [];
    const type = entry === undefined || others.length > 0 ? null : shownAs(entry.path.at(-1) ?? '');
    if (type === null || this.preview !== null || this.#over) return;
    this.preview = this.#plan.tools.address(file.slice(0, file.size, type));
  }

  #isPicture({ manifest }: FileSet): boolean {
    const [entry, ...others] = manifest.entries;
    const isOne = entry !== undefined && others.length === 0 && entry.size <= mostPicture;
    return isOne && sortOf(entry.path.at(-1) ?? '') === 'picture' && shownAs(entry.path.at(-1) ?? '') !== null;
  }

  #wish(is: Wish['is'], toKeep = true): void {
    this.wish = { ...this.wish, is };
    if (toKeep) this.#plan.wished(this.root);
    this.#plan.changed(this.root);
  }

  #fail(error: unknown): void {
    this.trouble = troubleOf(error);
    this.#plan.driver.give((exchange) => (this.trouble?.is === 'broken' ? exchange.decline(this.root) : exchange.pause(this.root)));
    this.#plan.changed(this.root);
  }

  async #discard(): Promise<void> {
    this.#forgetPreview();
    const held = this.#held;
    this.#held = null;
    this.here = false;
    // What cannot be forgotten now is when the app begins again.
    if (held instanceof Received) await held.sink.discard().catch(() => undefined);
    else await this.#plan.tools.storage.forget(this.root).catch(() => undefined);
  }

  /** The manifest is here, and nothing else. */
  #reopen(): void {
    const { driver } = this.#plan;
    this.here = false;
    if (this.#over || this.set === null) return;
    const { digests } = this.set;
    driver.give((exchange) => exchange.drop(this.root));
    driver.give((exchange) => exchange.extend(this.root, digests.subarray(digestBytes), true).actions);
    driver.give((exchange) => exchange.have(this.root, this.#head.bits));
    if (this.wish.is === 'declined') driver.give((exchange) => exchange.decline(this.root));
    this.#plan.changed(this.root);
  }

  #forgetPreview(): void {
    if (this.preview !== null) this.#plan.tools.forgetAddress(this.preview);
    this.preview = null;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function troubleOf(error: unknown): FileTrouble {
  if (error instanceof FileFailure) return error.why;
  if (error instanceof SealedWrong || error instanceof ParseError) return { is: 'broken' };
  throw error;
}
