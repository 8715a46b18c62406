/**
 * The files of a room as the rest of it sees them. What it takes to have some is loaded when the first one is said, or
 * chosen: until then there are only the lines to neighbours, on which what they say of blocks waits.
 */
import type { BlockLine } from '../../peer/block-line';
import type { SaidFile } from '../../protocol/event-text';
import type { BlockId, EventId, IdentityKey, RandomBytes } from '../../protocol/ids';
import type { Member } from '../../room/member/member';
import type { Timers } from '../../signaling/timers';
import type { FileDraft, FilesToSend, FileVerbs, RoomFile } from '../file-model';
import type { FilesPart } from './files/part';
import type { RoomFiles } from './files/room-files';

/** What it reads of the room, and tells it. */
export type FilesPlan = {
  readonly self: IdentityKey;
  readonly timers: Timers;
  readonly subtle: SubtleCrypto;
  readonly random: RandomBytes;
  /** What files are made of. @throws Failure `function_unavailable`. */
  readonly load: () => Promise<FilesPart>;
  /** Null while the stay has not begun. */
  member(): Member | null;
  /** The room is kept on this device. */
  kept(): boolean;
  /** Says files. @returns false: this member cannot say anything. */
  say(said: SaidFile): boolean;
  /** Entries are to be drawn anew. */
  changed(ids: readonly EventId[]): void;
  /** Something else is. */
  dirty(): void;
};

/** Owned by a room. */
export class Files implements FileVerbs {
  readonly #plan: FilesPlan;
  /** By whom they go to. */
  readonly #lines = new Map<IdentityKey, BlockLine>();
  /** What each entry speaks of, and by which entries a set is spoken of. */
  readonly #roots = new Map<EventId, BlockId>();
  readonly #entries = new Map<BlockId, Set<EventId>>();
  #loading: Promise<RoomFiles> | null = null;
  #files: RoomFiles | null = null;
  #over = false;

  constructor(plan: FilesPlan) {
    this.#plan = plan;
  }

  get drafts(): readonly FileDraft[] {
    return this.#files?.drafts ?? [];
  }

  get pictures(): boolean {
    return this.#files?.pictures ?? false;
  }

  /** Blocks for somebody go over this from now on; null: over nothing. */
  link(peer: IdentityKey, line: BlockLine | null): void {
    this.#lines.delete(peer);
    if (line !== null) this.#lines.set(peer, line);
    this.#files?.link(peer, null);
    this.linkMembers();
  }

  /** Blocks are for members alone (B7): who has come in meanwhile is told of them, too. */
  linkMembers(): void {
    const member = this.#plan.member();
    if (this.#files === null || member?.isIn !== true || this.#lines.size === 0) return;
    const members = new Set(member.people().flatMap((one) => (one.in ? [one.id] : [])));
    for (const [peer, line] of this.#lines) this.#files.link(peer, members.has(peer) ? line : null);
  }

  /** Entries came, went, or changed. */
  look(ids: readonly EventId[]): void {
    const timeline = this.#plan.member()?.timeline ?? null;
    for (const id of ids) {
      if (timeline?.isFile(id) !== true) {
        this.#unsaid(id);
        continue;
      }
      const entry = timeline.at(timeline.indexOf(id));
      const file = entry.kind === 'file' ? entry.file : null;
      if (file === null) this.#unsaid(id);
      else this.#said(id, file, entry.author === this.#plan.self);
    }
  }

  /** What is shown of what an entry speaks of. */
  shown(root: BlockId, author: IdentityKey): RoomFile {
    const mine = author === this.#plan.self;
    const shown = this.#files?.shown(root) ?? null;
    return shown === null ? unknownFile(root, mine) : { ...shown, mine };
  }

  sendFiles(what: FilesToSend, text: string, reply?: EventId): void {
    if (what.files.length === 0) return;
    const say = (root: BlockId, key: SaidFile['key']) => this.#plan.say({ root, key, text, reply: reply ?? null });
    void this.#with((files) => files.send(what, say));
  }

  dropDraft(id: string): void {
    this.#files?.dropDraft(id);
  }

  getFile(id: EventId): void {
    this.#of(id, (files, root) => void files.get(root));
  }

  pauseFile(id: EventId): void {
    this.#of(id, (files, root) => files.pause(root));
  }

  declineFile(id: EventId): void {
    this.#of(id, (files, root) => void files.decline(root));
  }

  saveFile(id: EventId): void {
    // At once: browsers ask for a place only while a click is handled.
    this.#of(id, (files, root) => void files.save(root));
  }

  forgetFile(id: EventId): void {
    this.#of(id, (files, root) => void files.forget(root));
  }

  showPictures(byThemselves: boolean): void {
    void this.#with(async (files) => files.showPictures(byThemselves));
  }

  /** The room is kept from now on, or is not any more. */
  kept(): void {
    this.#files?.note();
  }

  /** The room is forgotten: so is what came in it. */
  forgetAll(): void {
    void this.#files?.forgetAll();
  }

  /** The room is left. @returns when what came last is written. */
  async close(): Promise<void> {
    this.#over = true;
    await this.#files?.close();
  }

  #said(id: EventId, { root, key }: Pick<SaidFile, 'root' | 'key'>, mine: boolean): void {
    if (this.#roots.has(id)) return;
    this.#roots.set(id, root);
    this.#entries.set(root, (this.#entries.get(root) ?? new Set()).add(id));
    void this.#with(async (files) => files.said(root, key, mine));
  }

  #unsaid(id: EventId): void {
    const root = this.#roots.get(id);
    if (root === undefined) return;
    this.#roots.delete(id);
    const entries = this.#entries.get(root);
    entries?.delete(id);
    if (entries !== undefined && entries.size > 0) return;
    this.#entries.delete(root);
    void this.#with((files) => files.unsaid(root));
  }

  #of(id: EventId, does: (files: RoomFiles, root: BlockId) => void): void {
    const root = this.#roots.get(id);
    if (root !== undefined && this.#files !== null) does(this.#files, root);
  }

  /** Does something with files, in its turn, when what they are made of is here. */
  async #with(does: (files: RoomFiles) => Promise<void>): Promise<void> {
    if (this.#over) return;
    this.#loading ??= this.#load();
    // What could not be loaded is asked for again the next time.
    const files = await this.#loading.catch(() => (this.#loading = null));
    if (files !== null && !this.#over) await does(files);
  }

  async #load(): Promise<RoomFiles> {
    const { load, member, self, timers, subtle, random, kept, changed, dirty } = this.#plan;
    const { RoomFiles: NewFiles, tools, wishes } = await load();
    const room = member()?.root ?? null;
    if (room === null) throw new Error('files: of no room');
    const files = new NewFiles({
      self, tools, timers, subtle, random, wishes, room, kept, dirty,
      changed: (root) => changed([...(this.#entries.get(root) ?? [])]),
    });
    if (this.#over) await files.close();
    this.#files = files;
    this.linkMembers();
    dirty();
    return files;
  }
}

/** A file of which nothing is known yet. */
function unknownFile(root: BlockId, mine: boolean): RoomFile {
  return {
    root, mine, name: '', sort: 'other', size: 0, entries: [], progress: { is: 'unknown' }, others: [], faulty: [], preview: null,
  };
}
