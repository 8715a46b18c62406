/** One room that a person is in: its stay, what is shown of it, what is kept of it, and what the person can do there. */
import type { RoomSettings as Settings } from '../../protocol/event-body';
import type { EventId, IdentityKey } from '../../protocol/ids';
import { textFault } from '../../protocol/message';
import { ParseError } from '../../protocol/parse-error';
import { roomIdOf, type RoomCode } from '../../protocol/room-code';
import type { RoomId } from '../../protocol/ids';
import type { KeptRoom } from '../../room/archive/archive';
import type { Action } from '../../room/member/action';
import { NotFounder, NotIn } from '../../room/member/config';
import type { Member } from '../../room/member/member';
import type { Journey } from '../journey';
import type { EpochMs, Safety, ShortCode } from '../model';
import type {
  RoomCard, RoomDelivery, RoomMember, RoomReceipt, RoomRefusal, RoomResult, RoomSettings, RoomState, RoomVerbs,
} from '../room-model';
import { Awaited, type Scope } from '../scope';
import { EntryCache } from './entries';
import { Keeper } from './keeper';
import { saved } from './saving';
import { found } from './searching';
import { Stay, type StayPlan } from './stay';
import { nameNote, type RoomParts } from './parts';

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
  readonly #show: (state: RoomState) => void;
  readonly #since: EpochMs;
  readonly #verified = new Map<IdentityKey, 'now' | 'before'>();
  /** Whose verification was looked up. */
  readonly #asked = new Set<IdentityKey>();
  #unreadFrom: EventId | null = null;
  #code: ShortCode = { is: 'none' };
  #codeScope: Scope | null = null;
  #id: RoomId | null = null;
  #codeOfId: RoomCode | null = null;
  #drawing = false;
  readonly #written = new Awaited<void>();

  /** @param before - what was kept of it; null: nothing. @param show - draws it. */
  constructor(journey: Journey, parts: RoomParts, plan: StayPlan, before: KeptRoom | null, show: (state: RoomState) => void) {
    this.#journey = journey;
    this.#parts = parts;
    this.#plan = plan;
    this.#show = show;
    this.#since = journey.deps.timers.now();
    this.#stay = new Stay(journey, plan, {
      begun: () => {
        this.#entries.forget(this.#timelineIds());
        this.#unreadFrom = this.#firstUnread();
        this.#draw();
      },
      keep: (ids) => this.#keeper.keep(ids),
      moved: (epoch, code) => {
        this.#keeper.moved(epoch, code);
        // It leads to where the room was.
        void this.#codeScope?.end();
        this.#code = { is: 'none' };
        this.#draw();
      },
      changed: (ids) => {
        this.#entries.forget(ids);
        this.#draw();
      },
      dirty: () => this.#draw(),
      left: async () => {
        await this.#keeper.flush();
        this.#written.resolve();
      },
    });
    this.#entries = new EntryCache(() => this.#member?.timeline ?? null, {
      self: plan.signer.identity,
      founder: () => this.#member?.history?.founder ?? null,
      delivery: (id) => this.#delivery(id),
      ahead: (id) => {
        const history = this.#member?.history ?? null;
        return (history?.event(id)?.time ?? 0) > (history?.shown(id) ?? 0);
      },
    });
    const { archive, notes } = parts;
    const source = {
      root: () => this.#member?.root ?? null,
      event: (id: EventId) => this.#member?.event(id) ?? null,
      chain: () => this.#member?.chain() ?? null,
      card: () => this.#kept(),
    };
    this.#keeper = new Keeper({ archive, notes, timers: journey.deps.timers }, source, plan.code, before, parts.keeps);
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
    const people = this.#people();
    const { name, founder, unread, last } = this.#kept();
    return { id, name, founder, is: 'open', here: people.filter((one) => one.presence === 'here').length, unread, last };
  }

  /** Once it was left: when what was said last is kept. */
  get written(): Promise<void> {
    return this.#written.promise;
  }

  /** What is kept of it; null: nothing. */
  get kept(): KeptRoom | null {
    return this.#keeper.kept;
  }

  /** Forgets what is kept of it. */
  forget(): void {
    this.#keeper.forget();
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
    this.#draw();
  }

  hide(peer: IdentityKey, hidden: boolean): void {
    this.#keeper.hide(peer, hidden);
    this.#draw();
  }

  receiptsOf(id: EventId): readonly RoomReceipt[] {
    return this.#member?.receipts(id) ?? [];
  }

  keep(kept: boolean): void {
    this.#keeper.turn(kept, this.#member?.history?.events() ?? []);
    this.#draw();
  }

  async search(words: string): Promise<readonly EventId[]> {
    const timeline = this.#member?.timeline ?? null;
    return timeline === null ? [] : found(timeline, words, this.#journey.deps.timers);
  }

  async save(form: 'json' | 'text'): Promise<Blob> {
    const names = new Map(this.#people().map(({ id, name }) => [id, name]));
    return saved(this.#entries.now(), this.#settings(), names, form);
  }

  async safetyOf(peer: IdentityKey): Promise<Safety | null> {
    if (!this.#people().some(({ id, self }) => id === peer && !self)) return null;
    const proved = this.#stay.links.proved(peer);
    const number = proved?.number ?? (await this.#parts.safetyNumber(peer));
    const signs = proved?.signs ?? [];
    return { signs, number, verified: this.#verified.get(peer) ?? 'no' };
  }

  verifyMember(peer: IdentityKey, same: boolean): void {
    if (same) this.#verified.set(peer, 'now');
    else this.#verified.delete(peer);
    void this.#parts.people.verify(peer, same);
    this.#draw();
  }

  /** Makes a short code; does nothing while there is one. */
  makeCode(): void {
    if (this.#codeScope?.ended === false || this.#member === null) return;
    const { scope, deps } = this.#journey;
    const own = scope.child();
    const show = (code: ShortCode) => {
      this.#code = code;
      this.#draw();
    };
    this.#codeScope = own;
    show({ is: 'making' });
    const room = this.#member.code;
    own.wait(deps.codes()).then(
      (codes) => codes.offer(own, { room, uid: this.#plan.uid, show }),
      () => {
        if (!own.ended) void own.end().then(() => show({ is: 'failed' }));
      },
    );
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

  #settings(): Settings {
    return this.#member?.settings() ?? { name: '', topic: '', invite: 'all', locked: false, history: 'all', keepSeconds: 0 };
  }

  #people(): readonly RoomMember[] {
    const member = this.#member;
    if (member === null) return [];
    const typing = new Set(member.typists());
    return member.people().map((one): RoomMember => {
      if (!one.self) this.#ask(one.id);
      return {
        id: one.id,
        name: one.name,
        self: one.self,
        founder: one.founder,
        presence: !one.in ? 'removed' : one.here ? 'here' : 'away',
        typing: typing.has(one.id),
        verified: this.#verified.has(one.id),
        hidden: this.#keeper.hidden.includes(one.id),
      };
    });
  }

  /** Looks up whether somebody's device was compared with before. */
  #ask(peer: IdentityKey): void {
    if (this.#asked.has(peer)) return;
    this.#asked.add(peer);
    void this.#parts.people.isVerified(peer).then((is) => {
      if (!is || this.#verified.has(peer)) return;
      this.#verified.set(peer, 'before');
      this.#draw();
    });
  }

  #delivery(id: EventId): RoomDelivery {
    const member = this.#member;
    const receipts = member?.receipts(id) ?? [];
    const [have, read] = [receipts.length, receipts.filter((one) => one.read).length];
    const of = member?.people().filter((one) => one.here && !one.self).length ?? 0;
    const all = Math.max(of, have);
    const is = have === 0 ? 'waiting' : read >= all ? 'read' : have >= all ? 'delivered' : 'sent';
    return { is, have, read, of: all };
  }

  /** Draws once for all that happens now. */
  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    queueMicrotask(() => {
      this.#drawing = false;
      if (!this.#journey.scope.ended) void this.#drawNow();
    });
  }

  async #drawNow(): Promise<void> {
    const member = this.#member;
    if (member === null || !this.#stay.settled) return;
    if (this.#codeOfId !== member.code) {
      const code = member.code;
      this.#id = await roomIdOf(code, this.#journey.subtle());
      this.#codeOfId = code;
    }
    const members = this.#people();
    const { keepable } = this.#parts;
    if (this.#id === null || this.#journey.scope.ended) return;
    this.#keeper.touch();
    this.#show({
      at: 'room',
      for: 'room',
      since: this.#since,
      id: this.#id,
      settings: this.#settings(),
      founder: members.some((one) => one.self && one.founder),
      members,
      entries: this.#entries.now(),
      unreadFrom: this.#unreadFrom,
      invitation: this.#stay.invitation,
      code: this.#code,
      line: this.#line(members),
      relayed: this.#stay.links.relayed,
      kept: this.#keeper.on,
      keepable,
    });
  }

  #line(members: readonly RoomMember[]): RoomState['line'] {
    if (this.#stay.links.count > 0) return 'here';
    const others = members.some((one) => !one.self && one.presence === 'here');
    return others || this.#stay.entering ? 'looking' : 'alone';
  }

  #timelineIds(): readonly EventId[] {
    const timeline = this.#member?.timeline ?? null;
    return timeline === null ? [] : Array.from({ length: timeline.length }, (_, i) => timeline.idAt(i));
  }

  #firstUnread(): EventId | null {
    const timeline = this.#member?.timeline ?? null;
    const { seen } = this.#keeper;
    const index = timeline === null || seen === null ? -1 : timeline.indexOf(seen);
    if (timeline === null || index < 0 || index + 1 >= timeline.length) return null;
    return timeline.idAt(index + 1);
  }

  /** What the list shows of it, also when it is closed. */
  #kept(): KeptRoom['card'] {
    const timeline = this.#member?.timeline ?? null;
    const me = this.#plan.signer.identity;
    const names = new Map(this.#people().map(({ id, name }) => [id, name]));
    let unread = 0;
    let last: KeptRoom['card']['last'] = null;
    const seen = timeline === null || this.#keeper.seen === null ? -1 : timeline.indexOf(this.#keeper.seen);
    for (let i = (timeline?.length ?? 0) - 1; i >= 0 && (i > seen || last === null); i--) {
      const entry = timeline?.at(i);
      if (entry?.kind !== 'text' || entry.is !== 'here') continue;
      last ??= { author: names.get(entry.author) ?? '', text: entry.text, at: entry.time };
      if (i > seen && entry.author !== me) unread++;
    }
    return { name: this.#settings().name, founder: this.#founds(), unread, last };
  }
}

