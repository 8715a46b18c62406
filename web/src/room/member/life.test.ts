/** Rooms in which anything happens at any moment, by what the seed says; in the end all who are in see the same. */
import { expect, it } from 'vitest';
import { newRoomCode } from '../../protocol/room-code';
import type { Kept } from './config';
import { Resident } from './testing/resident';
import { expectSame, settings, settle, textsSeenBy } from './testing/room';
import { World } from './testing/world';

const seeds = Array.from({ length: Number(process.env['SEEDS'] ?? 3) }, (_, i) => Number(process.env['SEED'] ?? 1) + i);

it.each(seeds)('with seed %i all see the same in the end', async (seed) => {
  const life = new Life(seed);
  await life.begin();
  for (let step = 0; step < 120; step++) await life.step();
  await life.check();
});

/** The codes of so many epochs before are kept open for those who are away. */
const mostRemovals = 4;

/** What happens in one room. */
class Life {
  readonly #world: World;
  /** Those who are there, the founder first: who stays. */
  #there: Resident[] = [];
  readonly #away: { readonly resident: Resident; readonly kept: Kept | null }[] = [];
  readonly #removed: Resident[] = [];
  readonly #said: string[] = [];

  constructor(seed: number) {
    this.#world = new World(seed);
  }

  async begin(): Promise<void> {
    const code = newRoomCode((length) => this.#world.bytes(length));
    this.#there.push(await Resident.begin(this.#world, { code, create: settings, name: 'founder' }));
    await this.#world.pass(1000);
  }

  async step(): Promise<void> {
    await this.#world.pass(this.#world.chance(3000));
    this.#there = this.#there.filter(({ alive }) => alive);
    const what = this.#world.chance(20);
    if (what < 4) await this.#join();
    else if (what < 5) await this.#leave();
    else if (what < 6) this.#crash();
    else if (what < 9) await this.#return();
    else if (what < 11) await this.#breakLinks();
    else if (what < 12) await this.#remove();
    else await this.#talk();
  }

  async check(): Promise<void> {
    await settle(this.#there, 600_000);
    await this.#world.pass(60_000);
    const there = this.#there.filter(({ alive }) => alive);
    expectSame(there);
    for (const one of there) {
      expect(textsSeenBy(one).filter((text) => this.#said.includes(text)).toSorted()).toEqual(textsSeenBy(one).toSorted());
      expect(one.faults).toEqual([]);
      expect(one.member.code).toBe(there[0]?.member.code);
    }
    for (const one of this.#removed) expect(one.ended).toBe('removed');
    expect(there.length).toBeGreaterThan(1);
  }

  async #join(): Promise<void> {
    const [founder] = this.#there;
    if (founder === undefined || this.#there.length >= 14) return;
    this.#there.push(await Resident.begin(this.#world, { code: founder.member.code, name: `${this.#world.now}` }));
  }

  async #leave(): Promise<void> {
    const one = this.#somebody();
    if (one === null || !one.member.isIn) return;
    await this.#world.pass(3000); // what it has said is with others
    this.#goes(one, one.remembers);
    await one.leave();
  }

  #crash(): void {
    const one = this.#somebody();
    if (one === null || !one.member.isIn) return;
    this.#goes(one, this.#world.chance(2) === 0 ? one.remembers : null);
    one.crash();
  }

  #goes(one: Resident, kept: Kept | null): void {
    this.#there = this.#there.filter((other) => other !== one);
    this.#away.push({ resident: one, kept });
  }

  async #return(): Promise<void> {
    const one = this.#away.shift();
    if (one === undefined) return;
    const { resident, kept } = one;
    const back = await Resident.begin(this.#world, {
      code: kept === null ? this.#code : resident.options.code, ...(kept === null ? {} : { kept }),
    }, resident.signer);
    this.#there.push(back);
  }

  get #code() {
    const [founder] = this.#there;
    if (founder === undefined) throw new Error('the founder stays');
    return founder.member.code;
  }

  async #breakLinks(): Promise<void> {
    const one = this.#somebody();
    const peers = one?.member.neighbours() ?? [];
    for (const peer of peers) if (this.#world.chance(2) === 0) await one?.breakLink(peer);
  }

  async #remove(): Promise<void> {
    const [founder] = this.#there;
    const one = this.#somebody();
    if (founder === undefined || one === null || this.#there.length < 6 || !founder.member.neighbours().includes(one.id)) return;
    if (founder.member.epoch === mostRemovals) return;
    this.#there = this.#there.filter((other) => other !== one);
    this.#removed.push(one);
    await founder.give(async (member) => (await member.remove(one.id)).actions);
  }

  async #talk(): Promise<void> {
    for (const one of this.#there) {
      if (!one.member.isIn || this.#world.chance(2) === 0) continue;
      const text = `text ${this.#said.length}`;
      this.#said.push(text);
      await one.say(text);
    }
  }

  /** Not the founder. */
  #somebody(): Resident | null {
    return this.#there[1 + this.#world.chance(this.#there.length - 1)] ?? null;
  }
}
