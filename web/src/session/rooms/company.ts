/** Who is in a room, as it is shown: who is here, with whom the person has compared, whom they hide. */
import type { IdentityKey } from '../../protocol/ids';
import type { Member } from '../../room/member/member';
import type { Safety } from '../model';
import type { RoomMember } from '../room-model';
import type { Links } from './links';
import type { RoomParts } from './parts';

/** What it reads of the room. */
export type CompanyPlan = {
  /** Null while the stay has not begun. */
  member(): Member | null;
  hidden(): readonly IdentityKey[];
  readonly links: Pick<Links, 'proved'>;
  /** Told when somebody is to be drawn anew. */
  changed(): void;
};

/** Owned by a room. */
export class Company {
  readonly #parts: Pick<RoomParts, 'people' | 'safetyNumber'>;
  readonly #plan: CompanyPlan;
  readonly #verified = new Map<IdentityKey, 'now' | 'before'>();
  /** Whose verification was looked up. */
  readonly #asked = new Set<IdentityKey>();

  constructor(parts: Pick<RoomParts, 'people' | 'safetyNumber'>, plan: CompanyPlan) {
    this.#parts = parts;
    this.#plan = plan;
  }

  /** In the order in which they came, the founder first. */
  list(): readonly RoomMember[] {
    const member = this.#plan.member();
    if (member === null) return [];
    const typing = new Set(member.typists());
    const hidden = this.#plan.hidden();
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
        hidden: hidden.includes(one.id),
      };
    });
  }

  /** See {@link RoomVerbs.safetyOf}. */
  async safetyOf(peer: IdentityKey): Promise<Safety | null> {
    if (!this.list().some(({ id, self }) => id === peer && !self)) return null;
    const proved = this.#plan.links.proved(peer);
    const number = proved?.number ?? (await this.#parts.safetyNumber(peer));
    return { signs: proved?.signs ?? [], number, verified: this.#verified.get(peer) ?? 'no' };
  }

  /** See {@link RoomVerbs.verifyMember}. */
  verify(peer: IdentityKey, same: boolean): void {
    if (same) this.#verified.set(peer, 'now');
    else this.#verified.delete(peer);
    void this.#parts.people.verify(peer, same);
    this.#plan.changed();
  }

  /** Looks up whether somebody's device was compared with before. */
  #ask(peer: IdentityKey): void {
    if (this.#asked.has(peer)) return;
    this.#asked.add(peer);
    void this.#parts.people.isVerified(peer).then((is) => {
      if (!is || this.#verified.has(peer)) return;
      this.#verified.set(peer, 'before');
      this.#plan.changed();
    });
  }
}
