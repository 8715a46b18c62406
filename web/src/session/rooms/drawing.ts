/** What is shown of a room: drawn once for all that happens at a time. */
import type { RoomSettings } from '../../protocol/event-body';
import type { EventId, RoomId } from '../../protocol/ids';
import { roomIdOf, type RoomCode } from '../../protocol/room-code';
import type { Member } from '../../room/member/member';
import type { Journey } from '../journey';
import type { EpochMs } from '../model';
import type { RoomDelivery, RoomMember, RoomState } from '../room-model';
import type { Company } from './company';
import type { EntryCache } from './entries';
import type { Files } from './files';
import type { Keeper } from './keeper';
import type { OfferedCode } from './offered-code';
import type { Stay } from './stay';

/** What it is drawn from. */
export type DrawingPlan = {
  readonly stay: Stay;
  readonly keeper: Keeper;
  readonly entries: EntryCache;
  readonly company: Company;
  readonly code: OfferedCode;
  readonly files: Pick<Files, 'drafts' | 'pictures'>;
  readonly keepable: boolean;
  readonly show: (state: RoomState) => void;
};

/** Owned by a room. */
export class Drawing {
  /** The first entry that was not seen when the room was opened. */
  unreadFrom: EventId | null = null;
  readonly #journey: Journey;
  readonly #plan: DrawingPlan;
  readonly #since: EpochMs;
  #id: RoomId | null = null;
  #codeOfId: RoomCode | null = null;
  /** Whether the person is to be warned of calls that were tampered with. */
  #tampered: 'no' | 'yes' | 'heeded' = 'no';
  #drawing = false;

  constructor(journey: Journey, plan: DrawingPlan) {
    this.#journey = journey;
    this.#plan = plan;
    this.#since = journey.deps.timers.now();
  }

  /** A call was not as its caller made it. The person is told once. */
  warn(): void {
    if (this.#tampered !== 'no') return;
    this.#tampered = 'yes';
    this.draw();
  }

  /** They have read it. */
  heed(): void {
    if (this.#tampered !== 'yes') return;
    this.#tampered = 'heeded';
    this.draw();
  }

  /** Draws, soon. */
  draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    queueMicrotask(() => {
      this.#drawing = false;
      if (!this.#journey.scope.ended) void this.#drawNow();
    });
  }

  async #drawNow(): Promise<void> {
    const { stay, keeper, entries, company, code, files, keepable, show } = this.#plan;
    if (!stay.begun || !stay.settled) return;
    const { member } = stay;
    if (this.#codeOfId !== member.code) {
      const room = member.code;
      this.#id = await roomIdOf(room, this.#journey.subtle());
      this.#codeOfId = room;
    }
    const members = company.list();
    if (this.#id === null || this.#journey.scope.ended) return;
    keeper.touch();
    show({
      at: 'room',
      for: 'room',
      since: this.#since,
      id: this.#id,
      settings: settingsOf(member),
      founder: members.some((one) => one.self && one.founder),
      members,
      entries: entries.now(),
      unreadFrom: this.unreadFrom,
      invitation: stay.invitation,
      code: code.shown,
      line: this.#line(members),
      waits: this.#waits(members),
      tampered: this.#tampered === 'yes',
      relayed: stay.links.relayed,
      kept: keeper.on,
      keepable,
      drafts: files.drafts,
      pictures: files.pictures,
    });
  }

  #line(members: readonly RoomMember[]): RoomState['line'] {
    const { stay } = this.#plan;
    if (stay.links.count > 0) return 'here';
    const others = members.some((one) => !one.self && one.presence === 'here');
    return others || stay.entering ? 'looking' : 'alone';
  }

  #waits(members: readonly RoomMember[]): RoomState['waits'] {
    if (members.some(({ self }) => self)) return null;
    return this.#plan.stay.links.count > 0 ? 'for someone who knows' : 'for anyone';
  }
}

/** What the founder decides; what a room begins with while nothing is known of it. */
export function settingsOf(member: Member | null): RoomSettings {
  return member?.settings() ?? { name: '', topic: '', invite: 'all', locked: false, history: 'all', keepSeconds: 0 };
}

/** How far an own text has come. */
export function deliveryOf(member: Member | null, id: EventId): RoomDelivery {
  const receipts = member?.receipts(id) ?? [];
  const [have, read] = [receipts.length, receipts.filter((one) => one.read).length];
  const of = member?.people().filter((one) => one.here && !one.self).length ?? 0;
  const all = Math.max(of, have);
  const is = have === 0 ? 'waiting' : read >= all ? 'read' : have >= all ? 'delivered' : 'sent';
  return { is, have, read, of: all };
}
