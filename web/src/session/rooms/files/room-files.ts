/**
 * The files of one room: the sets that its history speaks of, the exchange of their blocks with those who are linked, and
 * what the person wants of them (SPEC F1, F6, F7).
 */
import type { Sent } from '../../../files/sent';
import type { BlockLine } from '../../../peer/block-line';
import type { BlockId, EventId, FileKey, IdentityKey, RandomBytes } from '../../../protocol/ids';
import type { Timers } from '../../../signaling/timers';
import type { FileDraft, FilesToSend, RoomFile } from '../../file-model';
import { Drafts } from './drafts';
import { Driver } from './driver';
import { RoomSet, type SetPlan } from './room-set';
import { faceOf, shownOf, type SetFace } from './shown';
import type { FilesTools } from './tools';
import { noWish, type RoomWishes, type Wish, type Wishes } from './wishes';

/** What the files of a room need. */
export type RoomFilesPlan = {
  readonly self: IdentityKey;
  readonly tools: FilesTools;
  readonly timers: Timers;
  readonly subtle: SubtleCrypto;
  readonly random: RandomBytes;
  readonly wishes: Wishes;
  readonly room: EventId;
  /** The room is kept on this device. */
  kept(): boolean;
  /** What is shown of a set is another now: at most 5 times a second. */
  changed(root: BlockId): void;
  /** What is shown beside the sets is. */
  dirty(): void;
};

/** So often what is shown changes while blocks come. */
const showMs = 200;

/** Owned by a room, from its first file on. */
export class RoomFiles {
  readonly #plan: RoomFilesPlan;
  readonly #driver: Driver;
  readonly #drafts: Drafts;
  readonly #sets = new Map<BlockId, RoomSet>();
  readonly #faces = new WeakMap<RoomSet, SetFace>();
  readonly #setPlan: SetPlan;
  readonly #changed = new Set<BlockId>();
  #cancelShow: (() => void) | null = null;
  #wishes: RoomWishes;

  constructor(plan: RoomFilesPlan) {
    this.#plan = plan;
    const { tools, subtle, timers } = plan;
    this.#wishes = plan.wishes.of(plan.room);
    this.#driver = new Driver(plan.self, timers, subtle, {
      read: async (root, index) => this.#sets.get(root)?.read(index) ?? null,
      keep: async (root, index, block) => this.#sets.get(root)?.keep(index, block) ?? false,
      blame: (peer, root) => this.#blame(peer, root),
      changed: (root) => {
        this.#sets.get(root)?.changed();
        this.#touch(root);
      },
      ticked: () => {
        for (const [root, { wish, here }] of this.#sets) if (wish.is === 'wanted' && !here) this.#touch(root);
      },
    });
    this.#drafts = new Drafts(tools, subtle, plan.random, () => plan.dirty());
    this.#setPlan = {
      driver: this.#driver,
      tools,
      subtle,
      pictures: () => this.pictures,
      wished: () => this.note(),
      changed: (root) => this.#touch(root),
    };
  }

  get drafts(): readonly FileDraft[] {
    return this.#drafts.list;
  }

  /** Pictures of at most 1 MiB come by themselves. */
  get pictures(): boolean {
    return this.#wishes.pictures;
  }

  /** Blocks for a member go over this from now on; null: over nothing. */
  link(peer: IdentityKey, line: BlockLine | null): void {
    this.#driver.link(peer, line);
  }

  /** An event speaks of a set. */
  said(root: BlockId, key: FileKey, mine: boolean): void {
    const known = this.#sets.get(root);
    if (known === undefined) void this.#add(root, key, mine).begin();
    else known.also(key);
  }

  /** No event speaks of it any more. */
  async unsaid(root: BlockId): Promise<void> {
    const one = this.#sets.get(root);
    if (one === undefined) return;
    this.#sets.delete(root);
    const { [root]: _, ...sets } = this.#wishes.sets;
    this.#wishes = { ...this.#wishes, sets };
    this.note();
    await one.drop();
  }

  /** What is shown of a set; null: it is not known. */
  shown(root: BlockId): RoomFile | null {
    const one = this.#sets.get(root);
    return one === undefined ? null : shownOf(one, this.#face(one), this.#driver.progress(root));
  }

  /** Reads files. @param say - says them; false: that cannot be. */
  send(what: FilesToSend, say: (root: BlockId, key: FileKey) => boolean): Promise<void> {
    return this.#drafts.read(what, (sent) => this.#say(sent, what.files[0]?.file, say));
  }

  dropDraft(id: string): void {
    this.#drafts.drop(id);
  }

  async get(root: BlockId): Promise<void> {
    await this.#sets.get(root)?.get(true);
  }

  pause(root: BlockId): void {
    this.#sets.get(root)?.pause();
  }

  async decline(root: BlockId): Promise<void> {
    await this.#sets.get(root)?.decline();
  }

  async forget(root: BlockId): Promise<void> {
    await this.#sets.get(root)?.forget();
  }

  async save(root: BlockId): Promise<void> {
    const one = this.#sets.get(root);
    const files = one?.toSave ?? null;
    if (one === undefined || files === null) return;
    if (await this.#plan.tools.save(files)) one.saved();
    this.#touch(root);
  }

  showPictures(pictures: boolean): void {
    this.#wishes = { ...this.#wishes, pictures };
    this.note();
    this.#plan.dirty();
    if (pictures) for (const one of this.#sets.values()) void one.showPicture();
  }

  /** Keeps what is wanted, also when the room is kept from now on, or not any more. */
  note(): void {
    // Of some the event has not come yet.
    const sets: Record<BlockId, Wish> = { ...this.#wishes.sets };
    for (const [root, { wish }] of this.#sets) {
      if (wish.is !== null || wish.saved) sets[root] = wish;
      else delete sets[root];
    }
    this.#wishes = { pictures: this.#wishes.pictures, sets };
    this.#plan.wishes.write(this.#plan.room, this.#wishes, this.#plan.kept());
  }

  /** Forgets what came in the room, and what was wanted. What was not loaded is forgotten when somebody looks. */
  async forgetAll(): Promise<void> {
    this.#plan.wishes.write(this.#plan.room, null, this.#plan.kept());
    await Promise.all([...this.#sets.values()].map((one) => one.drop()));
    this.#sets.clear();
  }

  /** The room is left. @returns when what came last is written. */
  async close(): Promise<void> {
    this.#cancelShow?.();
    this.#drafts.close();
    this.#driver.close();
    await Promise.all([...this.#sets.values()].map((one) => one.close()));
  }

  #add(root: BlockId, key: FileKey, mine: boolean): RoomSet {
    const one = new RoomSet(root, key, mine, this.#wishes.sets[root] ?? noWish, this.#setPlan);
    this.#sets.set(root, one);
    return one;
  }

  #say(sent: Sent, first: Blob | undefined, say: (root: BlockId, key: FileKey) => boolean): boolean {
    const { root } = sent.set;
    this.#add(root, sent.key, true).serve(sent, first);
    const said = say(root, sent.key);
    if (!said) void this.unsaid(root);
    return said;
  }

  #face(one: RoomSet): SetFace | null {
    if (one.set === null) return null;
    const known = this.#faces.get(one) ?? faceOf(one.set);
    this.#faces.set(one, known);
    return known;
  }

  #blame(peer: IdentityKey, root: BlockId | null): void {
    const those = root === null ? [...this.#sets.values()].filter((one) => one.wish.is === 'wanted') : [this.#sets.get(root)];
    for (const one of those) {
      one?.faulty.add(peer);
      if (one !== undefined) this.#touch(one.root);
    }
  }

  /** Shown at once if that was not just before, else soon. */
  #touch(root: BlockId): void {
    this.#changed.add(root);
    if (this.#cancelShow !== null) return;
    this.#show();
    this.#cancelShow = this.#plan.timers.after(showMs, () => {
      this.#cancelShow = null;
      if (this.#changed.size > 0) this.#show();
    });
  }

  #show(): void {
    const roots = [...this.#changed];
    this.#changed.clear();
    for (const root of roots) this.#plan.changed(root);
  }
}
