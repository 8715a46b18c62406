/** One room that a person is in: its stay, what is shown of it, what is kept of it, and what the person can do there. */
import type { EventId, IdentityKey } from '../../protocol/ids';
import { textFault } from '../../protocol/message';
import { ParseError } from '../../protocol/parse-error';
import type { RoomId } from '../../protocol/ids';
import type { KeptRoom } from '../../room/archive/archive';
import type { Action } from '../../room/member/action';
import { NotFounder, NotIn } from '../../room/member/config';
import type { Member } from '../../room/member/member';
import type { Journey } from '../journey';
import type { Safety } from '../model';
import type {
  RoomCard, RoomReceipt, RoomRefusal, RoomResult, RoomSettings, RoomState, RoomVerbs,
} from '../room-model';
import { Awaited } from '../scope';
import { Company } from './company';
import { deliveryOf, Drawing, settingsOf } from './drawing';
import { EntryCache } from './entries';
import { Files } from './files';
import { Keeper } from './keeper';
import { OfferedCode } from './offered-code';
import { saved } from './saving';
import { found } from './searching';
import { Stay, type StayPlan } from './stay';
import { nameNote, type RoomParts } from './parts';
import { firstUnread, newsOf } from './unread';

/** An own text can be changed, or taken back, for so long (E11). */
const changeableMs = 24 * 3_600_000;

const fine: RoomResult = { ok: true };
const no = (why: RoomRefusal): RoomResult => ({ ok: false, why });

/** Owned by the list of rooms. */
export class Room implements RoomVerbs {
  readonly #journey: Journey;
  readonly #parts: RoomParts;
  readonly #plan: StayPlan;
  readonly #stay: Stay;
  readonly #keeper: Keeper;
  readonly #entries: EntryCache;
  readonly #company: Company;
  readonly #code: OfferedCode;
  readonly #files: Files;
  readonly #drawing: Drawing;
  readonly #written = new Awaited<void>();

  /** @param before - what was kept of it; null: nothing. @param show - draws it. */
  constructor(journey: Journey, parts: RoomParts, plan: StayPlan, before: KeptRoom | null, show: (state: RoomState) => void) {
    this.#journey = journey;
    this.#parts = parts;
    this.#plan = plan;
    this.#stay = new Stay(journey, plan, {
      begun: () => {
        const ids = this.#timelineIds();
        this.#entries.forget(ids);
        this.#files.look(ids);
        this.#drawing.unreadFrom = firstUnread(this.#member?.timeline ?? null, this.#keeper.seen);
        this.#drawing.draw();
      },
      keep: (ids) => this.#keeper.keep(ids),
      moved: (epoch, code) => {
        this.#keeper.moved(epoch, code);
        this.#code.end();
      },
      changed: (ids) => {
        this.#entries.forget(ids);
        this.#files.look(ids);
        this.#drawing.draw();
      },
      dirty: () => {
        this.#files.linkMembers();
        this.#drawing.draw();
      },
      blocks: (peer, line) => this.#files.link(peer, line),
      tampered: () => this.#drawing.warn(),
      left: async () => {
        await Promise.all([this.#keeper.flush(), this.#files.close()]);
        this.#written.resolve();
      },
    });
    this.#entries = new EntryCache(() => this.#member?.timeline ?? null, {
      self: plan.signer.identity,
      founder: () => this.#member?.history?.founder ?? null,
      delivery: (id) => deliveryOf(this.#member, id),
      file: (root, author) => this.#files.shown(root, author),
      ahead: (id) => {
        const history = this.#member?.history ?? null;
        return (history?.event(id)?.time ?? 0) > (history?.shown(id) ?? 0);
      },
    });
    this.#company = new Company(parts, {
      member: () => this.#member,
      hidden: () => this.#keeper.hidden,
      links: this.#stay.links,
      changed: () => this.#drawing.draw(),
    });
    this.#code = new OfferedCode(journey, () => this.#drawing.draw());
    this.#files = new Files({
      self: plan.signer.identity,
      timers: journey.deps.timers,
      subtle: journey.subtle(),
      random: journey.deps.random,
      load: parts.files,
      member: () => this.#member,
      kept: () => this.#keeper.on,
      say: (said) => this.#does((member) => member.sayFile(said)).ok,
      changed: (ids) => {
        this.#entries.forget(ids);
        this.#drawing.draw();
      },
      dirty: () => this.#drawing.draw(),
    });
    const { archive, notes } = parts;
    const source = {
      root: () => this.#member?.root ?? null,
      event: (id: EventId) => this.#member?.event(id) ?? null,
      chain: () => this.#member?.chain() ?? null,
      card: () => this.#kept(),
    };
    this.#keeper = new Keeper({ archive, notes, timers: journey.deps.timers }, source, plan.code, before, parts.keeps);
    this.#drawing = new Drawing(journey, {
      stay: this.#stay, keeper: this.#keeper, entries: this.#entries, company: this.#company, code: this.#code, files: this.#files,
      keepable: parts.keepable, show,
    });
  }

  /** Stays until the journey ends. @throws Failure; Ended. */
  run(): Promise<never> {
    this.#journey.makeCode = () => this.makeCode();
    return this.#stay.run();
  }

  /** The room's first event; null while none is known. */
  get root(): EventId | null {
    return this.#member?.root ?? null;
  }

  /** What the list shows of it. */
  card(id: RoomId): RoomCard {
    const people = this.#company.list();
    const { name, founder, unread, last } = this.#kept();
    return { id, name, founder, is: 'open', here: people.filter((one) => one.presence === 'here').length, unread, last };
  }

  /** Once it was left: when what was said last is kept. */
  get written(): Promise<void> {
    return this.#written.promise;
  }

  /** The settings are other ones. */
  configured(): void {
    this.#stay.configured();
  }

  /** What is kept of it; null: nothing. */
  get kept(): KeptRoom | null {
    return this.#keeper.kept;
  }

  /** Forgets what is kept of it. */
  forget(): void {
    this.#keeper.forget();
    this.#files.forgetAll();
  }

  say(text: string, reply?: EventId): RoomResult {
    const fault = textFault(text);
    if (fault !== null) return no(fault);
    return this.#does((member) => (reply === undefined ? member.say(text) : member.reply(reply, text)));
  }

  edit(id: EventId, text: string): RoomResult {
    const fault = textFault(text) ?? this.#unchangeable(id);
    return fault === null ? this.#does((member) => member.edit(id, text)) : no(fault);
  }

  unsay(id: EventId): RoomResult {
    const fault = this.#unchangeable(id);
    return fault === null ? this.#does((member) => member.unsay(id)) : no(fault);
  }

  react(id: EventId, emoji: string, on: boolean): RoomResult {
    return this.#does((member) => member.react(id, emoji, on));
  }

  arrange(change: Partial<RoomSettings>): RoomResult {
    const settings = this.#member?.settings() ?? null;
    if (settings === null || !this.#founds()) return no('not_yours');
    return this.#does((member) => member.configure({ ...settings, ...change }));
  }

  remove(peer: IdentityKey): RoomResult {
    const mayRemove = this.#founds() && peer !== this.#plan.signer.identity;
    return mayRemove ? this.#does((member) => member.remove(peer)) : no('not_yours');
  }

  rename(name: string): RoomResult {
    this.#parts.notes.write(nameNote, name === '' ? null : name);
    return this.#does((member) => member.rename(name));
  }

  typing(): void {
    this.#input((member) => member.type());
  }

  seen(id: EventId): void {
    const timeline = this.#member?.timeline ?? null;
    const [before, index] = [this.#keeper.seen, timeline?.indexOf(id) ?? -1];
    if (timeline === null || index < 0 || (before !== null && timeline.indexOf(before) >= index)) return;
    this.#keeper.see(id);
    this.#input((member) => member.read(id));
    this.#drawing.draw();
  }

  hide(peer: IdentityKey, hidden: boolean): void {
    this.#keeper.hide(peer, hidden);
    this.#drawing.draw();
  }

  heed(): void {
    this.#drawing.heed();
  }

  receiptsOf(id: EventId): readonly RoomReceipt[] {
    return this.#member?.receipts(id) ?? [];
  }

  keep(kept: boolean): void {
    this.#keeper.turn(kept, this.#member?.history?.events() ?? []);
    this.#files.kept();
    this.#drawing.draw();
  }

  async search(words: string): Promise<readonly EventId[]> {
    const timeline = this.#member?.timeline ?? null;
    return timeline === null ? [] : found(timeline, words, this.#journey.deps.timers);
  }

  async save(form: 'json' | 'text'): Promise<Blob> {
    const names = new Map(this.#company.list().map(({ id, name }) => [id, name]));
    return saved(this.#entries.now(), settingsOf(this.#member), names, form);
  }

  safetyOf(peer: IdentityKey): Promise<Safety | null> {
    return this.#company.safetyOf(peer);
  }

  verifyMember(peer: IdentityKey, same: boolean): void {
    this.#company.verify(peer, same);
  }

  sendFiles(...[what, text, reply]: Parameters<RoomVerbs['sendFiles']>): void {
    this.#files.sendFiles(what, text, reply);
  }

  dropDraft(id: string): void {
    this.#files.dropDraft(id);
  }

  getFile(id: EventId): void {
    this.#files.getFile(id);
  }

  pauseFile(id: EventId): void {
    this.#files.pauseFile(id);
  }

  declineFile(id: EventId): void {
    this.#files.declineFile(id);
  }

  saveFile(id: EventId): void {
    this.#files.saveFile(id);
  }

  forgetFile(id: EventId): void {
    this.#files.forgetFile(id);
  }

  showPictures(byThemselves: boolean): void {
    this.#files.showPictures(byThemselves);
  }

  /** Makes a short code; does nothing while there is one. */
  makeCode(): void {
    if (this.#member !== null) this.#code.make(this.#member.code, this.#plan.uid);
  }

  get #member(): Member | null {
    return this.#stay.begun ? this.#stay.member : null;
  }

  /** Does what the person wants, in its turn. What the member refuses after all was refused above, or is too late. */
  #does(what: (member: Member) => Promise<{ readonly actions: readonly Action[] }>): RoomResult {
    if (this.#member?.isIn !== true || this.#journey.scope.ended) return no('not_in');
    this.#input(async (member) => {
      try {
        return (await what(member)).actions;
      } catch (error) {
        if (error instanceof NotIn || error instanceof NotFounder || error instanceof ParseError) return [];
        throw error;
      }
    });
    return fine;
  }

  #input(give: (member: Member) => Promise<readonly Action[]>): void {
    if (this.#stay.begun && !this.#journey.scope.ended) void this.#stay.input(give);
  }

  #unchangeable(id: EventId): RoomRefusal | null {
    const timeline = this.#member?.timeline ?? null;
    const entry = timeline?.at(timeline.indexOf(id)) ?? null;
    if (entry?.author !== this.#plan.signer.identity) return 'not_yours';
    return this.#journey.deps.timers.now() - entry.time > changeableMs ? 'too_late' : null;
  }

  #founds(): boolean {
    return this.#member?.people().some((one) => one.self && one.founder) ?? false;
  }

  #timelineIds(): readonly EventId[] {
    const timeline = this.#member?.timeline ?? null;
    return timeline === null ? [] : Array.from({ length: timeline.length }, (_, i) => timeline.idAt(i));
  }

  /** What the list shows of it, also when it is closed. */
  #kept(): KeptRoom['card'] {
    const names = new Map(this.#company.list().map(({ id, name }) => [id, name]));
    const nameOf = (id: IdentityKey) => names.get(id) ?? '';
    const news = newsOf(this.#member?.timeline ?? null, this.#keeper.seen, this.#plan.signer.identity, nameOf);
    return { name: settingsOf(this.#member).name, founder: this.#founds(), ...news };
  }
}

